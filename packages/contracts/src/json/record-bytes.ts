// Canonical bytes of a record, for readers of its head.

export const quote = 0x22

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** True if a text stands at a place of the bytes. */
export function matchesAt(buffer: Buffer, text: Buffer, at: number): boolean {
  if (at < 0 || at + text.length > buffer.length) return false
  for (let i = 0; i < text.length; i++) if (buffer[at + i] !== text[i]) return false
  return true
}
