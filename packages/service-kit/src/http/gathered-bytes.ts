// Bytes that come in pieces, in one buffer that grows with them. A piece is copied and let go: each one kept would cost hundreds of bytes, and the
// sender decides how small it is.

export class GatheredBytes {
  readonly #bytesMax: number
  #buffer: Buffer = Buffer.alloc(0)
  #length = 0

  /** `bytesMax`: most bytes that are gathered. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get length(): number {
    return this.#length
  }

  /** What it takes in memory, bytes: at most twice its length, and never more than its limit. */
  get heldBytes(): number {
    return this.#buffer.length
  }

  /** All that was added, not copied. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Adds a piece; false, and nothing is added, where it would be more than may be gathered. */
  add(piece: Uint8Array): boolean {
    const length = this.#length + piece.length
    if (length > this.#bytesMax) return false
    if (length > this.#buffer.length) this.#grow(length)
    this.#buffer.set(piece, this.#length)
    this.#length = length
    return true
  }

  /** What came whole takes no more than it is. */
  #grow(bytesNeeded: number): void {
    const grown = Buffer.allocUnsafe(Math.min(this.#bytesMax, Math.max(bytesNeeded, this.#buffer.length * 2)))
    grown.set(this.bytes)
    this.#buffer = grown
  }
}
