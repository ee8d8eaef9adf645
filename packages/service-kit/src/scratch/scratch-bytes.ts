// A growing, overwritable byte store: the newest bytes in memory, the rest in a scratch file. Without a file, or when the disk is
// full, all bytes stay in memory, in blocks.

import type { ScratchFile } from './scratch-file.ts'

/** Block size of writes to the file. */
export const pieceBytes = 256 * 1024

export class ScratchBytes {
  readonly #file: ScratchFile | null
  /** Blocks that are not in the file, by number; the last is being filled. */
  readonly #held = new Map<number, Buffer>()
  #length = 0

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

  /** Overwrites existing bytes. Throws the file's error if it cannot be read. */
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
   * If the disk is full, which a copy-on-write file system may also report here, the whole block is kept in memory from now on.
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
