// A growing, overwritable byte store in memory, in blocks.

/** Size of a block. */
export const pieceBytes = 256 * 1024

/** Pieces being read out: one that is overwritten before its turn is copied first. */
interface Capture {
  next: number
  readonly count: number
  readonly early: Map<number, Buffer>
}

export class ScratchBytes {
  /** By number; the last is being filled. */
  readonly #held = new Map<number, Buffer>()
  #length = 0
  #capture: Capture | null = null

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

  /** Overwrites existing bytes. */
  overwrite(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const number = Math.floor((position + done) / pieceBytes)
      const offset = (position + done) % pieceBytes
      const part = bytes.subarray(done, done + pieceBytes - offset)
      this.#keep(number)
      this.#find(number).set(part, offset)
      done += part.length
    }
  }

  /** Fills a buffer from existing bytes. */
  read(into: Uint8Array, position: number): void {
    for (let done = 0; done < into.length; ) {
      const number = Math.floor((position + done) / pieceBytes)
      const offset = (position + done) % pieceBytes
      const count = Math.min(into.length - done, pieceBytes - offset)
      this.#find(number).copy(into, done, offset, offset + count)
      done += count
    }
  }

  #filling(number: number): Buffer {
    const held = this.#held.get(number)
    if (held !== undefined) return held
    const made = Buffer.alloc(pieceBytes)
    this.#held.set(number, made)
    return made
  }

  #find(number: number): Buffer {
    const held = this.#held.get(number)
    if (held === undefined) throw new RangeError('scratch bytes were read that were never written')
    return held
  }
}
