// Cursors in the form that clients get: opaque, authenticated, and equal for equal positions. A
// position, never a permission. Encrypted, because plain positions would reveal how many hidden
// records lie between two visible ones. Positions alone take a short form, so that a frame for a bad
// link stays small; large ones a wider form, and anything else is JSON. Each content has exactly one
// form; older cursors in a wider one still open.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual
} from 'node:crypto'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { Cursor } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'

/**
 * What a client's cursor contains: positions in one or more topics, and extra state of its
 * transport.
 */
export interface CursorContent {
  readonly cursors: readonly Cursor[]
  /** Small JSON. */
  readonly extra?: unknown
}

export type OpenedCursor =
  | { readonly ok: true; readonly content: CursorContent }
  | { readonly ok: false; readonly reason: 'malformed' | 'version' | 'forged' }

interface Form {
  /** The first byte of a cursor. */
  readonly version: number
  /** 96 bits are enough for a position, which permits nothing. */
  readonly tagBytes: number
  /** Of each position; 0: JSON. */
  readonly width: number
}
/** By version. The short one serves until a partition holds 16.7 million records. */
const json: Form = { version: 1, tagBytes: 16, width: 0 }
const compact: Form = { version: 2, tagBytes: 16, width: 5 }
const short: Form = { version: 3, tagBytes: 12, width: 3 }
/** Versions that may come: a text with a greater one was never a cursor. */
const versionMax = 15
/** Of the initial vector. */
const vectorBytes = 16
/** Of the shortest content: a topic, an epoch and no position. */
const plainBytesMin = 4
/** Longest text that is parsed, characters. */
export const sealedCursorLengthMax = 16_384
/** Contents are padded to whole blocks: their length would reveal how much of the log is hidden. */
const blockBytes = 16
/** Positions of JSON are padded to this number of digits, for the same reason. */
const positionDigits = 10

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
  const parts = [Buffer.of(form.version), tag, encrypt.update(plain), encrypt.final()]
  return Buffer.concat(parts).toString('base64url')
}

/** Opens what `sealCursor` made with the same key. Never throws. */
export function openCursor(key: Buffer, text: string): OpenedCursor {
  const sealed = Buffer.from(text.slice(0, sealedCursorLengthMax), 'base64url')
  // Each content has exactly one text: unused bits at the end are rejected.
  if (text === '' || sealed.toString('base64url') !== text)
    return { ok: false, reason: 'malformed' }
  const version = sealed[0] as number
  const form = [json, compact, short].find(each => each.version === version)
  const start = 1 + (form?.tagBytes ?? 0)
  if (version > versionMax || (form && sealed.length < start + plainBytesMin))
    return { ok: false, reason: 'malformed' }
  if (form === undefined) return { ok: false, reason: 'version' }
  const { mac, cipher } = deriveKeys(key)
  const tag = sealed.subarray(1, start)
  const decrypt = createDecipheriv('aes-256-ctr', cipher, computeVector(tag))
  const plain = Buffer.concat([decrypt.update(sealed.subarray(start)), decrypt.final()])
  return timingSafeEqual(computeTag(mac, form, plain), tag)
    ? { ok: true, content: decodeContent(form, plain) }
    : { ok: false, reason: 'forged' }
}

/**
 * The tag covers the form: bytes of one never open as the other. Cursors of the first were made
 * before there was another.
 */
function computeTag(mac: KeyObject, { version, tagBytes }: Form, plain: Buffer): Buffer {
  const hmac = createHmac('sha256', mac)
  if (version !== json.version) hmac.update(Buffer.of(version))
  return hmac.update(plain).digest().subarray(0, tagBytes)
}

function computeVector(tag: Buffer): Buffer {
  return Buffer.concat([tag], vectorBytes)
}

/**
 * As key objects: from a buffer, each call would create one, which takes five times as long as the
 * work itself.
 */
const derivedKeys = new WeakMap<Buffer, Readonly<Record<'mac' | 'cipher', KeyObject>>>()

function deriveKeys(key: Buffer) {
  const known = derivedKeys.get(key)
  if (known) return known
  const derive = (purpose: string) =>
    createSecretKey(createHmac('sha256', key).update(`tocsin/v1/cursor/${purpose}`).digest())
  const keys = { mac: derive('mac'), cipher: derive('cipher') }
  derivedKeys.set(key, keys)
  return keys
}

function encodeContent(content: CursorContent): { readonly form: Form; readonly plain: Buffer } {
  const { cursors, extra } = content
  const form =
    extra === undefined && cursors.length > 0
      ? [short, compact].find(({ width }) => cursors.every(each => fitsBytes(width, each)))
      : undefined
  if (form === undefined) return { form: json, plain: encodeJson(content) }
  const plain = Buffer.concat(cursors.map(each => encodeBytes(form.width, each)))
  // The length of the short one depends on the number of partitions alone: it needs no padding.
  return { form, plain: form === short ? plain : padded(plain, 0) }
}

