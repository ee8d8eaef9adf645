// Lines of a stream of bytes: behind a byte order mark, each ended by a newline or the end.

import { GatheredBytes } from '@tocsin/service/http/gathered-bytes'

export type Line =
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /** White space only. */
  | { readonly kind: 'blank' }
  | { readonly kind: 'too-long' }

const newline = 0x0a
const byteOrderMark = [0xef, 0xbb, 0xbf] as const

export class LineReader {
  readonly #bytesMax: number
  /** The start of the unfinished line; null if it is empty. */
  #begun: GatheredBytes | null = null
  #isTooLong = false
  #isFirst = true

  /** `bytesMax`: longest line, without its line end. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The lines that end in this chunk, in order. They may share its memory. */
  *push(chunk: Buffer): Generator<Line> {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield this.#ended(chunk.subarray(from, end))
      from = end + 1
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
  }

  /** The last line, if it has no line end; null if it has one. */
  last(): Line | null {
    return this.#begun === null && !this.#isTooLong ? null : this.#ended(Buffer.alloc(0))
  }

  #keep(piece: Buffer): void {
    if (this.#isTooLong) return
    // One byte over the limit may be the carriage return.
    this.#begun ??= new GatheredBytes(this.#bytesMax + byteOrderMark.length + 1)
    if (this.#begun.add(piece)) return
    this.#isTooLong = true
    this.#begun = null
  }

  #ended(piece: Buffer): Line {
    const line = this.#makeLine(piece)
    this.#begun = null
    this.#isTooLong = false
    this.#isFirst = false
    return line
  }

  #makeLine(piece: Buffer): Line {
    if (this.#isTooLong) return { kind: 'too-long' }
    if (this.#begun !== null && !this.#begun.add(piece)) return { kind: 'too-long' }
    const whole = this.#begun?.bytes ?? piece
    const bytes = withoutReturn(this.#isFirst ? withoutMark(whole) : whole)
    if (bytes.length > this.#bytesMax) return { kind: 'too-long' }
    return isBlank(bytes) ? { kind: 'blank' } : { kind: 'text', bytes }
  }
}

function withoutMark(bytes: Buffer): Buffer {
  return byteOrderMark.every((byte, i) => bytes[i] === byte)
    ? bytes.subarray(byteOrderMark.length)
    : bytes
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
