import { expect, it } from 'vitest'
import { convertToDay, convertToMs, formatDay, parseEndMs, parseMs } from '../../src/data/time.ts'

it('counts days from 1900, and a date lasts until its last millisecond', () => {
  expect(convertToDay(Date.UTC(1900, 0, 1))).toBe(0)
  const day = convertToDay(parseMs('2025-06-01'))
  expect(convertToDay(parseEndMs('2025-06-01'))).toBe(day)
  expect(convertToDay(parseEndMs('2025-06-01') + 1)).toBe(day + 1)
  expect(formatDay(day)).toBe('2025-06-01')
  expect(convertToMs(day)).toBe(Date.UTC(2025, 5, 1))
  expect(parseEndMs('2025-06-01T10:00:00.000Z')).toBe(Date.UTC(2025, 5, 1, 10))
})
