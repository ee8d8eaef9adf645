// Suggestions for a name that is not known.

import { findMeant } from '@tocsin/contracts/report/did-you-mean'

/** Suggests the nearest known name; if none is near, lists them all, or answers with `nothing`. */
export function suggestName(
  name: string,
  known: readonly string[],
  otherwise: 'all' | 'nothing' = 'all'
): string {
  const nearest = findMeant(name, known)
  if (nearest !== null) return `; is ${nearest} meant?`
  if (otherwise === 'nothing') return ''
  return known.length === 0 ? '; it has none' : `; there are ${known.join(', ')}`
}
