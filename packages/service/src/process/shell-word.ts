// Commands that messages give to be pasted. Pure.

/** A text quoted as one word of a shell, if it needs quotes. */
export function quoteWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
