// Words that are sought in headlines, as names of places are compared: accents, case, hyphens and
// apostrophes are ignored.

import { splitWords } from '@tocsin/gazetteer/name/place-names'

/** Longest text that is sought. */
export const soughtMax = 100

/** The words that are sought, each anywhere in a folded headline; null: the text has no letter or digit. */
export function readSought(text: string): readonly string[] | null {
  // The longest first: it is the rarest.
  const sought = [...new Set(splitWords(text))].toSorted((a, b) => b.length - a.length)
  return sought.length === 0 ? null : sought
}
