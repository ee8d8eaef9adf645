// Documents with generated parts: a test writes and checks what is between `<!-- made: name
// -->` and `<!-- /made -->`.

/**
 * The document with its generated parts replaced; parts not in `parts` stay. Throws RangeError for
 * a part that the document does not have.
 */
export function withMadeParts(document: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const begin = `<!-- made: ${name} -->\n`
    const from = text.indexOf(begin)
    const to = text.indexOf('<!-- /made -->', from)
    if (from === -1 || to === -1) throw new RangeError(`the document has no part ${name}`)
    return `${text.slice(0, from + begin.length)}\n${part.trim()}\n\n${text.slice(to)}`
  }, document)
}
