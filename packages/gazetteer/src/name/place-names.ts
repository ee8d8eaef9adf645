// Normal forms of place names for comparison and ids. Accents, case, hyphens, spaces and
// apostrophes are ignored, as are letters of Bambara and Fula that French maps spell differently.

import { withCacheByName } from './name-cache.ts'

const letters: Readonly<Record<string, string>> = {
  ɛ: 'e',
  ɔ: 'o',
  ɓ: 'b',
  ɗ: 'd',
  ŋ: 'n',
  ɲ: 'n',
  ƴ: 'y',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ı: 'i',
  ł: 'l',
  đ: 'd'
}

const plainAscii = /^[\0-\x7f]*$/
/**
 * Marks that may be omitted: accents, and the vowels of Arabic and Hebrew. In Indic scripts marks
 * are vowels and stay.
 */
const optionalMarks = /[\p{Script=Inherited}\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u06d6-\u06ed]/gu

/** The form in which equivalent spellings are equal. Pure; idempotent. */
export const nameKey = withCacheByName(buildNameKey)

function buildNameKey(name: string): string {
  if (plainAscii.test(name)) return name.toLowerCase().replace(/[^a-z0-9]+/g, '')
  return foldCase(name, optionalMarks).replace(/[^\p{L}\p{N}\p{M}]+/gu, '')
}

/**
 * The form of a name in a settlement's id: letters and digits with hyphens between words. Pure.
 * Never changes: ids depend on it.
 */
export function buildSlug(name: string): string {
  if (plainAscii.test(name)) return buildPlainSlug(name)
  return splitWords(name).join('-')
}

/** The same for names that need no folding, at a tenth of the cost. */
function buildPlainSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/['`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

export function splitWords(name: string): string[] {
  return foldCase(name, /\p{M}/gu)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

function foldCase(name: string, marks: RegExp): string {
  return (
    name
      .normalize('NFKD')
      .replace(marks, '')
      .toLowerCase()
      .replace(/[ɛɔɓɗŋɲƴøæœßıłđ]/g, letter => letters[letter] ?? letter)
      // An apostrophe can be inside a word: N'Gouma.
      .replace(/['’ʼ`]/g, '')
  )
}
