// Signed numbers of changing length, as Kafka's records have them (zigzag). 32 bits; times of 64 bits are only read past.

export interface ByteReader {
  readonly bytes: Buffer
  at: number
}

/** How many bytes `writeVarint` takes. */
export function sizeOfVarint(value: number): number {
  let left = ((value << 1) ^ (value >> 31)) >>> 0
  let size = 1
  while (left >= 0x80) {
    left >>>= 7
    size++
  }
  return size
}

/** Writes and returns where to go on. */
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

/** Reads one, of up to ten bytes; of a longer number than 32 bits the rest is lost. Throws RangeError at the end of the bytes. */
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
