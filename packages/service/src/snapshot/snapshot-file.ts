// One snapshot on disk: a head, then blocks of rows or of bytes, each with a checksum that
// continues the one before it, and an end. A file that is cut off, mixed up or changed is not
// whole, and is never restored from. This module does not know the content.

import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/** Rows of plain data, or bytes as they were written. */
export type SnapshotBlock = readonly unknown[] | Uint8Array

export type ReadSnapshot =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly why: string }
  | {
      readonly kind: 'whole'
      readonly head: unknown
      readonly bytes: number
      /** Rejects if the file was changed since it was found whole. */
      blocks(): AsyncIterable<SnapshotBlock>
    }

/**
 * Characters of rows that are serialised at a time, and for how long at most, ms: this occupies the
 * thread.
 */
const blockChars = 64 * 1024
const blockMsMax = 2
/** Far above what is written; a damaged length must not ask for the whole memory. */
const blockBytesMax = 256 * 1024 * 1024
/** Kind, length, checksum. */
const frameHeadBytes = 9
const kinds = { head: 1, rows: 2, bytes: 3, end: 4 } as const
type Kind = (typeof kinds)[keyof typeof kinds]

type Pause = (heldMs: number) => Promise<void>
const noPause: Pause = async () => {}

interface Frame {
  readonly kind: Kind
  readonly body: Buffer
}

class BrokenError extends Error {
  override readonly name = 'BrokenError'
}

export class SnapshotFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /**
   * Looks at every byte before it calls a file whole. Rejects if the file is there and cannot be
   * read.
   */
  async read(): Promise<ReadSnapshot> {
    try {
      let head: unknown
      let bytes = 0
      for await (const { kind, body } of readFrames(this.path)) {
        if (kind === kinds.head) head = JSON.parse(body.toString())
        bytes += frameHeadBytes + body.length
      }
      return { kind: 'whole', head, bytes, blocks: () => readBlocks(this.path) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'none' }
      if (error instanceof BrokenError || error instanceof SyntaxError)
        return { kind: 'broken', why: error.message }
      throw error
    }
  }

  /**
   * Replaces the snapshot atomically, when all is written. Rows are read and serialised block by
   * block, with other work in between; `pause` gets how long a block occupied the thread, ms, and
   * the next one waits for it. Resolves with the number of bytes. Rejects with the system's error;
   * the old snapshot then remains. A sudden loss of power may leave a file that is not whole.
   */
  async write(head: unknown, rows: Iterable<unknown>, pause: Pause = noPause): Promise<number> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    const made = `${this.path}.new`
    const file = await open(made, 'w', 0o600)
    try {
      const writer = new FrameWriter(file)
      await writer.write(kinds.head, Buffer.from(JSON.stringify(head)))
      let beganMs = performance.now()
      for (const { kind, body } of readBodies(rows)) {
        const heldMs = performance.now() - beganMs
        await writer.write(kind, body)
        await pause(heldMs)
        beganMs = performance.now()
      }
      await writer.write(kinds.end, Buffer.alloc(0))
      await file.close()
      await rename(made, this.path)
      return writer.bytes
    } catch (error) {
      await file.close().catch(() => {})
      await unlink(made).catch(() => {})
      throw error
    }
  }

  async remove(): Promise<void> {
    await unlink(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}

class FrameWriter {
  readonly #file: FileHandle
  #check = 0
  bytes = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async write(kind: Kind, body: Uint8Array): Promise<void> {
    const frame = Buffer.allocUnsafe(frameHeadBytes + body.length)
    frame.writeUInt8(kind, 0)
    frame.writeUInt32LE(body.length, 1)
    frame.set(body, frameHeadBytes)
    this.#check = computeCheck(frame, this.#check)
    frame.writeUInt32LE(this.#check, 5)
    for (let done = 0; done < frame.length; )
      done += (await this.#file.write(frame, done)).bytesWritten
    this.bytes += frame.length
  }
}

/** Of kind, length and body, continued from the frame before. */
function computeCheck(frame: Buffer, before: number): number {
  return crc32(frame.subarray(frameHeadBytes), crc32(frame.subarray(0, 5), before))
}

function* readBodies(rows: Iterable<unknown>): Generator<Frame> {
  let texts: string[] = []
  let [chars, beganMs] = [0, performance.now()]
  const taken = (): Frame => {
    const body = Buffer.from(`[${texts.join(',')}]`)
    texts = []
    chars = 0
    return { kind: kinds.rows, body }
  }
  for (const row of rows) {
    if (row instanceof Uint8Array) {
      if (texts.length > 0) yield taken()
      yield { kind: kinds.bytes, body: Buffer.from(row.buffer, row.byteOffset, row.byteLength) }
      continue
    }
    const text = JSON.stringify(row)
    texts.push(text)
    chars += text.length
    if (chars < blockChars && performance.now() - beganMs < blockMsMax) continue
    yield taken()
    beganMs = performance.now()
  }
  if (texts.length > 0) yield taken()
}

async function* readBlocks(path: string): AsyncGenerator<SnapshotBlock> {
  for await (const { kind, body } of readFrames(path)) {
    if (kind === kinds.rows) yield JSON.parse(body.toString()) as unknown[]
    if (kind === kinds.bytes) yield body
  }
}

/**
 * Every frame in order. Rejects with a BrokenError unless there is a head and an end, without any
 * other frame in these places.
 */
async function* readFrames(path: string): AsyncGenerator<Frame> {
  const file = await open(path, 'r')
  try {
    const reader = new FrameReader(file)
    let frame = await reader.next()
    if (frame.kind !== kinds.head) throw new BrokenError('it has no head')
    for (; frame.kind !== kinds.end; frame = await reader.next()) yield frame
    if (await reader.goesOn()) throw new BrokenError('something follows its end')
  } finally {
    await file.close()
  }
}

class FrameReader {
  readonly #file: FileHandle
  #position = 0
  #check = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async next(): Promise<Frame> {
    const head = await this.#taken(frameHeadBytes)
    const kind = head.readUInt8(0)
    const length = head.readUInt32LE(1)
    if (length > blockBytesMax || !Object.values<number>(kinds).includes(kind))
      throw new BrokenError('a block is damaged')
    const body = await this.#taken(length)
    this.#check = crc32(body, crc32(head.subarray(0, 5), this.#check))
    if (this.#check !== head.readUInt32LE(5)) throw new BrokenError('a checksum is wrong')
    return { kind: kind as Kind, body }
  }

  async goesOn(): Promise<boolean> {
    return (await this.#file.read(Buffer.alloc(1), 0, 1, this.#position)).bytesRead > 0
  }

  async #taken(count: number): Promise<Buffer> {
    const into = Buffer.allocUnsafeSlow(count)
    for (let done = 0; done < count; ) {
      const { bytesRead } = await this.#file.read(into, done, count - done, this.#position)
      if (bytesRead === 0) throw new BrokenError('it is cut off')
      done += bytesRead
      this.#position += bytesRead
    }
    return into
  }
}
