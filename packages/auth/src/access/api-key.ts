// The form of an API key: `tk_` and 256 random bits. The log holds only its hash.

import { hash } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

/** `secret` is shown once, to the caller who created the key. */
export function mintKey(random: Random) {
  const secret = `tk_${Buffer.from(random.bytes(32)).toString('base64url')}`
  const keyId = `key_${Buffer.from(random.bytes(8)).toString('hex')}`
  return { secret, secretHash: keyHash(secret), keyId }
}

/**
 * SHA-256, hex, by which the control log knows a secret. A fast hash is safe here, as 256 random bits
 * cannot be guessed.
 */
export function keyHash(secret: string): string {
  return hash('sha256', secret, 'hex')
}
