// Strict JSON for input from outside: one text has one meaning. Refused with a reason: duplicate
// keys, bytes that are not UTF-8, numbers beyond a double, lone surrogates, excessive nesting.
// A refused text is read again to find where its fault is.

import { type JSONPath, visit } from 'jsonc-parser'

export interface JsonFault {
  readonly reason: keyof typeof sentences
  /** Bytes from the start; null if unknown. */
  readonly offset: number | null
  /** JSON pointer of the member or value; '' if the text is not valid up to there. */
  readonly at: string
}

export interface JsonLimits {
  /** Maximum nesting of arrays and objects. */
  readonly depthMax: number
  /** Maximum number of values including containers; counted by brackets and commas. */
  readonly valuesMax: number
}

export const defaultJsonLimits: JsonLimits = { depthMax: 32, valuesMax: 100_000 }

export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & JsonFault)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads one JSON value from bytes. Pure; never throws; O(bytes), memory bounded by the bytes and
 * `valuesMax`. Keys `__proto__`, and `constructor` that contains `prototype`, are refused. Source:
 * RFC 8259, and RFC 7493 (I-JSON) where it leaves a choice.
 */
export function parseStrictJson(
  bytes: Uint8Array,
  limits: JsonLimits = defaultJsonLimits
): StrictJson {
  const measured = measure(bytes, limits)
  if (typeof measured !== 'number') return { ok: false, at: '', ...measured }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { ok: false, reason: 'not-utf8', offset: null, at: '' }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, ...findFault(text) }
  }
  // A duplicate key leaves fewer members in the value than the text has colons.
  return countMembers(value) === measured ? { ok: true, value } : { ok: false, ...findFault(text) }
}

/** One sentence for the sender: the position of the fault, never the content. */
export function describeJsonFault(fault: JsonFault): string {
  return `${sentences[fault.reason]}${fault.offset === null ? '' : `, at byte ${fault.offset}`}.`
}

const sentences = {
  empty: 'The body is empty',
  'not-utf8': 'The body is not UTF-8',
  malformed: 'The body is not JSON',
  'too-deep': 'The body is nested too deeply',
  'too-many-values': 'The body has too many values',
  'duplicate-key': 'An object has the same key twice',
  'forbidden-key': 'An object has a key that is not allowed',
  'number-too-large': 'A number is too large',
  'lone-surrogate': 'A string has a lone surrogate'
} as const

const quote = 0x22
const backslash = 0x5c

/**
 * The number of members of a text within the limits, measured before anything is built from it. Bytes
 * of a multi-byte character are never taken for ASCII.
 */
function measure(
  bytes: Uint8Array,
  { depthMax, valuesMax }: JsonLimits
): number | Pick<JsonFault, 'reason' | 'offset'> {
  let depth = 0
  let values = 1
  let members = 0
  const end = bytes.length
  if (end === 0) return { reason: 'empty', offset: null }
  for (let i = 0; i < end; i++) {
    switch (bytes[i]) {
      case quote:
        for (i++; i < end && bytes[i] !== quote; i++) if (bytes[i] === backslash) i++
        break
      case 0x3a: // :
        members++
        break
      case 0x2c: // ,
        if (++values > valuesMax) return { reason: 'too-many-values', offset: i }
        break
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > depthMax) return { reason: 'too-deep', offset: i }
        if (++values > valuesMax) return { reason: 'too-many-values', offset: i }
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
    }
  }
  return members
}

/**
 * The number of members of all objects in a value; -1 as soon as a forbidden member is found.
 * Recursion is bounded by the measured depth.
 */
function countMembers(value: unknown): number {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : -1
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : -1
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) {
      const inner = countMembers(item)
      if (inner < 0) return -1
      members += inner
    }
    return members
  }
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key]
    if (!key.isWellFormed() || isForbiddenMember(key, member)) return -1
    const inner = countMembers(member)
    if (inner < 0) return -1
    members += 1 + inner
  }
  return members
}

/** True for keys by which a careless merge would reach Object.prototype. */
function isForbiddenMember(key: string, member: unknown): boolean {
  if (key === '__proto__') return true
  return (
    key === 'constructor' &&
    typeof member === 'object' &&
    member !== null &&
    Object.hasOwn(member, 'prototype')
  )
}

/** The first fault of a text that has one and bounded nesting. A fault in a string: where it begins. */
function findFault(text: string): JsonFault {
  let found: JsonFault | null = null
  const fail = (reason: JsonFault['reason'], offset: number, path: JSONPath = []) => {
    const at = path.map(name => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    found ??= { reason, offset: Buffer.byteLength(text.slice(0, offset)), at: at.join('') }
  }
  const open: { readonly beginsAt: number; readonly keys: Set<string> }[] = []
  visit(
    text,
    {
      onObjectBegin: beginsAt => void open.push({ beginsAt, keys: new Set() }),
      onObjectEnd: () => void open.pop(),
      onObjectProperty(key, offset, _length, _line, _character, getPath) {
        const { beginsAt, keys } = open.at(-1)!
        const path = getPath()
        if (keys.has(key)) fail('duplicate-key', offset, [...path, key])
        keys.add(key)
        if (!key.isWellFormed()) fail('lone-surrogate', offset, path)
        if (key === '__proto__') fail('forbidden-key', offset, [...path, key])
        if (key === 'prototype' && path.at(-1) === 'constructor')
          fail('forbidden-key', beginsAt, path)
      },
      onLiteralValue(value, offset, _length, _line, _character, getPath) {
        if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
          fail('number-too-large', offset, getPath())
        if (typeof value === 'string' && !value.isWellFormed())
          fail('lone-surrogate', offset, getPath())
      },
      onError: (_error, offset) => fail('malformed', offset)
    },
    { disallowComments: true }
  )
  return found ?? { reason: 'malformed', offset: null, at: '' }
}
