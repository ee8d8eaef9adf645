// A text for each of millions of ids, at some ten bytes of memory each: the texts lie in scratch bytes, and what stays in memory is where. An id that is
// new, which most are, is found to be so without a look at the disk.

import { type IdWords, readId } from '@tocsin/event-log/embedded/ids/id-entry'
import { IdPlaces, placesMax } from './id-places.ts'
import { ScratchBytes } from './scratch-bytes.ts'
import type { ScratchFile } from './scratch-file.ts'

/** Of a record: the id's four words, the length of its text, and the room that it has, in bytes. */
const headBytes = 24
const lengthAt = 16
const roomAt = 20
/** In the place of a length: the id has no text any more. */
const absent = 0xffff_ffff
/** Records begin at multiples of it, so that 32 bits name the places in 32 GiB. */
const placeBytes = 8
/** What is read at once: most records whole. */
const readBytes = 512

export class ScratchRecords {
  readonly #bytes: ScratchBytes
  readonly #places = new IdPlaces()
  readonly #asked: IdWords = new Uint32Array(4)
  readonly #read = Buffer.alloc(readBytes)
  #made = Buffer.alloc(readBytes)
  #size = 0

  /** `file`: where the texts lie; null = in memory. */
  constructor(file: ScratchFile | null = null) {
    this.#bytes = new ScratchBytes(file)
  }

  /** How many ids have a text. */
  get size(): number {
    return this.#size
  }

  /** Bytes of memory that are held. */
  get memoryBytes(): number {
    return this.#places.bytes + this.#bytes.heldBytes
  }

  /** The text of an id, or undefined. Throws the file's error. */
  get(id: string): string | undefined {
    const place = this.#find(id)
    if (place < 0) return undefined
    const length = this.#read.readUInt32LE(lengthAt)
    if (length === absent) return undefined
    if (headBytes + length <= readBytes) return this.#read.toString('utf8', headBytes, headBytes + length)
    const text = Buffer.alloc(length)
    this.#bytes.read(text, place * placeBytes + headBytes)
    return text.toString()
  }

  /** Gives an id its text. What it had before is wiped. Throws the file's error, and where 32 GiB are full. */
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
    // Twice the room that is needed: a text that grows step by step is not written anew at each.
    if (!fits) this.#places.move(this.#asked, place, this.#append(text, length, length * 2))
    this.#put(place, fits ? text : '', fits ? length : 0, before)
  }

  /** Takes an id's text away, and wipes it. True where it had one. Throws the file's error. */
  delete(id: string): boolean {
    const place = this.#find(id)
    const before = place < 0 ? absent : this.#read.readUInt32LE(lengthAt)
    if (before === absent) return false
    this.#put(place, '', absent, before)
    this.#size--
    return true
  }

  close(): void {
    this.#bytes.close()
  }

  /** Where the record of an id lies, its beginning read; -1 where there is none. */
  #find(id: string): number {
    readId(id, this.#asked)
    return this.#places.find(this.#asked, this.#isAsked)
  }

  readonly #isAsked = (place: number): boolean => {
    const position = place * placeBytes
    const left = this.#bytes.length - position
    this.#bytes.read(left < readBytes ? this.#read.subarray(0, left) : this.#read, position)
    for (let w = 0; w < 4; w++) if (this.#read.readUInt32LE(w * 4) !== this.#asked[w]) return false
    return true
  }

  #append(text: string, length: number, room: number): number {
    const place = this.#bytes.length / placeBytes
    if (place >= placesMax) throw new RangeError('the scratch records are full')
    const whole = Math.ceil((headBytes + room) / placeBytes) * placeBytes
    const record = this.#empty(whole)
    for (let w = 0; w < 4; w++) record.writeUInt32LE(this.#asked[w]!, w * 4)
    record.writeUInt32LE(length, lengthAt)
    record.writeUInt32LE(whole - headBytes, roomAt)
    record.write(text, headBytes)
    this.#bytes.append(record)
    return place
  }

  /** Writes a text over one of `before` bytes, and zeros over what is left of that. */
  #put(place: number, text: string, length: number, before: number): void {
    const position = place * placeBytes
    const wiped = before === absent ? 0 : before
    const written = this.#empty(4 + Math.max(length === absent ? 0 : length, wiped))
    written.writeUInt32LE(length)
    this.#bytes.overwrite(written.subarray(0, 4), position + lengthAt)
    written.write(text, 4)
    this.#bytes.overwrite(written.subarray(4), position + headBytes)
  }

  /** So many zeros, to be written on until the next call. */
  #empty(bytes: number): Buffer {
    if (this.#made.length < bytes) this.#made = Buffer.alloc(bytes * 2)
    return this.#made.subarray(0, bytes).fill(0)
  }
}
