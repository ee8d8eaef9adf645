// Snapshots of theatres in the log: two slots each, chunks first, the manifest last, then an index
// of all theatres of the partition. A new owner reads from the end and no more than it needs. An
// unfinished or damaged snapshot is skipped: the other slot, or the log from the theatre's
// beginning, serves as well.

import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { digest, hashSha256Hex } from '@tocsin/contracts/json/digest'
import { decodeEnvelope } from '@tocsin/contracts/record/envelope'
import { encodeRecord, engineVersion } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'

/**
 * Compresses a state. It runs in threads of the machine, so it is a port: a simulated run brings
 * its own.
 */
export interface Compression {
  pack(bytes: Buffer): Promise<Buffer>
  /** Rejects bytes that `pack` did not make, and output above `bytesMax` bytes. */
  unpack(bytes: Buffer, bytesMax: number): Promise<Buffer>
}

const gzipBytes = promisify(gzip)
const gunzipBytes = promisify(gunzip)
export const threadedGzip: Compression = {
  pack: bytes => gzipBytes(bytes, { level: constants.Z_BEST_SPEED }),
  unpack: (bytes, bytesMax) =>
    gunzipBytes(bytes, { maxOutputLength: bytesMax, chunkSize: unpackedBytes })
}

/** Usual unpacked size of a block, bytes: read as one chunk instead of many small ones. */
const unpackedBytes = 1024 * 1024
/**
 * Compressed bytes in one chunk; base64 adds a third, still under 512 KiB. Source:
 * core-idea.md#state.
 */
const chunkBytesMax = 360 * 1024
/**
 * Largest block read back, bytes: far above what is written, far below what would end the process.
 */
const blockBytesMax = 256 * 1024 * 1024
/** Blocks unpacked ahead of the one being restored. */
const blocksAhead = 4
/**
 * Records from the end of a partition that the first search for its index covers; each further
 * search covers four times as many.
 */
const firstLookRecords = 4n

/** The range of a snapshot's records in their partition: first chunk to manifest. */
export interface SnapshotPlace {
  readonly number: number
  readonly first: string
  readonly last: string
  /** Of the incidents log: the first record missing from the snapshot. */
  readonly next: string
}

/** One theatre's entry in an index. Positions are decimal digits. */
export interface IndexedTheatre {
  readonly theatre: string
  /**
   * In the incidents log: the first record after its newest snapshot; without one, the theatre's
   * first record.
   */
  readonly next: string
  /**
   * In the alerts and assembly logs: positions from which its newest snapshot must be continued.
   */
  readonly alerts: string
  readonly assembly: string
  /** Newest first, at most two. */
  readonly snapshots: readonly SnapshotPlace[]
}

/** All theatres of a partition that have records before `next`. */
export interface PartitionIndex {
  /** Of the incidents log: an index of another epoch is ignored. */
  readonly epoch: string
  readonly next: string
  readonly alerts: string
  readonly assembly: string
  readonly theatres: readonly IndexedTheatre[]
}

/** A snapshot to be written. */
export interface NewSnapshot {
  readonly theatre: string
  /** Counts the theatre's snapshots; its parity is the slot. */
  readonly number: number
  /** Of the incidents log. */
  readonly epoch: string
  readonly partition: number
  /** The first record missing from the state. */
  readonly next: bigint
  readonly seq: number
  readonly previousHash: string
  readonly format: number
  /** The state, in blocks that are made one by one while folding continues. */
  readonly blocks: Iterable<Buffer>
}

interface Manifest {
  readonly theatre: string
  readonly number: number
  readonly format: number
  readonly epoch: string
  readonly partition: number
  readonly position: string
  readonly engine: string
  readonly seq: number
  readonly previoushash: string
  /** Hashes of the chunks of each block. */
  readonly blocks: readonly (readonly string[])[]
}

/** A complete snapshot: its manifest, and its blocks one by one. */
export interface FoundSnapshot {
  readonly number: number
  readonly next: bigint
  readonly seq: number
  readonly previousHash: string
  readonly bytes: number
  blocks(): AsyncIterable<Buffer>
}

/**
 * The snapshot was abandoned before its manifest: the state must not be continued from, or the
 * owner was stopped.
 */
export class SnapshotAbandonedError extends Error {
  override readonly name = 'SnapshotAbandonedError'
}

