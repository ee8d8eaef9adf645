// One JSON text for one value (RFC 8785), so that equal values are equal bytes: hashes, signatures and replays rest on it. By hand, because every
// record passes here at least once; the test holds it to the library that it took the place of.

/**
 * The RFC 8785 text of a JSON value. Members that are undefined are left out, as in JSON. Throws TypeError for what JSON cannot hold: numbers without
 * an end, half characters, anything that is no plain value, object or list. Values nested without end overflow the stack: what comes from outside
 * is bounded where it is read.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('not a JSON value: a number without an end')
      // The text of ECMAScript is that of the RFC; -0 is 0.
      return `${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? listText(value) : objectText(value as Readonly<Record<string, unknown>>)
    default:
      throw new TypeError(`not a JSON value: ${typeof value}`)
  }
}

function listText(list: readonly unknown[]): string {
  let text = '['
  for (let i = 0; i < list.length; i++) text += i === 0 ? canonicalJson(list[i]) : `,${canonicalJson(list[i])}`
  return `${text}]`
}

function objectText(object: Readonly<Record<string, unknown>>): string {
  const prototype = Object.getPrototypeOf(object)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('not a JSON value: an object of a class')
  let text = ''
  for (const key of sortedKeys(object)) {
    const member = object[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${keyText(key)}${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** By UTF-16 code units, as the RFC asks and as texts compare. Most of our objects are written in this order. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort()
  return keys
}

/** Keys as they are written, `"key":`. Full, no more are kept: those of our schemas are met first and over and over. */
const keyTexts = new Map<string, string>()
const keyTextsMax = 1024

function keyText(key: string): string {
  const known = keyTexts.get(key)
  if (known !== undefined) return known
  const text = `${quoted(key)}:`
  if (keyTexts.size < keyTextsMax) keyTexts.set(key, text)
  return text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const needsCare = /["\\\u0000-\u001f\ud800-\udfff]/

function quoted(text: string): string {
  if (!needsCare.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('not a JSON value: half a character')
  return JSON.stringify(text)
}
