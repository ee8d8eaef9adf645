// XML from members in order: names are ours, texts are escaped here. And texts and times that a CAP
// document may contain: characters of XML 1.0, bounded, and no control of direction that would show a
// text as another one. Pure.

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

/** Maximum characters of a text in a document; the rest is cut off, with an ellipsis. */
export const capTextMax = 16_384

// And the replacement character, by which readers know bytes that no one could decode.
const notOfXml =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 does not allow, or discourages them.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufdd0-\ufdef\ufffd-\uffff]/g
/** Embeddings, overrides and isolates. Letters keep their own direction without them. */
const directionControls = /[\u202a-\u202e\u2066-\u2069]/g

/** A text that any XML 1.0 reader takes and shows as it is. Never throws; O(length). */
export function toCapText(text: string, max = capTextMax): string {
  const clean = text
    .slice(0, 2 * max)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(directionControls, '')
    .replace(notOfXml, '?')
    .trim()
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

export function toCapLine(text: string, max?: number): string {
  return toCapText(text.replace(/\s+/g, ' '), max)
}

/**
 * A moment as CAP writes it: whole seconds, and UTC as an offset, because `Z` is not allowed.
 * Throws for anything else.
 */
export function toCapTime(moment: string): string {
  const text = new Date(moment).toISOString()
  if (text.length !== 24) throw new RangeError(`not a year of four digits: ${moment}`)
  return `${text.slice(0, 19)}-00:00`
}
