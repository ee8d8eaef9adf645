// Extracts alerts from XML of any length, one by one. No custom entities are expanded and nothing
// is fetched.

import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { splitElements } from '../bytes/xml-elements.ts'

/** Deepest nesting: CAP itself needs five. */
const depthMax = 32

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  // Spaces next to a CDATA section belong to the text; outer spaces are trimmed when it is read.
  trimValues: false,
  processEntities: true,
  // Includes numeric characters, such as &#233;.
  htmlEntities: true,
  maxNestedTags: depthMax
})

/** The content of an element: text, or elements. */
export type XmlValue = string | XmlElement | readonly XmlValue[]
export interface XmlElement {
  readonly [name: string]: XmlValue | undefined
}

export type ReadXml =
  | { readonly ok: true; readonly alert: XmlElement }
  | { readonly ok: false; readonly detail: string }

/** Texts of the alerts as they arrive: see `splitElements`. */
export function splitAlerts(texts: AsyncIterable<string>): AsyncIterable<string> {
  return splitElements(texts, { tag: 'alert', name: 'CAP alert' })
}

/** Parses one alert. Never throws. */
export function readAlert(text: string): ReadXml {
  const valid = XMLValidator.validate(text)
  if (valid !== true)
    return {
      ok: false,
      detail: `is not well-formed XML: ${trimMessage(valid.err.msg)} (line ${valid.err.line})`
    }
  try {
    const { alert } = parser.parse(text) as { alert?: XmlElement }
    if (typeof alert === 'object') return { ok: true, alert }
    return { ok: false, detail: 'contains no alert' }
  } catch (error) {
    // The parser refuses element names that are unsafe as object members, and excessive nesting.
    return { ok: false, detail: `cannot be read as XML: ${trimMessage((error as Error).message)}` }
  }
}

/** The parser names all elements that are open: they may be hundreds of thousands. */
function trimMessage(message: string): string {
  return message.length > 200 ? `${message.slice(0, 200)}…` : message
}

/** The text of the first element of a name, trimmed; null if missing or empty. */
export function readText(element: XmlElement, name: string): string | null {
  const text = readTexts(element, name)[0]
  return text ?? null
}

/** The non-empty texts of all elements of a name. */
export function readTexts(element: XmlElement, name: string): readonly string[] {
  return listValues(element, name).flatMap(value =>
    typeof value === 'string' && value.trim() !== '' ? [value.trim()] : []
  )
}

/** The elements of a name that contain elements. */
export function listElements(element: XmlElement, name: string): readonly XmlElement[] {
  return listValues(element, name).filter(
    (value): value is XmlElement => typeof value === 'object' && !Array.isArray(value)
  )
}

function listValues(element: XmlElement, name: string): readonly XmlValue[] {
  const value = Object.hasOwn(element, name) ? element[name] : undefined
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as XmlValue]
}
