// Words that are sought in headlines, as names of places are compared: accents, case, hyphens and apostrophes are ignored.

import { words } from '@tocsin/gazetteer/name/place-names'

/** Longest text that is sought. */
export const soughtMax = 100

interface Headed {
  readonly headline: string
}

/** Says of the state of an alert whether its headline has all words that are sought, each anywhere in it. */
export type HeadlineTest = (state: Headed) => boolean

/** Null: the text has no letter or digit. */
export function headlineTestOf(text: string): HeadlineTest | null {
  // The longest first: it is the rarest.
  const sought = [...new Set(words(text))].toSorted((a, b) => b.length - a.length)
  if (sought.length === 0) return null
  return state => {
    const headline = foldedHeadline(state)
    return sought.every(word => headline.includes(word))
  }
}

/** Latin letters, accents of their own, dashes and quotation marks: each is folded by itself, at a tenth of the cost. */
const latin = /^(?:[\0-\u02af\u1e00-\u1eff\u2010-\u201f]|[\u0300-\u036f])*$/
const marked = /[\u00a0-\u02af\u1e00-\u1eff\u2010-\u201f'`]|[\u0300-\u036f]/g
const foldedLetters = new Map<string, string>()
const plainAscii = /^[\0-\x7f]*$/
/** By state: folding what is not plain takes longer than looking through it. */
const folded = new WeakMap<Headed, string>()

function foldedHeadline(state: Headed): string {
  const { headline } = state
  if (plainAscii.test(headline)) return headline.toLowerCase().replace(/['`]/g, '')
  let known = folded.get(state)
  if (known === undefined) {
    known = latin.test(headline) ? headline.replace(marked, foldedLetter).toLowerCase() : words(headline).join(' ')
    folded.set(state, known)
  }
  return known
}

function foldedLetter(letter: string): string {
  let known = foldedLetters.get(letter)
  if (known === undefined) {
    known = words(letter).join(' ')
    foldedLetters.set(letter, known)
  }
  return known
}