/** A written snapshot, and how long serialising it blocked the thread, ms. */
export interface WrittenSnapshot {
  readonly place: SnapshotPlace
  readonly spentMs: number
}

/**
 * Writes a snapshot; resolves when its manifest is durable. `mayFinish` is awaited before the
 * manifest is written, and rejects unless all outputs up to the snapshot are acknowledged and
 * confirmed. It is made block by block, with other work in between.
 */
export async function writeSnapshot(
  log: EventLog,
  snapshot: NewSnapshot,
  clock: Clock,
  compression: Compression,
  mayFinish: () => Promise<void>
): Promise<WrittenSnapshot> {
  const { theatre, number } = snapshot
  const time = new Date(clock.nowMs()).toISOString()
  const slot = number % 2
  const record = (name: string, type: string, data: object): NewRecord => {
    const id = digest('snapshot', theatre, String(number), name, time)
    return {
      id,
      key: `${theatre}/${slot}/${name}`,
      value: encodeRecord(
        { id, source: '/tocsin/rules', time, cause: null, theatre },
        { type, data }
      )
    }
  }
  let first: bigint | null = null
  let count = 0
  const blocks: string[][] = []
  let [spentMs, beganMs] = [0, clock.monotonicMs()]
  for (const block of snapshot.blocks) {
    spentMs += clock.monotonicMs() - beganMs
    const packed = await compression.pack(block)
    const hashes: string[] = []
    for (let at = 0; at < packed.length; at += chunkBytesMax) {
      const chunk = packed.subarray(at, at + chunkBytesMax)
      const data = { number, chunk: count, bytes: chunk.toString('base64') }
      const [written] = await log.append(topics.snapshots, [
        record(String(count), 'snapshot.chunk', data)
      ])
      first ??= written?.position ?? null
      hashes.push(hashSha256Hex(chunk))
      count += 1
    }
    blocks.push(hashes)
    beganMs = clock.monotonicMs()
  }
  await mayFinish()
  const manifest: Manifest = {
    theatre,
    number,
    format: snapshot.format,
    epoch: snapshot.epoch,
    partition: snapshot.partition,
    position: String(snapshot.next),
    engine: engineVersion,
    seq: snapshot.seq,
    previoushash: snapshot.previousHash,
    blocks
  }
  const [last] = await log.append(topics.snapshots, [
    record('manifest', 'snapshot.manifest', manifest)
  ])
  const place = {
    number,
    first: String(first ?? last?.position),
    last: String(last?.position),
    next: String(snapshot.next)
  }
  return { place, spentMs }
}

/**
 * Writes the index of a partition under the key of a theatre: the newest index in the partition
 * counts.
 */
export async function writeIndex(
  log: EventLog,
  theatre: string,
  index: PartitionIndex,
  time: string
): Promise<void> {
  const id = digest('snapshot-index', theatre, index.next, time)
  const value = encodeRecord(
    { id, source: '/tocsin/rules', time, cause: null, theatre },
    { type: 'snapshot.index', data: index }
  )
  await log.append(topics.snapshots, [{ id, key: `${theatre}/index`, value }])
}

/**
 * The newest index of a partition, searched from the end; null if there is none of this epoch of
 * the incidents log.
 */
export async function readIndex(
  log: EventLog,
  partition: number,
  epoch: string
): Promise<PartitionIndex | null> {
  const { start, end } = (await log.state(topics.snapshots))[partition] ?? { start: 0n, end: 0n }
  let [before, look] = [end, firstLookRecords]
  while (before > start) {
    const from = before - look > start ? before - look : start
    const found: PartitionIndex[] = []
    await readUpTo(
      log,
      { topic: topics.snapshots, partition, from, to: before },
      ({ key, value }) => {
        if (!key.endsWith('/index') || value === null) return
        const decoded = decodeEnvelope(value)
        if (decoded.kind === 'decoded' && decoded.major === 1)
          found.push(decoded.envelope.data as PartitionIndex)
      }
    )
    const newest = found.at(-1)
    if (newest !== undefined) return newest.epoch === epoch ? newest : null
    before = from
    look *= 4n
  }
  return null
}

/** Conditions for continuing a snapshot, in addition to this engine. */
export interface SnapshotForm {
  readonly epoch: string
  readonly format: number
}

