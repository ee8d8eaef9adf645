// Rings on disk: differences between corners, in thousandths of a degree, in as few bytes as each
// needs. A border shared by two areas was simplified and rounded once, so that both sides have the
// same corners.

import type { RingTables } from './map-zone.ts'

export interface PackedRings {
  readonly ringLengths: Uint32Array
  readonly ringAreas: Uint16Array
  readonly corners: Uint8Array
}

/** Packs rings, each of which must be closed. Pure. */
export function encodeRings({ xs, ys, ringStarts, ringAreas }: RingTables): PackedRings {
  const bytes: number[] = []
  const ringLengths = Uint32Array.from(
    ringAreas,
    (_, ring) => (ringStarts[ring + 1] as number) - (ringStarts[ring] as number)
  )
  let [x, y] = [0, 0]
  for (let corner = 0; corner < xs.length; corner++) {
    push(bytes, (xs[corner] as number) - x)
    push(bytes, (ys[corner] as number) - y)
    ;[x, y] = [xs[corner] as number, ys[corner] as number]
  }
  return { ringLengths, ringAreas, corners: Uint8Array.from(bytes) }
}

/** Pure; O(corners). */
export function decodeRings({ ringLengths, ringAreas, corners }: PackedRings): RingTables {
  const ringStarts = new Uint32Array(ringLengths.length + 1)
  for (let ring = 0; ring < ringLengths.length; ring++)
    ringStarts[ring + 1] = (ringStarts[ring] as number) + (ringLengths[ring] as number)
  const count = ringStarts[ringLengths.length] as number
  const xs = new Int32Array(count)
  const ys = new Int32Array(count)
  const reader = new DifferenceReader(corners)
  let x = 0
  let y = 0
  for (let corner = 0; corner < count; corner++) {
    x += reader.next()
    y += reader.next()
    xs[corner] = x
    ys[corner] = y
  }
  return { xs, ys, ringStarts, ringAreas }
}

/** The sign in the lowest bit, then seven bits per byte, the lowest first. */
function push(bytes: number[], value: number): void {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
}

class DifferenceReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next(): number {
    let byte = this.#bytes[this.#at++] as number
    let value = byte & 0x7f
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = this.#bytes[this.#at++] as number
      value |= (byte & 0x7f) << shift
    }
    return (value >>> 1) ^ -(value & 1)
  }
}
