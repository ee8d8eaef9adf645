// Collects chunks in one growing buffer. Chunks are copied and released: each retained chunk would
// cost hundreds of bytes of overhead, and the sender controls their size.

export class GatheredBytes {
  readonly #bytesMax: number
  #buffer: Buffer = Buffer.alloc(0)
  #length = 0

  /** `bytesMax`: capacity limit. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get length(): number {
    return this.#length
  }

  /** Allocated memory, bytes: at most twice the length, and never more than the limit. */
  get heldBytes(): number {
    return this.#buffer.length
  }

  /** All added bytes, not copied. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Adds a chunk; false, without adding it, if that would exceed the limit. */
  add(piece: Uint8Array): boolean {
    const length = this.#length + piece.length
    if (length > this.#bytesMax) return false
    if (length > this.#buffer.length) this.#grow(length)
    this.#buffer.set(piece, this.#length)
    this.#length = length
    return true
  }

  /** A body that arrives whole gets a buffer of its exact size. */
  #grow(bytesNeeded: number): void {
    const grown = Buffer.allocUnsafe(
      Math.min(this.#bytesMax, Math.max(bytesNeeded, this.#buffer.length * 2))
    )
    grown.set(this.bytes)
    this.#buffer = grown
  }
}
