// An id as the index keeps it: 16 bytes, then the slot of its record. 32 lowercase hex digits (what a digest is) stand for themselves;
// any other id is known by the first half of its SHA-256.

import { createHash } from 'node:crypto'

/** An id as four words, for filters and for comparing. */
export type IdWords = Uint32Array

/** The 16 bytes of the id, then its slot as low and high word. */
export const entryBytes = 24

/** The 32 hex digits that an id is known by. Pure. */
export function idName(id: string): string {
  return isHexId(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32)
}

/** Called for every record: a loop over codes is several times faster here than a regular expression. */
function isHexId(id: string): boolean {
  if (id.length !== 32) return false
  for (let i = 0; i < 32; i++) {
    const code = id.charCodeAt(i)
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false
  }
  return true
}

export function readWords(name: string, words: IdWords): void {
  for (let w = 0; w < 4; w++) {
    let word = 0
    for (let i = w * 8; i < w * 8 + 8; i++) word = (word << 4) | nibble(name.charCodeAt(i))
    words[w] = word
  }
}

export function writeEntry(buffer: Buffer, at: number, id: IdWords, slot: number): void {
  for (let w = 0; w < 4; w++) buffer.writeUInt32BE(id[w]!, at + w * 4)
  buffer.writeUInt32LE(slot % 0x1_0000_0000, at + 16)
  buffer.writeUInt32LE(Math.floor(slot / 0x1_0000_0000), at + 20)
}

export function slotAt(entries: Buffer, at: number): number {
  return entries.readUInt32LE(at + 20) * 0x1_0000_0000 + entries.readUInt32LE(at + 16)
}

export function isEntryOf(entries: Buffer, at: number, id: IdWords): boolean {
  for (let w = 0; w < 4; w++) if (entries.readUInt32BE(at + w * 4) !== id[w]) return false
  return true
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87
}
