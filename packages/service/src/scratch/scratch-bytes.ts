// A growing, overwritable byte store: the newest bytes in memory, the rest in a scratch file.
// Without a file, or when the disk is full, all bytes stay in memory, in blocks.

import type { ScratchFile } from './scratch-file.ts'

/** Block size of writes to the file. */
export const pieceBytes = 256 * 1024

/** Pieces being read out: one that is overwritten before its turn is copied first. */
interface Capture {
  next: number
  readonly count: number
  readonly early: Map<number, Buffer>
}

export class ScratchBytes {
  readonly #file: ScratchFile | null
  /** Blocks that are not in the file, by number; the last is being filled. */
  readonly #held = new Map<number, Buffer>()
  #length = 0
  #capture: Capture | null = null

  constructor(file: ScratchFile | null) {
    this.#file = file
  }

  get length(): number {
    return this.#length
  }

  /** Bytes in memory. */
  get heldBytes(): number {
    return this.#held.size * pieceBytes
  }

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const number = Math.floor(this.#length / pieceBytes)
      const offset = this.#length % pieceBytes
      const count = Math.min(bytes.length - done, pieceBytes - offset)
      this.#filling(number).set(bytes.subarray(done, done + count), offset)
      this.#length += count
      done += count
      if (offset + count === pieceBytes) this.#putAway(number)
    }
  }

  /**
   * All bytes as they are now, piece by piece, to be taken while others are written. One capture at
   * a time.
   */
  capture(): { readonly pieces: Iterable<Uint8Array>; readonly end: () => void } {
    const length = this.#length
    const capture = {
      next: 0,
      count: Math.ceil(length / pieceBytes),
      early: new Map<number, Buffer>()
    }
    this.#capture = capture
    const end = () => {
      if (this.#capture === capture) this.#capture = null
    }
    return { pieces: this.#listPieces(capture, length), end }
  }

  *#listPieces(capture: Capture, length: number): Generator<Uint8Array> {
    while (capture.next < capture.count) {
      const number = capture.next++
      const piece = capture.early.get(number) ?? this.#copyBytes(number)
      capture.early.delete(number)
      yield piece.subarray(0, Math.min(pieceBytes, length - number * pieceBytes))
    }
  }

  #copyBytes(number: number): Buffer {
    const piece = Buffer.alloc(pieceBytes)
    const start = number * pieceBytes
    this.read(piece.subarray(0, Math.min(pieceBytes, this.#length - start)), start)
    return piece
  }

  /** Called before a piece is overwritten. */
  #keep(number: number): void {
    const capture = this.#capture
    if (
      capture === null ||
      number < capture.next ||
      number >= capture.count ||
      capture.early.has(number)
    )
      return
    capture.early.set(number, this.#copyBytes(number))
  }

  /** Overwrites existing bytes. Throws the file's error if it cannot be read. */
  overwrite(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const number = Math.floor((position + done) / pieceBytes)
      const offset = (position + done) % pieceBytes
      const part = bytes.subarray(done, done + pieceBytes - offset)
      const held = this.#held.get(number)
      this.#keep(number)
      if (held !== undefined) held.set(part, offset)
      else this.#writeOver(number, offset, part)
      done += part.length
    }
  }

  /** Fills a buffer from existing bytes. Throws the file's error. */
  read(into: Uint8Array, position: number): void {
    for (let done = 0; done < into.length; ) {
      const number = Math.floor((position + done) / pieceBytes)
      const offset = (position + done) % pieceBytes
      const count = Math.min(into.length - done, pieceBytes - offset)
      const held = this.#held.get(number)
      if (held !== undefined) held.copy(into, done, offset, offset + count)
      else this.#inFile().read(into.subarray(done, done + count), position + done)
      done += count
    }
  }

  close(): void {
    this.#file?.close()
  }

  #filling(number: number): Buffer {
    const held = this.#held.get(number)
    if (held !== undefined) return held
    const made = Buffer.alloc(pieceBytes)
    this.#held.set(number, made)
    return made
  }

  /** Moves a full block to the file; if the disk refuses it, it stays in memory. */
  #putAway(number: number): void {
    if (this.#file === null) return
    try {
      this.#file.write(this.#held.get(number) as Buffer, number * pieceBytes)
    } catch {
      // Counted by `heldBytes`: what does not fit on the disk stays here.
      return
    }
    this.#held.delete(number)
  }

  /**
   * If the disk is full, which a copy-on-write file system may also report here, the whole block is
   * kept in memory from now on.
   */
  #writeOver(number: number, offset: number, part: Uint8Array): void {
    try {
      this.#inFile().write(part, number * pieceBytes + offset)
    } catch {
      const piece = Buffer.alloc(pieceBytes)
      this.#inFile().read(piece, number * pieceBytes)
      piece.set(part, offset)
      this.#held.set(number, piece)
    }
  }

  #inFile(): ScratchFile {
    if (this.#file === null) throw new RangeError('scratch bytes were read that were never written')
    return this.#file
  }
}
