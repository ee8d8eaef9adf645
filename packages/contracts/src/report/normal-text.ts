// The stored form of what reporters write: NFC, without outer spaces, words in lower case and once.

/** ASCII without outer spaces: already normalised. */
const isTidy = /^[!-~](?:[ -~]*[!-~])?$/

/** A text in NFC, trimmed. Pure. */
export function tidy(text: string): string {
  return isTidy.test(text) ? text : text.normalize('NFC').trim()
}

/** The same, or null for what is not stated. Pure. */
export function tidyOrNull(text: string | undefined): string | null {
  return text === undefined ? null : tidy(text)
}

/** A word such as a role; null for one that is not stated. Pure. */
export function wordOf(text: string | undefined): string | null {
  return text === undefined ? null : tidy(text).toLowerCase()
}

/** Without duplicates. Pure. */
export function distinct(texts: readonly string[] = []): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)]
}
