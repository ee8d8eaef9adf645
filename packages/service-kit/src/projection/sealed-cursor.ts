// Cursors in the form that clients get: opaque, authenticated, and equal for equal positions. A position, never a permission.
// Encrypted, because plain positions would reveal how many hidden records lie between two visible ones.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { Cursor } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'

/** What a client's cursor contains: positions in one or more topics, and extra state of its transport. */
export interface CursorContent {
  readonly cursors: readonly Cursor[]
  /** Small JSON. */
  readonly extra?: unknown
}

export type CursorRefusal = 'malformed' | 'version' | 'forged'
export type OpenedCursor =
  | { readonly ok: true; readonly content: CursorContent }
  | { readonly ok: false; readonly reason: CursorRefusal }

const version = 1
const tagBytes = 16
const blockBytes = 16
/** Longest text that is parsed, characters. */
export const sealedCursorLengthMax = 16_384

/**
 * The sealed text of a cursor, base64url. Deterministic: the initial vector is the MAC of the content (the SIV construction),
 * so that two texts reveal only whether their contents are equal. Cost: one HMAC and one AES pass over some hundred bytes.
 */
export function sealCursor(key: Buffer, content: CursorContent): string {
  const { mac, cipher } = keysOf(key)
  const plain = encodeContent(content)
  const tag = tagOf(mac, plain)
  const encrypt = createCipheriv('aes-256-ctr', cipher, tag)
  return Buffer.concat([Buffer.of(version), tag, encrypt.update(plain), encrypt.final()]).toString('base64url')
}

/** Opens what `sealCursor` made with the same key. Never throws. */
export function openCursor(key: Buffer, text: string): OpenedCursor {
  if (text.length === 0 || text.length > sealedCursorLengthMax || !/^[A-Za-z0-9_-]+$/.test(text)) return refused('malformed')
  const sealed = Buffer.from(text, 'base64url')
  // Each content has exactly one text: unused bits at the end are rejected.
  if (sealed.toString('base64url') !== text) return refused('malformed')
  if (sealed[0] !== version) return refused('version')
  if (sealed.length < 1 + tagBytes + blockBytes) return refused('malformed')
  const { mac, cipher } = keysOf(key)
  const tag = sealed.subarray(1, 1 + tagBytes)
  const decrypt = createDecipheriv('aes-256-ctr', cipher, tag)
  const plain = Buffer.concat([decrypt.update(sealed.subarray(1 + tagBytes)), decrypt.final()])
  if (!timingSafeEqual(tagOf(mac, plain), tag)) return refused('forged')
  return { ok: true, content: decodeContent(plain) }
}

function refused(reason: CursorRefusal): OpenedCursor {
  return { ok: false, reason }
}

const nameOf = Object.fromEntries(Object.entries(topics).map(([name, topic]) => [topic, name])) as Record<
  Topic,
  keyof typeof topics
>

/** Positions are padded to this number of digits: their length would reveal how much of the log is hidden. */
const positionDigits = 10

/** `[["alerts","<epoch>","12,40"],…]` or `[[…],extra]`, padded with spaces so that its length reveals little. */
function encodeContent({ cursors, extra }: CursorContent): Buffer {
  const compact = cursors.map(c => [nameOf[c.topic], c.epoch, c.positions.join(',')])
  const json = Buffer.from(extra === undefined ? JSON.stringify([compact]) : canonicalJson([compact, extra]))
  let longest = json.length
  for (const { positions } of cursors) for (const each of positions) longest += Math.max(0, positionDigits - String(each).length)
  return Buffer.concat([json], Math.ceil(longest / blockBytes) * blockBytes).fill(' ', json.length)
}

/** Only called for content with our MAC, so the shape is known. */
function decodeContent(plain: Buffer): CursorContent {
  const [compact, extra] = JSON.parse(plain.toString()) as [[keyof typeof topics, string, string][], unknown]
  const cursors = compact.map(([name, epoch, positions]) => ({
    topic: topics[name],
    epoch,
    positions: positions === '' ? [] : positions.split(',').map(BigInt)
  }))
  return extra === undefined ? { cursors } : { cursors, extra }
}

function tagOf(mac: KeyObject, plain: Buffer): Buffer {
  return createHmac('sha256', mac).update(plain).digest().subarray(0, tagBytes)
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
