// The alert events of a theatre on disk, until all theatres are merged: what each record
// gave is one piece, with its place in the whole run. Orders and lengths of
// pieces stay in memory.

import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { type AlertSink, createStoppedError } from './alert-sink.ts'
import { mergeInOrder, type Ordered } from './in-order.ts'

/** What one record gave: events separated by line ends, without one at the end. */
export interface AlertPiece extends Ordered {
  readonly bytes: Uint8Array
}

/** Where the pieces of a part are. Plain data: it travels between threads. */
export interface PartIndex {
  readonly orders: Float64Array
  /** Bytes. */
  readonly lengths: Uint32Array
}

/** A finished part. */
export interface Part {
  readonly file: string
  readonly index: PartIndex
}

/** Size of the buffer before a write, and of one read, bytes. */
const [writtenBytes, readBytes] = [1024 * 1024, 256 * 1024]

/** Writes a part. Synchronous: the thread has no other work. */
export class PartWriter {
  #fd: number | null
  readonly #orders: number[] = []
  readonly #lengths: number[] = []
  #held: Uint8Array[] = []
  #heldBytes = 0
  /** Bytes added so far. */
  bytes = 0

  constructor(file: string) {
    this.#fd = openSync(file, 'w')
  }

  /** Orders ascend. */
  add({ order, bytes }: AlertPiece): void {
    this.#held.push(bytes)
    this.#orders.push(order)
    this.#lengths.push(bytes.length)
    this.#heldBytes += bytes.length
    this.bytes += bytes.length
    if (this.#heldBytes >= writtenBytes) this.#write()
  }

  finish(): PartIndex {
    this.#write()
    this.close()
    return { orders: Float64Array.from(this.#orders), lengths: Uint32Array.from(this.#lengths) }
  }

  /** Closes the file, if it is open. */
  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  #write(): void {
    const held = Buffer.concat(this.#held)
    for (let at = 0; at < held.length; ) at += writeSync(this.#fd as number, held, at)
    this.#held = []
    this.#heldBytes = 0
  }
}

/**
 * Hands the pieces of all parts over in order. Rejects with CommandError if the signal aborts, and
 * with the sink's errors.
 */
export async function mergeParts(
  parts: readonly Part[],
  sink: AlertSink,
  signal: AbortSignal
): Promise<void> {
  for (const { bytes } of mergeInOrder(parts.map(({ file, index }) => readPieces(file, index)))) {
    sink.add(bytes)
    if (!sink.isFull) continue
    await sink.written()
    if (signal.aborted) throw createStoppedError()
  }
  await sink.written()
}

/**
 * The pieces of a part, read as they are asked for. Throws if the file is shorter than its index.
 */
function* readPieces(file: string, { orders, lengths }: PartIndex): Generator<AlertPiece> {
  const fd = openSync(file, 'r')
  try {
    // A piece may still be in use when the next is read: each buffer is filled once.
    let [held, at]: [Buffer, number] = [Buffer.alloc(0), 0]
    for (const [i, order] of orders.entries()) {
      const length = lengths[i] as number
      if (at + length > held.length) {
        held = readMore(fd, held.subarray(at), length)
        at = 0
      }
      yield { order, bytes: held.subarray(at, at + length) }
      at += length
    }
  } finally {
    closeSync(fd)
  }
}

/** What is left, and at least as much of the file after it as is needed. */
function readMore(fd: number, left: Buffer, neededBytes: number): Buffer {
  const filled = Buffer.allocUnsafe(Math.max(readBytes, neededBytes))
  let length = left.copy(filled)
  while (length < neededBytes) {
    const read = readSync(fd, filled, length, filled.length - length, null)
    if (read === 0) throw new Error('a part of the alerts is shorter than it was written')
    length += read
  }
  return filled.subarray(0, length)
}
