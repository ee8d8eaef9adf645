import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readInstant, readMoment } from '../src/report/moments.ts'

it('reads a day as all of its milliseconds', () => {
  expect(readMoment('2024-02-29')).toEqual({
    kind: 'moment',
    startMs: Date.parse('2024-02-29T00:00:00.000Z'),
    endMs: Date.parse('2024-02-29T23:59:59.999Z')
  })
})

it.each([
  ['2025-06-01T10:00Z', '2025-06-01T10:00:00.000Z'],
  ['2025-06-01t10:00:00z', '2025-06-01T10:00:00.000Z'],
  ['2025-06-01T10:00:00.123456+01:30', '2025-06-01T08:30:00.123Z'],
  ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00.000Z']
])('reads %s as %s', (text, utc) => {
  expect(readInstant(text)).toBe(utc)
})

it.each([
  ['2025-02-29', 'no-such-day'],
  ['2025-13-01', 'no-such-day'],
  ['2025-00-10', 'no-such-day'],
  ['2025-06-31T10:00:00Z', 'no-such-day'],
  ['2025-06-01T24:00:00Z', 'no-such-time'],
  ['2025-06-01T23:59:60Z', 'no-such-time'],
  ['2025-06-01T10:00:00+25:00', 'no-such-time'],
  ['2025-06-01T10:00:00', 'not-a-time'],
  ['2025-6-1', 'not-a-time'],
  ['', 'not-a-time']
])('refuses %s as %s', (text, kind) => {
  expect(readMoment(text)).toEqual({ kind })
})

it('reads back every instant that a clock can write', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
      date => {
        expect(readInstant(date.toISOString())).toBe(date.toISOString())
      }
    )
  )
})
