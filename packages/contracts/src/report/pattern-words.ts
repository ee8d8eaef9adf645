// What is wanted where a pattern does not match, in words: a regular expression shows a person
// nothing. Pure.

import { timeOfDayPattern } from '../subscription/quiet-hours.ts'
import { linePattern, textPattern } from '../theatre/written-text.ts'

/** A day or an instant in a query; whether the calendar has it is checked when it is read. */
export const askedMomentPattern =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?$'

const words: ReadonlyMap<string, string> = new Map([
  [linePattern, 'must be one line of text that is not blank, without control characters'],
  [
    timeOfDayPattern,
    'must be a time of day from 00:00 to 23:59 such as 22:00: write midnight as 00:00, not as 24:00'
  ],
  [textPattern, 'must be text that is not blank, without control characters'],
  [
    askedMomentPattern,
    'must be a day such as 2025-06-01, or an instant with its offset from UTC such as 2025-06-02T09:00:00Z or 2025-06-02T09:00:00+01:00'
  ]
])

/** Longest pattern that is shown as it is, characters: one line of a terminal has room for it. */
const shownMax = 60

/** Null: the pattern is short enough to be shown. */
export function describePattern(pattern: string): string | null {
  return (
    words.get(pattern) ??
    (pattern.length > shownMax ? 'must have the form that /openapi.json states' : null)
  )
}