/** Only for bytes that `encodeContent` made: the shape is known. */
function decodeContent({ width }: Form, plain: Buffer): CursorContent {
  return width === 0 ? decodeJson(plain) : { cursors: [...decodeBytes(width, plain)] }
}

/** By their numbers in cursors that clients hold: never changed, only added to. 0 is padding. */
const topicsByNumber: readonly (Topic | null)[] = [
  null,
  topics.incidents,
  topics.assembly,
  topics.alerts,
  topics.control,
  topics.deliveries,
  topics.snapshots,
  topics.keys,
  topics.quarantine
]

/** A log's epoch as bytes, if it is hexadecimal, as those of our logs are; a UUID is too. */
const hexPattern = /^(?:[0-9a-f]{2}){1,16}$/
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const uuidMark = 0x80

function fitsBytes(width: number, { epoch, positions }: Cursor): boolean {
  const positionMax = 1n << BigInt(8 * width)
  const isHex = hexPattern.test(epoch) || uuidPattern.test(epoch)
  return isHex && positions.length < 256 && positions.every(position => position < positionMax)
}

/** Topic, length of the epoch, epoch, number of positions, positions. */
function encodeBytes(width: number, { topic, epoch, positions }: Cursor): Buffer {
  const bytes = Buffer.from(epoch.replaceAll('-', ''), 'hex')
  const mark = bytes.length | (epoch.includes('-') ? uuidMark : 0)
  const head = [topicsByNumber.indexOf(topic), mark, ...bytes, positions.length]
  const plain = Buffer.alloc(head.length + positions.length * width)
  plain.set(head)
  for (const [i, position] of positions.entries())
    plain.writeUIntBE(Number(position), head.length + i * width, width)
  return plain
}

function* decodeBytes(width: number, plain: Buffer): Generator<Cursor> {
  for (let at = 0; at < plain.length && plain[at] !== 0; ) {
    const topic = topicsByNumber[plain[at] as number]
    if (!topic) throw new Error('a cursor of ours names an unknown topic')
    const mark = plain[at + 1] as number
    const countAt = at + 2 + (mark & ~uuidMark)
    const hex = plain.subarray(at + 2, countAt).toString('hex')
    const epoch = mark & uuidMark ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : hex
    at = countAt + 1 + (plain[countAt] as number) * width
    const positions: bigint[] = []
    for (let each = countAt + 1; each < at; each += width)
      positions.push(BigInt(plain.readUIntBE(each, width)))
    yield { topic, epoch, positions }
  }
}

type TopicName = keyof typeof topics
const topicNames = Object.keys(topics) as TopicName[]

/** `[["alerts","<epoch>","12,40"],…]` or `[[…],extra]`. */
function encodeJson({ cursors, extra }: CursorContent): Buffer {
  const named = cursors.map(({ topic, epoch, positions }) => [
    ...[topicNames.find(name => topics[name] === topic), epoch, positions.join(',')]
  ])
  const plain = Buffer.from(
    extra === undefined ? JSON.stringify([named]) : toCanonicalJson([named, extra])
  )
  const missing = cursors
    .flatMap(({ positions }) => positions)
    .map(each => Math.max(0, positionDigits - String(each).length))
  return padded(
    plain,
    missing.reduce((sum, each) => sum + each, plain.length),
    ' '
  )
}

function decodeJson(plain: Buffer): CursorContent {
  const [named, extra] = JSON.parse(plain.toString()) as [[TopicName, string, string][], unknown]
  const cursors = named.map(([name, epoch, positions]) => ({
    topic: topics[name],
    epoch,
    positions: positions === '' ? [] : positions.split(',').map(BigInt)
  }))
  return extra === undefined ? { cursors } : { cursors, extra }
}

function padded(bytes: Buffer, bytesMin: number, filling: string | number = 0): Buffer {
  const length = Math.ceil(Math.max(bytes.length, bytesMin) / blockBytes) * blockBytes
  return Buffer.concat([bytes], length).fill(filling, bytes.length)
}

/**
 * Texts that say until when they hold: tickets, links, what a browser keeps. Sealed like cursors,
 * under a secret for the one purpose: what opens was written here.
 */
export class SealedTokens<Content extends { readonly expiresAtMs: number }> {
  readonly #secret: Buffer
  readonly #prefix: string
  /** Longest that is opened, characters. */
  readonly #lengthMax: number

  constructor(secret: Buffer, prefix: string, lengthMax: number) {
    this.#secret = secret
    this.#prefix = prefix
    this.#lengthMax = lengthMax
  }

  seal(content: Content): string {
    return `${this.#prefix}${sealCursor(this.#secret, { cursors: [], extra: content })}`
  }

  /** Null if it is forged or expired. */
  open(text: string | undefined, nowMs: number): Content | null {
    if (!text?.startsWith(this.#prefix) || text.length > this.#lengthMax) return null
    const opened = openCursor(this.#secret, text.slice(this.#prefix.length))
    const content = opened.ok ? (opened.content.extra as Content) : null
    return content !== null && nowMs < content.expiresAtMs ? content : null
  }
}
