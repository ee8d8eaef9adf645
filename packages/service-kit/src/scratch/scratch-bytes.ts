// Bytes that only grow, and may be written over: the newest in memory, the rest in a scratch file. Without a file, or when the disk takes no more, they
// stay in memory, piece by piece.

import type { ScratchFile } from './scratch-file.ts'

/** What is written to the file at once. */
export const pieceBytes = 256 * 1024

export class ScratchBytes {
  readonly #file: ScratchFile | null
  /** Pieces by number that are not in the file; the last of them is being filled. */
  readonly #held = new Map<number, Buffer>()
  #length = 0

  constructor(file: ScratchFile | null) {
    this.#file = file
  }

  get length(): number {
    return this.#length
  }

  /** Bytes that are in memory. */
  get heldBytes(): number {
    return this.#held.size * pieceBytes
  }

  /** Adds bytes at the end. */
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

  /** Writes over bytes that are there. Throws the file's error where it can't be read. */
  overwrite(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const number = Math.floor((position + done) / pieceBytes)
      const offset = (position + done) % pieceBytes
      const part = bytes.subarray(done, done + pieceBytes - offset)
      const held = this.#held.get(number)
      if (held !== undefined) held.set(part, offset)
      else this.#writeOver(number, offset, part)
      done += part.length
    }
  }

  /** Reads as many bytes as fit, which are there. Throws the file's error. */
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

  /** A piece that is full goes into the file; where the disk does not take it, it stays. */
  #putAway(number: number): void {
    if (this.#file === null) return
    try {
      this.#file.write(this.#held.get(number) as Buffer, number * pieceBytes)
    } catch {
      // Shown by `heldBytes`: what does not fit on the disk is kept here.
      return
    }
    this.#held.delete(number)
  }

  /** Where the disk takes no more, which one that copies on write may say here too, the whole piece is held from now on. */
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
    if (this.#file === null) throw new RangeError('scratch bytes were asked for that were never written')
    return this.#file
  }
}
