// Cursors in the form that clients get: opaque, authenticated, and equal for equal positions. A position, never a permission.
// Encrypted, because plain positions would reveal how many hidden records lie between two visible ones.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { blockBytes, type CursorContent, type CursorForm, decodeContent, encodeContent } from './cursor-content.ts'

export type { CursorContent } from './cursor-content.ts'

export type CursorRefusal = 'malformed' | 'version' | 'forged'
export type OpenedCursor =
  | { readonly ok: true; readonly content: CursorContent }
  | { readonly ok: false; readonly reason: CursorRefusal }

/** The first byte of a cursor. */
const versionOf: Readonly<Record<CursorForm, number>> = { json: 1, compact: 2 }
const formOf = new Map(Object.entries(versionOf).map(([form, version]) => [version, form as CursorForm]))
/** Versions that may come: a text with a greater one was never a cursor. */
const versionMax = 15
const tagBytes = 16
/** Longest text that is parsed, characters. */
export const sealedCursorLengthMax = 16_384

/**
 * The sealed text of a cursor, base64url. Deterministic: the initial vector is the MAC of the content (the SIV construction),
 * so that two texts reveal only whether their contents are equal. Cost: one HMAC and one AES pass over some hundred bytes.
 */
export function sealCursor(key: Buffer, content: CursorContent): string {
  const { mac, cipher } = keysOf(key)
  const { form, plain } = encodeContent(content)
  const tag = tagOf(mac, form, plain)
  const encrypt = createCipheriv('aes-256-ctr', cipher, tag)
  return Buffer.concat([Buffer.of(versionOf[form]), tag, encrypt.update(plain), encrypt.final()]).toString('base64url')
}

/** Opens what `sealCursor` made with the same key. Never throws. */
export function openCursor(key: Buffer, text: string): OpenedCursor {
  if (text.length === 0 || text.length > sealedCursorLengthMax || !/^[A-Za-z0-9_-]+$/.test(text)) return refused('malformed')
  const sealed = Buffer.from(text, 'base64url')
  // Each content has exactly one text: unused bits at the end are rejected.
  if (sealed.toString('base64url') !== text) return refused('malformed')
  const form = formOf.get(sealed[0] as number)
  if (form === undefined) return refused((sealed[0] as number) <= versionMax ? 'version' : 'malformed')
  if (sealed.length < 1 + tagBytes + blockBytes) return refused('malformed')
  const { mac, cipher } = keysOf(key)
  const tag = sealed.subarray(1, 1 + tagBytes)
  const decrypt = createDecipheriv('aes-256-ctr', cipher, tag)
  const plain = Buffer.concat([decrypt.update(sealed.subarray(1 + tagBytes)), decrypt.final()])
  if (!timingSafeEqual(tagOf(mac, form, plain), tag)) return refused('forged')
  return { ok: true, content: decodeContent(form, plain) }
}

function refused(reason: CursorRefusal): OpenedCursor {
  return { ok: false, reason }
}

/** The tag covers the form: bytes of one never open as the other. Cursors of the first were made before there was another. */
function tagOf(mac: KeyObject, form: CursorForm, plain: Buffer): Buffer {
  const hmac = createHmac('sha256', mac)
  if (form !== 'json') hmac.update(Buffer.of(versionOf[form]))
  return hmac.update(plain).digest().subarray(0, tagBytes)
}

/** As key objects: from a buffer, each call would create one, which takes five times as long as the work itself. */
interface Keys {
  readonly mac: KeyObject
  readonly cipher: KeyObject
}

const derivedKeys = new WeakMap<Buffer, Keys>()

function keysOf(key: Buffer): Keys {
  const known = derivedKeys.get(key)
  if (known) return known
  const derive = (purpose: string) => createSecretKey(createHmac('sha256', key).update(`tocsin/v1/cursor/${purpose}`).digest())
  const keys = { mac: derive('mac'), cipher: derive('cipher') }
  derivedKeys.set(key, keys)
  return keys
}
