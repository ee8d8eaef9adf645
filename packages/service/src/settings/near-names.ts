// Suggestions for misspelt names. Pure.

import { findMeant } from '@tocsin/contracts/report/did-you-mean'

/** ` (is … meant?)` for the nearest known name if it is near enough to be a typo; otherwise ''. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = findMeant(name, known)
  return meant === null ? '' : ` (is ${meant} meant?)`
}
