// Days in files that people write by hand.

import { expect, it } from 'vitest'
import { parseDay } from '../../src/backtest/named-table.ts'

it.each([
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  ['2023-02-29', null],
  ['2023-06-31', null],
  ['2023-06-30T00:00:00Z', null],
  ['30.06.2023', null]
])('%s is a day of the calendar, or none', (text, day) => {
  expect(parseDay(text)).toBe(day)
})
