// Canonical JSON (RFC 8785): equal values give equal bytes, on which hashes, signatures and replays
// rest. Written by hand because every record passes here at least once; a test compares it with the
// library that it replaced.

/**
 * The RFC 8785 text of a JSON value. Undefined members are left out, as in JSON. Throws TypeError
 * for what JSON cannot represent: infinite numbers, NaN, lone surrogates, anything but plain
 * values, objects and lists. Very deep nesting overflows the stack: input from outside is bounded
 * where it is parsed.
 */
export function toCanonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return renderString(value)
    case 'number':
      if (!Number.isFinite(value))
        throw new TypeError('not a JSON value: a number that is not finite')
      // ECMAScript's number text is that of the RFC; -0 is 0.
      return `${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value)
        ? listText(value)
        : renderObject(value as Readonly<Record<string, unknown>>)
    default:
      throw new TypeError(`not a JSON value: ${typeof value}`)
  }
}

function listText(list: readonly unknown[]): string {
  let text = '['
  for (let i = 0; i < list.length; i++)
    text += i === 0 ? toCanonicalJson(list[i]) : `,${toCanonicalJson(list[i])}`
  return `${text}]`
}

function renderObject(object: Readonly<Record<string, unknown>>): string {
  const prototype = Object.getPrototypeOf(object)
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('not a JSON value: an instance of a class')
  let text = ''
  for (const key of sortKeys(object)) {
    const member = object[key]
    if (member !== undefined)
      text += `${text === '' ? '' : ','}${renderKey(key)}${toCanonicalJson(member)}`
  }
  return `{${text}}`
}

/**
 * By UTF-16 code units, as the RFC requires and strings compare. Most of our objects are already in
 * this order.
 */
function sortKeys(object: object): string[] {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++)
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort()
  return keys
}

/** Keys as written, `"key":`. Bounded: our schemas' keys come first and repeat. */
const keyTexts = new Map<string, string>()
const keyTextsMax = 1024

function renderKey(key: string): string {
  const known = keyTexts.get(key)
  if (known !== undefined) return known
  const text = `${renderString(key)}:`
  if (keyTexts.size < keyTextsMax) keyTexts.set(key, text)
  return text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const needsCare = /["\\\u0000-\u001f\ud800-\udfff]/

function renderString(text: string): string {
  if (!needsCare.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('not a JSON value: a lone surrogate')
  return JSON.stringify(text)
}
