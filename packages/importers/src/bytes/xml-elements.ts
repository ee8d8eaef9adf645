// Cuts XML of any length into its elements with one tag. No entities are expanded here.

import { ImportFileError } from '../item/import-item.ts'

/** Longest element, characters. */
const elementCharsMax = 4 * 1024 * 1024
/** Longest beginning of a tag, characters. */
const tagCharsMax = 1024

/**
 * Texts of the elements with a tag as they arrive, whatever surrounds them. Rejects with
 * ImportFileError if one never ends, or there is none.
 */
export async function* splitElements(
  texts: AsyncIterable<string>,
  { tag, name }: { readonly tag: string; readonly name: string }
): AsyncIterable<string> {
  const startTag = new RegExp(`<(?:[\\w.-]+:)?${tag}[\\s>]`)
  const endTag = new RegExp(`</(?:[\\w.-]+:)?${tag}\\s*>`, 'g')
  const findEnd = (text: string): { start: number; end: number } | null => {
    const start = text.search(startTag)
    if (start < 0) return null
    endTag.lastIndex = start
    return endTag.test(text) ? { start, end: endTag.lastIndex } : null
  }
  let held = ''
  let found = 0
  let isBlank = true
  for await (const text of texts) {
    held += text
    isBlank &&= text.trim() === ''
    if (/<!(?:DOCTYPE|ENTITY)/i.test(held))
      throw new ImportFileError('the XML declares a document type, which is not accepted')
    for (let end = findEnd(held); end !== null; end = findEnd(held)) {
      yield held.slice(end.start, end.end)
      found++
      held = held.slice(end.end)
    }
    const start = held.search(startTag)
    if (start < 0) held = held.slice(-tagCharsMax)
    else if (held.length - start > elementCharsMax)
      throw new ImportFileError(`one ${tag} has more than ${elementCharsMax} characters`)
  }
  const start = held.search(startTag)
  if (start >= 0) yield held.slice(start)
  else if (found === 0)
    throw new ImportFileError(
      `${isBlank ? 'the file is empty: ' : ''}there is no ${name} in the file`
    )
}