/**
 * The newest complete snapshot of a theatre: searched where the index points, then, if neither slot
 * is complete, in the whole partition. `passedOver` is called for those that cannot be continued;
 * null if none is left.
 */
export async function findSnapshot(
  log: EventLog,
  partition: number,
  indexed: IndexedTheatre,
  { epoch, format }: SnapshotForm,
  passedOver: (why: string) => void,
  compression: Compression
): Promise<FoundSnapshot | null> {
  for (const { number, first, last, next } of indexed.snapshots) {
    const found = await findIn(
      log,
      partition,
      indexed.theatre,
      { epoch, format },
      [BigInt(first), BigInt(last) + 1n],
      compression
    )
    // Another owner may have written a snapshot of the same number.
    if (found !== null && found.number === number && found.next === BigInt(next)) return found
    passedOver(`snapshot ${number} is incomplete, or of another engine, format or log`)
  }
  return indexed.snapshots.length === 0
    ? null
    : findIn(log, partition, indexed.theatre, { epoch, format }, null, compression)
}

async function findIn(
  log: EventLog,
  partition: number,
  theatre: string,
  { epoch, format }: SnapshotForm,
  range: readonly [bigint, bigint] | null,
  compression: Compression
): Promise<FoundSnapshot | null> {
  const state = (await log.state(topics.snapshots))[partition] ?? { start: 0n, end: 0n }
  const [from, to] = range ?? [state.start, state.end]
  if (from < state.start || to > state.end) return null
  const manifests: Manifest[] = []
  const chunks = new Map<string, { number: number; bytes: Buffer }>()
  await readUpTo(log, { topic: topics.snapshots, partition, from, to }, ({ key, value }) => {
    if (value === null || !key.startsWith(`${theatre}/`) || key.endsWith('/index')) return
    const decoded = decodeEnvelope(value)
    if (decoded.kind !== 'decoded' || decoded.major !== 1) return
    if (decoded.event === 'snapshot.manifest') manifests.push(decoded.envelope.data as Manifest)
    else {
      const { number, bytes } = decoded.envelope.data as { number: number; bytes: string }
      chunks.set(key, { number, bytes: Buffer.from(bytes, 'base64') })
    }
  })
  for (const manifest of manifests.sort((a, b) =>
    Number(BigInt(b.position) - BigInt(a.position))
  )) {
    // Findings of another engine are not findings of this one, in any format.
    const isOwn = manifest.format === format && manifest.engine === engineVersion
    if (!isOwn || manifest.epoch !== epoch) continue
    const packed = wholeBlocks(manifest, chunks)
    if (packed !== null) return readFound(manifest, packed, compression)
  }
  return null
}

/** The packed blocks of a snapshot; null if a chunk is missing or differs from its manifest. */
function wholeBlocks(
  { theatre, number, blocks }: Manifest,
  chunks: ReadonlyMap<string, { number: number; bytes: Buffer }>
): Buffer[] | null {
  const whole: Buffer[] = []
  let count = 0
  for (const hashes of blocks) {
    const parts: Buffer[] = []
    for (const hash of hashes) {
      const chunk = chunks.get(`${theatre}/${number % 2}/${count++}`)
      if (chunk?.number !== number || hashSha256Hex(chunk.bytes) !== hash) return null
      parts.push(chunk.bytes)
    }
    whole.push(Buffer.concat(parts))
  }
  return whole
}

function readFound(
  manifest: Manifest,
  packed: readonly Buffer[],
  compression: Compression
): FoundSnapshot {
  return {
    number: manifest.number,
    next: BigInt(manifest.position),
    seq: manifest.seq,
    previousHash: manifest.previoushash,
    bytes: packed.reduce((sum, { length }) => sum + length, 0),
    async *blocks() {
      const unpacking: Promise<Buffer>[] = []
      const ahead = (i: number) => {
        const block = packed[i]
        if (block === undefined) return
        const text = compression.unpack(block, blockBytesMax)
        // The reader of this block gets the rejection; there may be no reader.
        text.catch(() => {})
        unpacking[i] = text
      }
      for (let i = 0; i < blocksAhead; i++) ahead(i)
      for (let i = 0; i < packed.length; i++) {
        const text = await (unpacking[i] as Promise<Buffer>)
        delete unpacking[i]
        ahead(i + blocksAhead)
        yield text
      }
    }
  }
}
