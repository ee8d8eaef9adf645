import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advance,
  decodeCursor,
  encodeCursor,
  isAtOrBefore,
  makeCursorBehind
} from '../src/cursor.ts'
import { EventLogError } from '../src/errors.ts'
import type { Cursor } from '../src/port.ts'
import { topics } from '../src/topics.ts'

const cursors: fc.Arbitrary<Cursor> = fc.record({
  topic: fc.constantFrom(...Object.values(topics)),
  epoch: fc.stringMatching(/^[0-9a-f]{16}$/),
  positions: fc.array(fc.bigInt({ min: 0n, max: 2n ** 62n }), { minLength: 1, maxLength: 20 })
})

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof EventLogError ? error.code : String(error)
  }
  return 'nothing'
}

describe('cursors as text', () => {
  it('round-trip, and equal cursors give equal text', () => {
    fc.assert(
      fc.property(cursors, cursor => {
        expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor)
        expect(encodeCursor(decodeCursor(encodeCursor(cursor)))).toBe(encodeCursor(cursor))
      })
    )
  })

  it('refuse any other text with cursor-invalid', () => {
    const good = encodeCursor({
      topic: topics.incidents,
      epoch: 'abcdef0123456789',
      positions: [12n, 3n]
    })
    expect(good).toBe('v1:tocsin.incidents.v1:abcdef0123456789:p0=12,p1=3')
    const bad = [
      '',
      'v1',
      good.replace('v1:', 'v2:'),
      good.replace('incidents', 'accidents'),
      good.replace('abcdef', 'ABCDEF'),
      good.replace('p0', 'p1'),
      good.replace('p0=12', 'p0=012'),
      good.replace('p0=12', 'p0=-1'),
      good.replace(',p1=3', ''.padEnd(40_000, ',p1=3')),
      `${good} `,
      `${good},p3=1`,
      `${good}\n`,
      good.replace('tocsin.incidents.v1', '__proto__')
    ]
    for (const text of bad)
      expect(
        codeOf(() => decodeCursor(text)),
        text.slice(0, 80)
      ).toBe('cursor-invalid')
  })

  it('refuse damaged text with cursor-invalid', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(codeOf(() => decodeCursor(text))).toBe('cursor-invalid')
      })
    )
  })
})

describe('cursors', () => {
  const at = (...positions: bigint[]): Cursor => ({
    topic: topics.alerts,
    epoch: '0123456789abcdef',
    positions
  })

  it('are ordered only if no partition is ahead', () => {
    expect(isAtOrBefore(at(1n, 2n), at(1n, 2n))).toBe(true)
    expect(isAtOrBefore(at(1n, 2n), at(2n, 2n))).toBe(true)
    expect(isAtOrBefore(at(1n, 3n), at(2n, 2n))).toBe(false)
  })

  it('of different topics, epochs or partition counts cannot be compared', () => {
    expect(codeOf(() => isAtOrBefore(at(1n), { ...at(1n), topic: topics.incidents }))).toBe(
      'cursor-invalid'
    )
    expect(codeOf(() => isAtOrBefore(at(1n), { ...at(1n), epoch: 'ffffffffffffffff' }))).toBe(
      'log-replaced'
    )
    expect(codeOf(() => isAtOrBefore(at(1n), at(1n, 2n)))).toBe('partitions-changed')
  })

  it('advance in one partition and leave the original unchanged', () => {
    const before = at(1n, 2n)
    expect(advance(before, 1, 9n).positions).toEqual([1n, 9n])
    expect(before.positions).toEqual([1n, 2n])
  })
})

it('a cursor behind records covers each of them and no other partition', () => {
  const places = [
    { partition: 1, position: 7n },
    { partition: 1, position: 3n },
    { partition: 2, position: 0n }
  ]
  const behind = (at: typeof places) => makeCursorBehind(topics.incidents, 'abcdef01', 3, at)
  expect(behind(places)).toEqual({
    topic: topics.incidents,
    epoch: 'abcdef01',
    positions: [0n, 8n, 1n]
  })
  expect(behind([])).toMatchObject({ positions: [0n, 0n, 0n] })
})
