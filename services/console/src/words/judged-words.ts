// How often a rule was wrong, in words that claim no more than is known. Pure.

import type { RuleDispositions } from '../shown/answers.ts'
import { dayWords } from './time-words.ts'
import { words } from './words.ts'

/**
 * `3 of 40 judged were false alarms (120 raised since 1 Mar 2025): at least 3 a year`. Undefined:
 * no alert was raised.
 */
export function judgedWords(row: RuleDispositions | undefined): string {
  const told = words.judged
  if (row === undefined) return told.none
  const { since, raised, judged, dispositions, falseAlarmsPerYear } = row
  if (judged === 0) return told.noneJudged(raised, dayWords(since))
  const counted = told.judged(dispositions['false-alarm'], judged, raised, dayWords(since))
  if (falseAlarmsPerYear === null) return `${counted}: ${told.tooLittle}`
  // Unjudged alerts may have been false too.
  return `${counted}: ${judged < raised ? told.atLeast(falseAlarmsPerYear) : told.rate(falseAlarmsPerYear)}`
}

/** The same, followed by the expected rate. */
export function judgedAndExpectedWords(row: RuleDispositions): string {
  const said = judgedWords(row)
  return row.expectedPerYear === null
    ? said
    : `${said}; ${words.judged.expected(row.expectedPerYear)}`
}
