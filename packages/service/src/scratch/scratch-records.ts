// A text for each of millions of ids, at some ten bytes of memory each: the texts are in scratch
// bytes, and only their places in memory. A new id, the common case, is recognised without reading
// them.

import type { Captured, SnapshotPart } from '../snapshot/snapshot-state.ts'
import { IdPositions, positionsMax } from './id-positions.ts'
import { type IdWords, readId } from './id-words.ts'
import { ScratchBytes } from './scratch-bytes.ts'

/** Header of a record: the id's four words, the length of its text, and its capacity, in bytes. */
const headBytes = 24
const lengthAt = 16
const roomAt = 20
/** Length of a removed text. */
const absent = 0xffff_ffff
/** Alignment of records, so that 32 bits address 32 GiB. */
const positionBytes = 8
/** Read size: most records fit whole. */
const readBytes = 512

export class ScratchRecords implements SnapshotPart {
  readonly #bytes = new ScratchBytes()
  readonly #places = new IdPositions()
  readonly #asked: IdWords = new Uint32Array(4)
  readonly #read = Buffer.alloc(readBytes)
  #made = Buffer.alloc(readBytes)
  #size = 0
  /** Of a snapshot being restored: the beginning of a record. */
  #rest: Buffer = Buffer.alloc(0)

  /** Number of ids with a text. */
  get size(): number {
    return this.#size
  }

  /** Memory in use, bytes. */
  get memoryBytes(): number {
    return this.#places.bytes + this.#bytes.heldBytes
  }

  /** The text of an id, or undefined. */
  get(id: string): string | undefined {
    const place = this.#find(id)
    if (place < 0) return undefined
    const length = this.#read.readUInt32LE(lengthAt)
    if (length === absent) return undefined
    if (headBytes + length <= readBytes)
      return this.#read.toString('utf8', headBytes, headBytes + length)
    const text = Buffer.alloc(length)
    this.#bytes.read(text, place * positionBytes + headBytes)
    return text.toString()
  }

  /**
   * Sets the text of an id and wipes the old one. Throws when 32 GiB are
   * full.
   */
  set(id: string, text: string): void {
    const place = this.#find(id)
    const length = Buffer.byteLength(text)
    if (place < 0) {
      this.#places.add(this.#asked, this.#append(text, length, length))
      this.#size++
      return
    }
    const before = this.#read.readUInt32LE(lengthAt)
    if (before === absent) this.#size++
    const fits = length <= this.#read.readUInt32LE(roomAt)
    // Twice the needed capacity, so that a text that grows step by step is not moved each time.
    if (!fits) this.#places.move(this.#asked, place, this.#append(text, length, length * 2))
    this.#put(place, fits ? text : '', fits ? length : 0, before)
  }

  /** Removes and wipes the text of an id. True if it had one. */
  delete(id: string): boolean {
    const place = this.#find(id)
    const before = place < 0 ? absent : this.#read.readUInt32LE(lengthAt)
    if (before === absent) return false
    this.#put(place, '', absent, before)
    this.#size--
    return true
  }

  capture(): Captured {
    const { pieces, end } = this.#bytes.capture()
    return { rows: pieces, end }
  }

  /** Takes the next bytes of a capture. */
  restore(row: unknown): void {
    const bytes = row as Buffer
    const base = this.#bytes.length - this.#rest.length
    this.#bytes.append(bytes)
    // A record may begin in one piece and end in the next.
    const left = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    while (left.length - at >= headBytes) {
      const whole = headBytes + left.readUInt32LE(at + roomAt)
      if (left.length - at < whole) break
      this.#known(left, at, (base + at) / positionBytes)
      at += whole
    }
    this.#rest = Buffer.from(left.subarray(at))
  }

  restored(): void {
    if (this.#rest.length > 0) throw new Error('the last scratch record of a snapshot is cut off')
  }

  /**
   * Takes a record at its place. Of several of an id the last counts: the others were too small for
   * its text.
   */
  #known(bytes: Buffer, at: number, place: number): void {
    for (let w = 0; w < 4; w++) this.#asked[w] = bytes.readUInt32LE(at + w * 4)
    const before = this.#places.find(this.#asked, this.#isAsked)
    if (before >= 0 && this.#read.readUInt32LE(lengthAt) !== absent) this.#size--
    if (before < 0) this.#places.add(this.#asked, place)
    else this.#places.move(this.#asked, before, place)
    if (bytes.readUInt32LE(at + lengthAt) !== absent) this.#size++
  }

  /** The place of the record of an id, with its header read; -1 if there is none. */
  #find(id: string): number {
    readId(id, this.#asked)
    return this.#places.find(this.#asked, this.#isAsked)
  }

  readonly #isAsked = (place: number): boolean => {
    const position = place * positionBytes
    const left = this.#bytes.length - position
    this.#bytes.read(left < readBytes ? this.#read.subarray(0, left) : this.#read, position)
    for (let w = 0; w < 4; w++) if (this.#read.readUInt32LE(w * 4) !== this.#asked[w]) return false
    return true
  }

  #append(text: string, length: number, room: number): number {
    const place = this.#bytes.length / positionBytes
    if (place >= positionsMax) throw new RangeError('the scratch records are full')
    const whole = Math.ceil((headBytes + room) / positionBytes) * positionBytes
    const record = this.#empty(whole)
    for (let w = 0; w < 4; w++) record.writeUInt32LE(this.#asked[w]!, w * 4)
    record.writeUInt32LE(length, lengthAt)
    record.writeUInt32LE(whole - headBytes, roomAt)
    record.write(text, headBytes)
    this.#bytes.append(record)
    return place
  }

  /** Overwrites a text of `before` bytes, and fills the remainder with zeros. */
  #put(place: number, text: string, length: number, before: number): void {
    const position = place * positionBytes
    const wiped = before === absent ? 0 : before
    const written = this.#empty(4 + Math.max(length === absent ? 0 : length, wiped))
    written.writeUInt32LE(length)
    this.#bytes.overwrite(written.subarray(0, 4), position + lengthAt)
    written.write(text, 4)
    this.#bytes.overwrite(written.subarray(4), position + headBytes)
  }

  /** A buffer of zeros, valid until the next call. */
  #empty(bytes: number): Buffer {
    if (this.#made.length < bytes) this.#made = Buffer.alloc(bytes * 2)
    return this.#made.subarray(0, bytes).fill(0)
  }
}
