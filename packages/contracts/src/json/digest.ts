// Digests from which ids are made. The domain takes this function as a value, since it has no hashing of its own.

import { hash } from 'node:crypto'
import type { Digest } from '@tocsin/domain/ports'

/** First 128 bits of SHA-256 over the length-prefixed parts, as 32 hex digits. Pure; never throws. */
export const digest: Digest = (...parts) => {
  // In one call: a hash object for each id would cost more than the hashing.
  let text = ''
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`
  return hash('sha256', text, 'hex').slice(0, 32)
}

/** Full SHA-256 of bytes or text, hex. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}
