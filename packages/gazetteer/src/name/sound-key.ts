// Approximate pronunciation: one key for French, English, Spanish and transliterated spellings of a
// name. Equal keys are only a hint that two names are one place.

import { createRequire } from 'node:module'
import { withCacheByName } from './name-cache.ts'

const require = createRequire(import.meta.url)
let transliterator: ((text: string) => string) | null = null

/**
 * Half a megabyte of transliteration tables: loaded at the first name that needs it, in most
 * processes never.
 */
function toLatin(text: string): string {
  transliterator ??= (require('any-ascii') as { default: (text: string) => string }).default
  return transliterator(text)
}

/** Applied in this order. Left: a spelling; right: its common form. */
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

/**
 * The sound key of a name, in Latin letters regardless of its script. Pure. Empty for a name
 * without letters.
 */
export const soundKey = withCacheByName(buildSoundKey)

function buildSoundKey(name: string): string {
  const latin = convertToLatin(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
  return rules.reduce((key, [written, sound]) => key.replace(written, sound), latin)
}

const plainAscii = /^[\0-\x7f]*$/

/** Accents are removed directly; other letters and scripts are transliterated. */
function convertToLatin(name: string): string {
  if (plainAscii.test(name)) return name
  const bare = name.normalize('NFKD').replace(/\p{Mn}/gu, '')
  return plainAscii.test(bare) ? bare : toLatin(name)
}
