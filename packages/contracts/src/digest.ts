// Digests that ids are made of. The domain takes this as a value: it has no hashing of its own.

import { createHash } from 'node:crypto'
import type { Digest } from '@tocsin/domain/ports'

/** First 128 bits of SHA-256 over the length-prefixed parts, as 32 hex digits. Pure; never throws. */
export const digest: Digest = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex').slice(0, 32)
}

/** Full SHA-256 of bytes or text, hex. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
