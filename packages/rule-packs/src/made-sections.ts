// Documents of which parts are made: what stands between `<!-- made: name -->` and `<!-- /made -->` is put there by a test, and held to what makes it.

/** The document with its made parts anew; those that `parts` does not name stay. Throws RangeError for a part that the document does not have. */
export function withMadeParts(document: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const begin = `<!-- made: ${name} -->\n`
    const from = text.indexOf(begin)
    const to = text.indexOf('<!-- /made -->', from)
    if (from === -1 || to === -1) throw new RangeError(`the document has no part ${name}`)
    return `${text.slice(0, from + begin.length)}\n${part.trim()}\n\n${text.slice(to)}`
  }, document)
}
