// Words that are sought in headlines, as names of places are compared: accents, case, hyphens and
// apostrophes are ignored.

import { splitWords } from '@tocsin/gazetteer/name/place-names'

/** Longest text that is sought. */
export const soughtMax = 100

/** Says of a folded headline whether it has all words that are sought, each anywhere in it. */
export type HeadlineTest = (folded: string) => boolean

/** Null: the text has no letter or digit. */
export function headlineTestOf(text: string): HeadlineTest | null {
  // The longest first: it is the rarest.
  const sought = [...new Set(splitWords(text))].toSorted((a, b) => b.length - a.length)
  if (sought.length === 0) return null
  const [rarest, ...others] = sought as [string, ...string[]]
  return folded => folded.includes(rarest) && others.every(word => folded.includes(word))
}
