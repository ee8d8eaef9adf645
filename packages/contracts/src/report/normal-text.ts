// The stored form of what reporters write: NFC, without outer spaces, names without what cannot be
// seen, words in lower case and once.

/** ASCII without outer spaces: already normalised. */
const isTidy = /^[!-~](?:[ -~]*[!-~])?$/

/** A text in NFC, trimmed. Pure. */
export function normalizeText(text: string): string {
  return isTidy.test(text) ? text : text.normalize('NFC').trim()
}

/** The same, or null for what is not stated. Pure. */
export function normalizeTextOrNull(text: string | undefined): string | null {
  return text === undefined ? null : normalizeText(text)
}

/** ASCII with single spaces: already a name. */
const isTidyName = /^[!-_a-~]+(?: [!-_a-~]+)*$/
/**
 * Code points that draw nothing, and those that only change the direction of others. Joiners are
 * letters' business in scripts that join: there they stay.
 */
const unseen =
  /(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\p{Cc}\ufff9-\ufffb]|(?<![\p{Script=Arabic}\p{M}])[\u200c\u200d]/gu
const spaces = /[\p{White_Space}\u2800]+/gu
const hyphens = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/gu
const apostrophes = /[`\u00b4\u02b9\u02bc\u2018\u2019\u201b\u2032\uff07]/gu

/**
 * The name of an actor, a person or a place: two that look alike are one. In NFC, without code points that are not seen, with
 * single spaces, and with the hyphen and the apostrophe of ASCII. Pure.
 */
export function normalizeName(text: string): string {
  if (isTidyName.test(text)) return text
  // Spaces first: a tab and a line's end are controls as well.
  const spaced = text.normalize('NFC').replace(spaces, ' ').replace(unseen, '')
  return spaced.replace(hyphens, '-').replace(apostrophes, "'").replace(/ {2,}/g, ' ').trim()
}

/** The same, or null for a missing or invisible text. Pure. */
export function normalizeNameOrNull(text: string | undefined): string | null {
  return text === undefined ? null : normalizeName(text) || null
}

/** A word such as a role; null for one that is not stated. Pure. */
export function normalizeWord(text: string | undefined): string | null {
  return normalizeNameOrNull(text)?.toLowerCase() ?? null
}

export function removeRepeats(texts: readonly string[] = []): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)]
}
