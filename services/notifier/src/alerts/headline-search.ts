// Words that are sought in headlines, as names of places are compared: accents, case, hyphens and
// apostrophes are ignored. A headline is folded once for each state: that takes longer than looking
// through it.

import { splitWords } from '@tocsin/gazetteer/name/place-names'

export const soughtMax = 100

/** The words that are sought, each anywhere in a folded headline; null: the text has no letter or digit. */
export function readSought(text: string): readonly string[] | null {
  // The longest first: it is the rarest.
  const sought = [...new Set(splitWords(text))].toSorted((a, b) => b.length - a.length)
  return sought.length === 0 ? null : sought
}

/**
 * Latin letters, accents of their own, dashes and quotation marks: each is folded by itself, at a
 * tenth of the cost.
 */
const latin = /^(?:[\0-\u02af\u1e00-\u1eff\u2010-\u201f]|[\u0300-\u036f])*$/
const marked = /[\u00a0-\u02af\u1e00-\u1eff\u2010-\u201f'`]|[\u0300-\u036f]/g
const foldedLetters = new Map<string, string>()
const plainAscii = /^[\0-\x7f]*$/

/** A headline in the form used to search words. Pure, except for a cache of single letters. */
export function foldHeadline(headline: string): string {
  if (plainAscii.test(headline)) return headline.toLowerCase().replace(/['`]/g, '')
  return latin.test(headline)
    ? headline.replace(marked, foldLetter).toLowerCase()
    : splitWords(headline).join(' ')
}

function foldLetter(letter: string): string {
  const folded = foldedLetters.get(letter) ?? splitWords(letter).join(' ')
  foldedLetters.set(letter, folded)
  return folded
}
