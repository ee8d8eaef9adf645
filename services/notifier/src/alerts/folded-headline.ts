// A headline without what a search of words ignores: accents, case, hyphens and apostrophes. It is
// folded once for each state: that takes longer than looking through it.

import { splitWords } from '@tocsin/gazetteer/name/place-names'

/**
 * Latin letters, accents of their own, dashes and quotation marks: each is folded by itself, at a
 * tenth of the cost.
 */
const latin = /^(?:[\0-\u02af\u1e00-\u1eff\u2010-\u201f]|[\u0300-\u036f])*$/
const marked = /[\u00a0-\u02af\u1e00-\u1eff\u2010-\u201f'`]|[\u0300-\u036f]/g
const foldedLetters = new Map<string, string>()
const plainAscii = /^[\0-\x7f]*$/

/** A headline in the form used to search words. Pure, except for a cache of single letters. */
export function foldedHeadline(headline: string): string {
  if (plainAscii.test(headline)) return headline.toLowerCase().replace(/['`]/g, '')
  return latin.test(headline)
    ? headline.replace(marked, foldedLetter).toLowerCase()
    : splitWords(headline).join(' ')
}

function foldedLetter(letter: string): string {
  let known = foldedLetters.get(letter)
  if (known === undefined) {
    known = splitWords(letter).join(' ')
    foldedLetters.set(letter, known)
  }
  return known
}
