import { describe, expect, it } from 'vitest'
import {
  consentAskedForMs,
  findAllowedRate,
  judgeChallenge,
  judgeHandshake,
  nextAskingMs
} from '../../src/webhook/endpoint-consent.ts'

const answer = (status: number, excerpt = '', allowedOrigin: string | null = null) => ({
  ...({ kind: 'response', retryAfter: null, durationMs: 3 } as const),
  ...{ status, excerpt, allowedOrigin }
})

describe('judgeHandshake', () => {
  it.each([
    ['our origin', answer(200, '', 'alerts.example'), 'given'],
    ['any case, with spaces', answer(204, '', ' Alerts.Example '), 'given'],
    ['every origin', answer(200, '', '*'), 'given'],
    ['another origin', answer(200, '', 'other.example'), 'refused'],
    ['no header', answer(200), 'not-offered'],
    ['an empty header', answer(200, '', ''), 'not-offered'],
    ['a method not allowed', answer(405, '', '*'), 'not-offered'],
    ['a redirect', answer(302, '', '*'), 'not-offered'],
    ['no answer', null, 'not-offered']
  ])('%s', (_, given, verdict) => {
    expect(judgeHandshake(given, 'alerts.example')).toBe(verdict)
  })
})

describe('allowedRateOf', () => {
  it.each([
    ['60', 60],
    [' 1 ', 1],
    ['*', null],
    ['', null],
    ['0', null],
    ['-5', null],
    ['1.5', null],
    ['60 per minute', null],
    ['9999999999999999', null],
    [null, null]
  ])('%j allows %j a minute', (allowedRate, rate) =>
    expect(findAllowedRate({ ...answer(200), allowedRate })).toBe(rate)
  )
})

describe('judgeChallenge', () => {
  it.each([
    ['as text', answer(200, 'abc'), true],
    ['as text with a line end', answer(202, 'abc\n'), true],
    ['as a member', answer(200, '{"challenge":"abc","more":1}'), true],
    ['as a JSON text', answer(200, '"abc"'), true],
    ['with another value', answer(200, '{"challenge":"abd"}'), false],
    ['inside of more text', answer(200, 'you sent abc'), false],
    [
      'the whole request, as an echo service answers',
      answer(200, '{"data":{"challenge":"abc"}}'),
      false
    ],
    ['with a failure', answer(500, 'abc'), false],
    ['with a redirect', answer(301, 'abc'), false],
    ['null', answer(200, 'null'), false],
    ['nothing', answer(200), false],
    ['not at all', null, false]
  ])('%s', (_, given, verdict) => {
    expect(judgeChallenge(given, 'abc')).toBe(verdict)
  })
})

describe('nextAskingMs', () => {
  it('asks at once, then slower, and gives up after three days', () => {
    const moments: number[] = []
    for (let atMs = nextAskingMs(0, -1); atMs !== null; atMs = nextAskingMs(0, atMs))
      moments.push(atMs)
    expect(moments.slice(0, 7)).toEqual([
      0,
      5_000,
      20_000,
      80_000,
      380_000,
      1_280_000,
      1_280_000 + 3_600_000
    ])
    expect(moments.length).toBe(77)
    expect(moments.at(-1)).toBeLessThan(consentAskedForMs)
  })

  it('names moments that follow from the first one, whenever it is asked', () => {
    expect(nextAskingMs(0, 19_999)).toBe(20_000)
    expect(nextAskingMs(0, 20_000)).toBe(80_000)
    expect(nextAskingMs(0, consentAskedForMs)).toBeNull()
    expect(nextAskingMs(0, consentAskedForMs * 100)).toBeNull()
  })
})
