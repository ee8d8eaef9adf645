// One record as bytes on disk, and back. The checksum also covers the topic and the partition, so
// that a record in the wrong place is detected like a flipped bit.
//
//   u32 crc32 of all that follows | u48 position | u16 id bytes | u16 key bytes | i32 value bytes, -1 = null | id | key | value

import { crc32 } from 'node:zlib'
import type { NewRecord, StoredRecord } from '../../port.ts'
import type { Topic } from '../../topics.ts'

export const frameHeadBytes = 18

/** Initial value of the checksum in one partition. */
export function computeSeed(topic: Topic, partition: number): number {
  return crc32(`${topic}/${partition}`)
}

/** Consecutive frames of a partition in a growing buffer. */
export class FrameWriter {
  #buffer = Buffer.allocUnsafe(4096)
  #length = 0
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  get bytes(): number {
    return this.#length
  }

  push(record: NewRecord, position: number): void {
    const value = record.value
    this.#reserve(
      frameHeadBytes + (record.id.length + record.key.length) * 3 + (value?.byteLength ?? 0)
    )
    const buffer = this.#buffer
    const start = this.#length
    let at = start + frameHeadBytes
    const idBytes = writeText(buffer, record.id, at)
    at += idBytes
    const keyBytes = writeText(buffer, record.key, at)
    at += keyBytes
    if (value !== null) {
      buffer.set(value, at)
      at += value.byteLength
    }
    buffer.writeUInt16LE(Math.floor(position / 0x1_0000_0000), start + 8)
    buffer.writeUInt32LE(position % 0x1_0000_0000, start + 4)
    buffer.writeUInt16LE(idBytes, start + 10)
    buffer.writeUInt16LE(keyBytes, start + 12)
    buffer.writeInt32LE(value === null ? -1 : value.byteLength, start + 14)
    buffer.writeUInt32LE(crc32(buffer.subarray(start + 4, at), this.#seed), start)
    this.#length = at
  }

  /** The frames so far. Valid until the next push or clear. */
  taken(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
    // The memory of one large batch must be freed.
    if (this.#buffer.length > 4 * 1024 * 1024) this.#buffer = Buffer.allocUnsafe(4096)
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
    grown.set(this.taken())
    this.#buffer = grown
  }
}

/** Short ASCII text is written here: a call into native code costs several times more. */
function writeText(buffer: Buffer, text: string, at: number): number {
  if (text.length > 48) return buffer.write(text, at)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return buffer.write(text, at)
    buffer[at + i] = code
  }
  return text.length
}

export interface FramePosition {
  readonly topic: Topic
  readonly partition: number
  readonly seed: number
}

export type ReadFrame =
  | { readonly kind: 'frame'; readonly record: StoredRecord; readonly next: number }
  | { readonly kind: 'corrupt'; readonly reason: string }

/**
 * Reads the frame at an offset. Pure; never throws: a damaged frame is returned as corrupt. The
 * value is a view, not a copy.
 */
export function readFrame(
  buffer: Buffer,
  offset: number,
  place: FramePosition,
  position: number
): ReadFrame {
  const bounds = findBounds(buffer, offset)
  if (bounds === null) return { kind: 'corrupt', reason: 'the record is cut short' }
  const { idEnd, keyEnd, next, isNull } = bounds
  if (crc32(buffer.subarray(offset + 4, next), place.seed) !== buffer.readUInt32LE(offset))
    return { kind: 'corrupt', reason: 'the checksum is wrong' }
  const written = buffer.readUInt16LE(offset + 8) * 0x1_0000_0000 + buffer.readUInt32LE(offset + 4)
  if (written !== position)
    return { kind: 'corrupt', reason: `the record carries position ${written}` }
  const { topic, partition } = place
  const id = buffer.toString('utf8', offset + frameHeadBytes, idEnd)
  const key = buffer.toString('utf8', idEnd, keyEnd)
  const value = isNull ? null : buffer.subarray(keyEnd, next)
  return {
    kind: 'frame',
    record: { topic, partition, position: BigInt(position), id, key, value },
    next
  }
}

/**
 * The offset at which a frame ends, without reading it. Null if it does not lie within the buffer.
 */
export function findBounds(
  buffer: Buffer,
  offset: number
): { idEnd: number; keyEnd: number; next: number; isNull: boolean } | null {
  if (offset + frameHeadBytes > buffer.length) return null
  const idEnd = offset + frameHeadBytes + buffer.readUInt16LE(offset + 10)
  const keyEnd = idEnd + buffer.readUInt16LE(offset + 12)
  const valueBytes = buffer.readInt32LE(offset + 14)
  const next = keyEnd + Math.max(valueBytes, 0)
  return next > buffer.length ? null : { idEnd, keyEnd, next, isNull: valueBytes < 0 }
}

/** A Buffer over the same memory, not a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
