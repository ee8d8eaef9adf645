// XML from members in order. Names are ours; texts are escaped here.

import XMLBuilder from 'fast-xml-builder'

export type XmlMembers = Readonly<Record<string, unknown>>

const builder = new XMLBuilder({ ignoreAttributes: false, format: true, indentBy: '  ' })

/**
 * A document with one root element. A member `@_name` is an attribute, a list an element for each
 * item.
 */
export function renderXml(root: string, members: XmlMembers): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: members })}`
}

/**
 * The members that are there: an element that may be missing is left out instead of being empty.
 */
export function omitMissing(members: XmlMembers): XmlMembers {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== '')
  )
}
