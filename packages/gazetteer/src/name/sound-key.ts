// Names as they sound, roughly: one key for the ways in which French, English, Spanish and the usual transliterations write the same name. Two names
// of one key may be one place; that they are is for other evidence to say.

import { createRequire } from 'node:module'
import { remembering } from './remembering.ts'

const require = createRequire(import.meta.url)
let transliterator: ((text: string) => string) | null = null

/** Half a megabyte of letters of all scripts: loaded when the first name needs it, which for most processes is never. */
function transliterated(text: string): string {
  transliterator ??= (require('any-ascii') as { default: (text: string) => string }).default
  return transliterator(text)
}

/** In this order. Left: how it is written; right: what all ways of writing it become. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/tsch|tch|sch|sh|ch|cz/g, 'ş'],
  [/dzh|dj|zh|j/g, 'ĵ'],
  [/kh|ck|qu|q|k/g, 'k'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/x/g, 'ks'],
  [/z/g, 's'],
  [/ou|oo|w/g, 'u'],
  [/ee|y/g, 'i'],
  [/[ae]i/g, 'e'],
  [/h/g, ''],
  [/(.)\1+/g, '$1']
]

/** The key of a name by its sound, in Latin letters whatever its script. Pure. Empty for a name without letters. */
export const soundKey = remembering(keyOfSound)

function keyOfSound(name: string): string {
  const latin = latinOf(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
  return rules.reduce((key, [written, sound]) => key.replace(written, sound), latin)
}

const plainAscii = /^[\0-\x7f]*$/

/** Accents are left out the short way; what is left then of other letters and scripts is looked up. */
function latinOf(name: string): string {
  if (plainAscii.test(name)) return name
  const bare = name.normalize('NFKD').replace(/\p{Mn}/gu, '')
  return plainAscii.test(bare) ? bare : transliterated(name)
}
