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
  let isInRoot = false
  for await (const text of texts) {
    held += text
    isBlank &&= text.trim() === ''
    // A document type is declared before the root element; one within an element would be parsed too.
    if (!isInRoot) refuseDocumentType(held)
    isInRoot ||= /<[a-z_]/i.test(removeTexts(held))
    for (let end = findEnd(held); end !== null; end = findEnd(held)) {
      const element = held.slice(end.start, end.end)
      refuseDocumentType(element)
      yield element
      found++
      held = held.slice(end.end)
    }
    const start = held.search(startTag)
    if (start < 0) held = held.slice(-tagCharsMax)
    else if (held.length - start > elementCharsMax)
      throw new ImportFileError(`one ${tag} has more than ${elementCharsMax} characters`)
  }
  const start = held.search(startTag)
  if (start >= 0) {
    refuseDocumentType(held.slice(start))
    yield held.slice(start)
  } else if (found === 0)
    throw new ImportFileError(
      `${isBlank ? 'the file is empty: ' : ''}there is no ${name} in the file`
    )
}

function refuseDocumentType(text: string): void {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(removeTexts(text)))
    throw new ImportFileError('the XML declares a document type, which is not accepted')
}

/** Removes CDATA sections and comments, also one that is not closed yet. */
function removeTexts(text: string): string {
  return text.includes('<!')
    ? text.replace(/<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)/g, '')
    : text
}
