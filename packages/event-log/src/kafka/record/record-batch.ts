// Kafka's record batches (format 2): encodes our records, and checks and decodes what a broker
// returns. Shared by all drivers, because neither library verifies the checksum. A record's id is
// its header `id`. Source: Kafka documentation, "Message format", record batch.

import { gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { EventLogError } from '../../errors.ts'
import type { NewRecord, StoredRecord } from '../../port.ts'
import type { Topic } from '../../topics.ts'
import { computeCrc32c } from './crc32c.ts'
import { type ByteReader, measureVarint, readVarint, writeVarint } from './varint.ts'

export type Compression = 'none' | 'zstd'

/** Byte offsets of a batch's fields. The checksum covers everything after itself. */
const at = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastDelta: 23,
  timestamps: 27,
  producer: 43,
  count: 57
} as const
const headerBytes = 61
/** `length` counts the bytes after itself. */
const afterLength = 12
const magic = 2
const codecMask = 0x07
const controlFlag = 0x20
const codecs = { none: 0, gzip: 1, zstd: 4 } as const
/** Limit of a decompressed batch, bytes: a broker's answer must not fill the memory. */
const unfoldedBytesMax = 128 * 1024 * 1024
const idHeader = Buffer.from('id')
const encoder = new TextEncoder()

/** Maximum bytes that a record adds to a batch besides its id, key and value. */
export const recordOverheadBytes = 40
export const batchOverheadBytes = headerBytes

/** One batch of at least one record, in the order given. `nowMs` is their creation time. */
export function encodeBatch(
  records: readonly NewRecord[],
  nowMs: number,
  compression: Compression = 'none'
): Buffer {
  const bodies = records.map(encodeParts)
  const bytes = bodies.reduce((sum, body) => sum + body.size + measureVarint(body.size), 0)
  const plain = Buffer.allocUnsafe(headerBytes + bytes)
  let offset = headerBytes
  for (const [delta, body] of bodies.entries()) offset = writeRecord(plain, offset, delta, body)
  const batch =
    compression === 'none'
      ? plain
      : Buffer.concat([
          plain.subarray(0, headerBytes),
          zstdCompressSync(plain.subarray(headerBytes))
        ])
  writeHeader(batch, records.length, nowMs, codecs[compression])
  return batch
}

interface Parts {
  readonly id: Uint8Array
  readonly key: Uint8Array
  readonly value: Uint8Array | null
  /** Size of the body without the record's offset in its batch, later with it. */
  readonly size: number
}

function encodeParts(record: NewRecord, delta: number): Parts {
  const id = encoder.encode(record.id)
  const key = encoder.encode(record.key)
  const { value } = record
  const size =
    1 +
    measureVarint(0) +
    measureVarint(delta) +
    measureVarint(key.length) +
    key.length +
    (value === null ? measureVarint(-1) : measureVarint(value.length) + value.length) +
    measureVarint(1) +
    measureVarint(idHeader.length) +
    idHeader.length +
    measureVarint(id.length) +
    id.length
  return { id, key, value, size }
}

function writeRecord(
  into: Buffer,
  from: number,
  delta: number,
  { id, key, value, size }: Parts
): number {
  let offset = writeVarint(into, from, size)
  into[offset++] = 0
  offset = writeVarint(into, offset, 0)
  offset = writeVarint(into, offset, delta)
  offset = writeBytes(into, offset, key)
  offset = value === null ? writeVarint(into, offset, -1) : writeBytes(into, offset, value)
  offset = writeVarint(into, offset, 1)
  offset = writeBytes(into, offset, idHeader)
  return writeBytes(into, offset, id)
}

function writeBytes(into: Buffer, from: number, bytes: Uint8Array): number {
  const offset = writeVarint(into, from, bytes.length)
  into.set(bytes, offset)
  return offset + bytes.length
}

function writeHeader(batch: Buffer, count: number, nowMs: number, codec: number): void {
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - afterLength, at.length)
  batch.writeInt32BE(-1, at.length + 4)
  batch[at.magic] = magic
  batch.writeInt16BE(codec, at.attributes)
  batch.writeInt32BE(count - 1, at.lastDelta)
  batch.writeBigInt64BE(BigInt(nowMs), at.timestamps)
  batch.writeBigInt64BE(BigInt(nowMs), at.timestamps + 8)
  // No producer id, epoch or sequence: this is not an idempotent producer.
  batch.fill(0xff, at.producer, at.count)
  batch.writeInt32BE(count, at.count)
  batch.writeUInt32BE(computeCrc32c(batch.subarray(at.attributes)), at.crc)
}

export interface ReadFrom {
  readonly topic: Topic
  readonly partition: number
  /** First position wanted: earlier records of the batch are skipped. */
  readonly from: bigint
  /** True if positions must be contiguous, so that a gap means damage. */
  readonly contiguous: boolean
}

export interface ReadBatches {
  readonly records: StoredRecord[]
  /** The position behind the last whole batch; `from` if there was none. */
  readonly next: bigint
}

