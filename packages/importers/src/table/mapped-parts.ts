// Parts of mapped values: numbers with a decimal comma, two coordinates in one cell, days known to a
// week, a month or a year, and places that are areas. Pure.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import { type Moments, widenDay } from '../item/day-texts.ts'

/** `12,37` and `1.234,5` with a decimal point; any other text unchanged. */
export function toDecimalPoint(text: string): string {
  if (!/^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/.test(text)) return text
  return text.replaceAll('.', '').replace(',', '.')
}

const numbers = { '.': /[+-]?\d+(?:\.\d+)?/g, ',': /[+-]?\d+(?:,\d+)?/g } as const
/** What may surround two numbers: brackets, `POINT`, degree signs, separators. */
const around = /^(?:point|[\s()[\],;/|°])*$/i

/**
 * The two coordinates in a cell such as `19.93, 39.07`, `(19.93; 39.07)` or `POINT (39.07 19.93)`;
 * null if there are not two, or anything else.
 */
export function listCoordinates(
  text: string,
  decimal: '.' | ','
): readonly [number, number] | null {
  const found = text.match(numbers[decimal]) ?? []
  if (found.length !== 2 || !around.test(text.replace(numbers[decimal], ' '))) return null
  // With a comma between them and a decimal comma, two whole numbers look like one.
  const [first, second] = found.map(number => Number(number.replace(',', '.')))
  return [first as number, second as number]
}

/** The days that a day known to a week, a month or a year may mean; null for another unit. */
export function spreadDay(day: Moments, unit: string): Moments | null {
  const [year, month] = day.from.split('-') as [string, string]
  switch (unit.toLowerCase()) {
    case 'day':
      return day
    case 'week':
      return { from: shiftDay(day.from, -3), to: shiftDay(day.to, 3), isWidened: true }
    case 'month':
      return widenDay(year, month, null)
    case 'year':
      return widenDay(year, null, null)
    default:
      return null
  }
}

function shiftDay(moment: string, days: number): string {
  return new Date(Date.parse(moment.slice(0, 10)) + days * 86_400_000).toISOString().slice(0, 10)
}

interface StatedArea {
  readonly country: string | null
  readonly countryText: string | null
  readonly admin1: string | null
  readonly category: string | null
}

/** The area as a place; a country alone is one only for statistics. */
export function findAreaPlace(stated: StatedArea): PostedLocation | null {
  const { country, countryText, admin1, category } = stated
  if (country === null) return null
  if (admin1 !== null) return { name: admin1, country, admin1 }
  return category === 'statistic' && countryText !== null ? { name: countryText, country } : null
}
