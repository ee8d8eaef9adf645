// Digests from which ids are made. The domain takes this function as a value, since it has no
// hash function.

import { hash } from 'node:crypto'
import type { Digest } from '@tocsin/domain/ports'

/** Hex digits of a digest: 128 bits. */
export const digestLength = 32
/** Hex digits of the whole hash. */
const hashLength = 64
const maxAscii = 127
const copied = Buffer.allocUnsafeSlow(hashLength)

/**
 * First 128 bits of SHA-256 over the length-prefixed parts, as 32 hex digits. Pure; never throws.
 */
export const digest: Digest = (...parts) => {
  // In one call: a hash object for each id would cost more than the hashing.
  return takeIdDigits(hash('sha256', joinWithLengths(parts), 'hex'))
}

/** The parts with their lengths before them, so that no two lists are the same text. Pure. */
export function joinWithLengths(parts: readonly string[]): string {
  let text = ''
  for (const part of parts) text += `${countBytes(part)}:${part}`
  return text
}

/** Most parts are ASCII: to see that costs less than a call of `byteLength`. */
function countBytes(text: string): number {
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) > maxAscii) return Buffer.byteLength(text)
  return text.length
}

/**
 * The first 32 digits of a hash of 64. Pure. Copied: a slice keeps the whole text, and ids are held
 * by the hundred thousand.
 */
export function takeIdDigits(hex: string): string {
  copied.write(hex, 'latin1')
  return copied.toString('latin1', 0, digestLength)
}

/** Full SHA-256 of bytes or text, hex. */
export function hashSha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}

/** Full SHA-256 of text, base64url: a third shorter than hex. */
export function hashSha256Base64url(text: string): string {
  return hash('sha256', text, 'base64url')
}
