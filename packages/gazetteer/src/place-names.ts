// Names of places as they are compared, and as they stand in ids. Accents, case, hyphens, spaces and apostrophes make no difference, nor do the
// letters of Bambara and Fula that French maps write otherwise.

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

/** The form of a name in which two spellings of it are equal. Pure; idempotent. */
export function nameKey(name: string): string {
  return words(name).join('')
}

/** The form of a name in a settlement's id: words of letters and digits with hyphens between. Pure. Never changes: ids rest on it. */
export function slugOf(name: string): string {
  return words(name).join('-')
}

/** The words of a name, folded. Pure. */
export function words(name: string): string[] {
  const folded = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ɛɔɓɗŋɲƴøæœßıłđ]/g, letter => letters[letter] ?? letter)
    // An apostrophe stands inside a word: N'Gouma.
    .replace(/['’ʼ`]/g, '')
  return folded.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '')
}
