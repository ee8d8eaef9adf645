// Variable-length signed integers as in Kafka's records (zigzag). 32 bits; 64-bit timestamps are
// only skipped.

export interface ByteReader {
  readonly bytes: Buffer
  at: number
}

/** Number of bytes that `writeVarint` writes. */
export function measureVarint(value: number): number {
  let left = ((value << 1) ^ (value >> 31)) >>> 0
  let size = 1
  while (left >= 0x80) {
    left >>>= 7
    size++
  }
  return size
}

/** Writes the number and returns the offset behind it. */
export function writeVarint(into: Buffer, from: number, value: number): number {
  let left = ((value << 1) ^ (value >> 31)) >>> 0
  let offset = from
  while (left >= 0x80) {
    into[offset++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  into[offset++] = left
  return offset
}

/**
 * Reads a number of up to ten bytes; bits beyond 32 are dropped. Throws RangeError at the end of
 * the bytes.
 */
export function readVarint(reader: ByteReader): number {
  let value = 0
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new RangeError('beyond the end')
    if (shift < 32) value |= (byte & 0x7f) << shift
    if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
  }
  throw new RangeError('a number is too long')
}
