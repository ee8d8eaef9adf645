// Cursors in the form that clients get: opaque, authenticated, and equal for equal positions. A
// position, never a permission. Encrypted, because plain positions would reveal how many hidden
// records lie between two visible ones.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual
} from 'node:crypto'
import {
  type CursorContent,
  type CursorForm,
  decodeContent,
  encodeContent
} from './cursor-content.ts'

export type { CursorContent } from './cursor-content.ts'

export type CursorRefusal = 'malformed' | 'version' | 'forged'
export type OpenedCursor =
  | { readonly ok: true; readonly content: CursorContent }
  | { readonly ok: false; readonly reason: CursorRefusal }

/** The first byte of a cursor. */
const versionOf: Readonly<Record<CursorForm, number>> = { json: 1, compact: 2, short: 3 }
const formOf = new Map(
  Object.entries(versionOf).map(([form, version]) => [version, form as CursorForm])
)
/** Versions that may come: a text with a greater one was never a cursor. */
const versionMax = 15
/** The short form has a shorter one: 96 bits are enough for a position, which permits nothing. */
const tagBytes: Readonly<Record<CursorForm, number>> = { json: 16, compact: 16, short: 12 }
/** Of the initial vector. */
const vectorBytes = 16
/** Of the shortest content: a topic, an epoch and no position. */
const plainBytesMin = 4
/** Longest text that is parsed, characters. */
export const sealedCursorLengthMax = 16_384

/**
 * The sealed text of a cursor, base64url. Deterministic: the initial vector is the MAC of the
 * content (the SIV construction), so that two texts reveal only whether their contents are equal.
 * Cost: one HMAC and one AES pass over some hundred bytes.
 */
export function sealCursor(key: Buffer, content: CursorContent): string {
  const { mac, cipher } = deriveKeys(key)
  const { form, plain } = encodeContent(content)
  const tag = computeTag(mac, form, plain)
  const encrypt = createCipheriv('aes-256-ctr', cipher, computeVector(tag))
  return Buffer.concat([
    Buffer.of(versionOf[form]),
    tag,
    encrypt.update(plain),
    encrypt.final()
  ]).toString('base64url')
}

/** Opens what `sealCursor` made with the same key. Never throws. */
export function openCursor(key: Buffer, text: string): OpenedCursor {
  if (text.length === 0 || text.length > sealedCursorLengthMax || !/^[A-Za-z0-9_-]+$/.test(text))
    return refused('malformed')
  const sealed = Buffer.from(text, 'base64url')
  // Each content has exactly one text: unused bits at the end are rejected.
  if (sealed.toString('base64url') !== text) return refused('malformed')
  const form = formOf.get(sealed[0] as number)
  if (form === undefined)
    return refused((sealed[0] as number) <= versionMax ? 'version' : 'malformed')
  const behindTag = 1 + tagBytes[form]
  if (sealed.length < behindTag + plainBytesMin) return refused('malformed')
  const { mac, cipher } = deriveKeys(key)
  const tag = sealed.subarray(1, behindTag)
  const decrypt = createDecipheriv('aes-256-ctr', cipher, computeVector(tag))
  const plain = Buffer.concat([decrypt.update(sealed.subarray(behindTag)), decrypt.final()])
  if (!timingSafeEqual(computeTag(mac, form, plain), tag)) return refused('forged')
  return { ok: true, content: decodeContent(form, plain) }
}

function refused(reason: CursorRefusal): OpenedCursor {
  return { ok: false, reason }
}

/**
 * The tag covers the form: bytes of one never open as the other. Cursors of the first were made
 * before there was another.
 */
function computeTag(mac: KeyObject, form: CursorForm, plain: Buffer): Buffer {
  const hmac = createHmac('sha256', mac)
  if (form !== 'json') hmac.update(Buffer.of(versionOf[form]))
  return hmac.update(plain).digest().subarray(0, tagBytes[form])
}

function computeVector(tag: Buffer): Buffer {
  return tag.length === vectorBytes ? tag : Buffer.concat([tag], vectorBytes)
}

/**
 * As key objects: from a buffer, each call would create one, which takes five times as long as the
 * work itself.
 */
interface Keys {
  readonly mac: KeyObject
  readonly cipher: KeyObject
}

const derivedKeys = new WeakMap<Buffer, Keys>()

function deriveKeys(key: Buffer): Keys {
  const known = derivedKeys.get(key)
  if (known) return known
  const derive = (purpose: string) =>
    createSecretKey(createHmac('sha256', key).update(`tocsin/v1/cursor/${purpose}`).digest())
  const keys = { mac: derive('mac'), cipher: derive('cipher') }
  derivedKeys.set(key, keys)
  return keys
}
