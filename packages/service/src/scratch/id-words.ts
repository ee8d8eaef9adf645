// An id as 128 bits in four words: 32 lowercase hex digits (a digest) are used as they are; any other
// id is represented by the first half of its SHA-256.

import { createHash } from 'node:crypto'

/** Four 32-bit words. The first two are uniformly distributed for any kind of id. */
export type IdWords = Uint32Array

/** Converts an id to words: equal words, equal ids. */
export function readId(id: string, words: IdWords): void {
  if (!readHex(id, words))
    readHex(createHash('sha256').update(id).digest('hex').slice(0, 32), words)
  spread(words)
}

/** Value of each hex digit by its code; `noDigit` for every other code below 128. */
const noDigit = 0x80
const digits = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code))
  return value < 0 ? noDigit : value
})

/**
 * False if the text is not 32 lowercase hex digits. Called for every record: no regular expression,
 * no buffer, one check at the end.
 */
function readHex(text: string, words: IdWords): boolean {
  if (text.length !== 32) return false
  let codes = 0
  let marks = 0
  for (let w = 0; w < 4; w++) {
    let word = 0
    for (let i = w * 8; i < w * 8 + 8; i++) {
      const code = text.charCodeAt(i)
      const digit = digits[code & 127]!
      codes |= code
      marks |= digit
      word = (word << 4) | digit
    }
    words[w] = word
  }
  return codes < 128 && marks < noDigit
}

/**
 * A bijection, so that no information is lost: sequential ids differ only in their last digits and
 * would collide without it.
 */
function spread(words: IdWords): void {
  words[0] = words[0]! + mix(words[1]!, words[2]!, words[3]!)
  words[1] = words[1]! + mix(words[0]!, words[2]!, words[3]!)
}

function mix(a: number, b: number, c: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return h ^ (h >>> 16)
}
