import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildApiUrl, classifyClose, classifyStatus } from '../src/channel.ts'
import { longestWaitMs, waitMs } from '../src/client.ts'
import { parseFrame, readMessage } from '../src/frame.ts'
import { filterQuery } from '../src/http-request.ts'
import { splitPage } from '../src/pull-channel.ts'
import { SseReader } from '../src/sse-events.ts'
import { continues } from '../src/subscription.ts'

describe('waits', () => {
  it('grow from half a second to half a minute, differ by chance, and are no shorter than the server asks', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(60_000),
        (attempt, chance, least) => {
          const ms = waitMs(attempt, chance, least)
          expect(ms).toBeGreaterThanOrEqual(Math.max(250, least))
          expect(ms).toBeLessThanOrEqual(Math.max(longestWaitMs, least * 1.2))
        }
      )
    )
    expect([0, 1, 2, 10].map(attempt => waitMs(attempt, 0.5))).toEqual([375, 750, 1500, 22_500])
  })
})

describe('server-sent events', () => {
  const text =
    ': hello\n\nretry: 500\nid: c1\nevent: alert\ndata: {"a":1}\n\ndata: one\r\ndata: two\r\n\r\n'
  const events = [
    { name: 'alert', id: 'c1', data: '{"a":1}' },
    { name: 'message', id: 'c1', data: 'one\ntwo' }
  ]
  it('are the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), cuts => {
        const reader = new SseReader()
        const places = [0, ...cuts.sort((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((end, i) => text.slice(places[i], end))
        expect(pieces.flatMap(piece => reader.read(piece))).toEqual(events)
      })
    )
  })

  it('are bounded', () => {
    const reader = new SseReader()
    const piece = `data: ${'x'.repeat(1_000_000)}`
    expect(() => {
      for (let i = 0; i < 20; i++) reader.read(piece)
    }).toThrow(RangeError)
    const comments = new SseReader()
    for (let i = 0; i < 20; i++) comments.read(`: ${'x'.repeat(1_000_000)}\n\n`)
  })
})

describe('messages', () => {
  it('that lack what the client relies on are refused', () => {
    for (const text of [
      '',
      '[',
      '1',
      'null',
      '{"type":"alert","id":"a","cursor":"c"}',
      '{"type":"subscribed","cursor":"c","recovered":false}'
    ])
      expect(() => readMessage(text)).toThrow(SyntaxError)
    expect(readMessage('{"type":"of a newer server"}')).toEqual({ kind: 'other' })
    expect(parseFrame({ type: 'heartbeat', cursor: 'c2', prev: 'c1' })).toMatchObject({
      cursor: 'c2'
    })
  })
})

describe('a place that was recovered', () => {
  const subscribed = { type: 'subscribed', recovered: true, cursor: 'cursor-7' } as const
  it.each([
    ['cursor-7', true],
    ['cursor-6', false],
    ['earliest', true]
  ])('continues where %s was asked for: %s', (asked, isWhole) => {
    expect(continues(null, asked, subscribed)).toBe(isWhole)
    expect(continues(null, asked, { ...subscribed, recovered: false })).toBe(true)
  })
})

describe('pages of the feed', () => {
  const row = (i: number) => ({
    event: { id: `e${i}` } as never,
    cursor: `cursor-${i}`,
    prev: `cursor-${i - 1}`
  })
  it('are frames whose chain goes on from page to page', () => {
    const pages = [
      { recovered: true, items: [row(1), row(2)], next: 'cursor-2' },
      { recovered: true, items: [], next: 'cursor-7' },
      { recovered: true, items: [row(8)], next: 'cursor-8' }
    ]
    let asked = 'earliest'
    let held: string | null = null
    for (const [i, page] of pages.entries()) {
      const withPrev =
        i === 2 ? { ...page, items: page.items.map(item => ({ ...item, prev: 'cursor-7' })) } : page
      for (const frame of splitPage(withPrev, asked, i === 0)) {
        if (frame.type !== 'subscribed') expect(frame.prev).toBe(held)
        held = frame.cursor
      }
      asked = page.next
    }
    expect(held).toBe('cursor-8')
  })
})

describe('endings', () => {
  it.each([
    [401, 'token-refused'],
    [403, 'refused'],
    [422, 'refused'],
    [404, 'unsupported'],
    [408, 'again'],
    [425, 'again'],
    [429, 'again'],
    [503, 'again']
  ])('HTTP %i is %s', (status, kind) => {
    expect(classifyStatus(status, null, '').kind).toBe(kind)
  })

  it.each([
    [1006, 'again'],
    [4000, 'again'],
    [4029, 'again'],
    [4500, 'refused'],
    [4501, 'token-refused'],
    [4503, 'refused'],
    [4504, 'token-refused']
  ])('close code %i is %s', (code, kind) => {
    expect(classifyClose(code, '', null).kind).toBe(kind)
  })

  it('honour Retry-After, within an hour', () => {
    expect(classifyStatus(503, '7', '')).toMatchObject({ leastMs: 7_000 })
    expect(classifyStatus(503, '999999', '')).toMatchObject({ leastMs: 3_600_000 })
    expect(classifyStatus(429, 'soon', '')).toMatchObject({ leastMs: 5_000 })
  })
})

it('addresses lie below the path of the suite', () => {
  expect(String(buildApiUrl(new URL('https://a.example/tocsin/'), '/v1/feed'))).toBe(
    'https://a.example/tocsin/v1/feed'
  )
  expect(String(buildApiUrl(new URL('https://a.example'), '/v1/feed'))).toBe(
    'https://a.example/v1/feed'
  )
})

it('filters have the same names in a query', () => {
  const query = filterQuery({
    severity: ['severe', 'extreme'],
    circle: [13.5, 2.1, 50],
    drill: false
  })
  expect(Object.fromEntries(query)).toEqual({
    severity: 'severe,extreme',
    circle: '13.5,2.1,50',
    drill: 'false'
  })
})
