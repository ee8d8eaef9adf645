// The weekly digest: what the address asks for, and its words.

import { describe, expect, it } from 'vitest'
import { digestAskIn, digestPath, weekAfter } from '../src/records/response-times.ts'
import { words } from '../src/words/words.ts'

describe('the digest that is asked for', () => {
  const asked = (text: string, theatres = ['world', 'lake', 'sahel']) =>
    digestAskIn(new URLSearchParams(text), theatres)

  it.each([
    ['', 'lake', null],
    ['item=sahel&week=2026-02-16', 'sahel', '2026-02-16'],
    ['item=coast&week=2026-02-30', 'lake', null]
  ])('is that of the address: %s', (text, theatre, week) => {
    expect(asked(text)).toEqual({ theatre, week })
  })

  it('is of the whole world where no other theatre is declared, and of none before any is known', () => {
    expect(asked('', ['world'])).toEqual({ theatre: 'world', week: null })
    expect(asked('', [])).toBeNull()
  })

  it('is the last full week without a day', () => {
    expect(digestPath({ theatre: 'sahel', week: null })).toBe('/v1/digest?theatre=sahel')
    expect(digestPath({ theatre: 'sahel', week: '2026-02-16' })).toBe(
      '/v1/digest?theatre=sahel&week=2026-02-16'
    )
  })

  it('goes back by weeks, and forward until now', () => {
    const nowMs = Date.parse('2026-03-01T12:00:00Z')
    expect(weekAfter('2026-02-16', -1, nowMs)).toBe('2026-02-09')
    expect(weekAfter('2026-02-16', 1, nowMs)).toBe('2026-02-23')
    expect(weekAfter('2026-02-23', 1, nowMs)).toBeNull()
  })
})

it.each([
  [0.4, 'not unusual'],
  [0.0023, '1 in 430 weeks'],
  [0.00000067, '1 in 1,500,000 weeks']
])('a chance of %d is %s', (chance, said) => {
  expect(words.digest.chanceOf(chance)).toBe(said)
})