/**
 * Decodes what a broker returned for a partition. A batch cut off at the end is left for the next
 * fetch. Throws `record-corrupt` for a batch that differs from what was written: no record of that
 * batch is returned.
 */
export function readBatches(bytes: Buffer, where: ReadFrom): ReadBatches {
  const records: StoredRecord[] = []
  let next = where.from
  let offset = 0
  while (offset + headerBytes <= bytes.length) {
    const length = Math.max(bytes.readInt32BE(offset + at.length), 0)
    const end = offset + afterLength + length
    if (end > bytes.length) break
    try {
      next = readBatch(bytes.subarray(offset, end), where, next, records)
    } catch (error) {
      // Records before the damage are returned first; the next read fails at the damage.
      if (next > where.from) break
      throw error
    }
    offset = end
  }
  return { records, next }
}

function readBatch(batch: Buffer, where: ReadFrom, expected: bigint, into: StoredRecord[]): bigint {
  if (batch.length < headerBytes)
    throw createCorruptError(where, expected, `a batch states a length of ${batch.length} bytes`)
  if (batch[at.magic] !== magic)
    throw createCorruptError(where, expected, `a batch has format ${batch[at.magic]}`)
  if (computeCrc32c(batch.subarray(at.attributes)) !== batch.readUInt32BE(at.crc))
    throw createCorruptError(where, expected, 'the checksum of a batch is wrong')
  const base = batch.readBigInt64BE(0)
  const next = base + BigInt(batch.readInt32BE(at.lastDelta)) + 1n
  // The base offset is outside the checksum: it is compared with the previous batch.
  const isFirst = expected === where.from
  if (next <= expected || (where.contiguous && (isFirst ? base > expected : base !== expected)))
    throw createCorruptError(
      where,
      expected,
      `a batch states that it holds ${base} to ${next - 1n}`
    )
  const attributes = batch.readInt16BE(at.attributes)
  if ((attributes & controlFlag) === 0)
    readRecords(batch, attributes, { ...where, base, expected }, into)
  return next
}

interface Reading extends ReadFrom {
  readonly base: bigint
  readonly expected: bigint
}

function readRecords(
  batch: Buffer,
  attributes: number,
  where: Reading,
  into: StoredRecord[]
): void {
  const count = batch.readInt32BE(at.count)
  const records: StoredRecord[] = []
  const reader: ByteReader = {
    bytes: unfold(batch.subarray(headerBytes), attributes & codecMask, where),
    at: 0
  }
  try {
    for (let i = 0; i < count; i++) {
      const record = readRecord(reader, where)
      if (record.position >= where.expected) records.push(record)
    }
  } catch (error) {
    if (error instanceof RangeError)
      throw createCorruptError(where, where.expected, 'a batch ends within a record')
    throw error
  }
  into.push(...records)
}

function unfold(bytes: Buffer, codec: number, where: Reading): Buffer {
  try {
    // A copy: one retained record must not retain the broker's whole answer.
    if (codec === codecs.none) return Buffer.from(bytes)
    if (codec === codecs.gzip) return gunzipSync(bytes, { maxOutputLength: unfoldedBytesMax })
    if (codec === codecs.zstd)
      return zstdDecompressSync(bytes, { maxOutputLength: unfoldedBytesMax })
  } catch (error) {
    throw createCorruptError(
      where,
      where.expected,
      `a batch cannot be decompressed: ${(error as Error).message}`
    )
  }
  throw createCorruptError(
    where,
    where.expected,
    `a batch is compressed with codec ${codec}, which is not supported`
  )
}

function readRecord(reader: ByteReader, { topic, partition, base }: Reading): StoredRecord {
  const end = readVarint(reader) + reader.at
  reader.at++
  readVarint(reader)
  const position = base + BigInt(readVarint(reader))
  const key = readBytes(reader)
  const value = readBytes(reader)
  const id = readId(reader) ?? `${topic}/${partition}/${position}`
  if (reader.at !== end) throw new RangeError('the record has another length')
  return { topic, partition, position, id, key: key?.toString() ?? '', value }
}

/** A record written by another client has no id of ours: its id is derived from its place. */
function readId(reader: ByteReader): string | null {
  let id: string | null = null
  for (let left = readVarint(reader); left > 0; left--) {
    const name = readBytes(reader)
    const text = readBytes(reader)
    if (name?.equals(idHeader) === true && text !== null) id = text.toString()
  }
  return id
}

function readBytes(reader: ByteReader): Buffer | null {
  const length = readVarint(reader)
  if (length < 0) return null
  const from = reader.at
  reader.at += length
  if (reader.at > reader.bytes.length) throw new RangeError('beyond the end')
  return reader.bytes.subarray(from, reader.at)
}

function createCorruptError(
  { topic, partition }: ReadFrom,
  position: bigint,
  what: string
): EventLogError {
  return new EventLogError(
    'record-corrupt',
    `${topic}/${partition}/${position}: ${what}. Reading stops here`
  )
}
