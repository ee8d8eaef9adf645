// The form of an API key: `tk_` and 256 random bits. The log holds only its hash.

import { hash } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

export interface MintedKey {
  /** Shown once, to the caller who created the key. */
  readonly secret: string
  /**
   * SHA-256 of the secret, hex, as kept by the control log. A fast hash is safe here, as 256 random
   * bits cannot be guessed.
   */
  readonly secretHash: string
  readonly keyId: string
}

export function mintKey(random: Pick<Random, 'bytes'>): MintedKey {
  const secret = `tk_${Buffer.from(random.bytes(32)).toString('base64url')}`
  return {
    secret,
    secretHash: keyHash(secret),
    keyId: `key_${Buffer.from(random.bytes(8)).toString('hex')}`
  }
}

/** The hash under which a presented secret is looked up. */
export function keyHash(secret: string): string {
  return hash('sha256', secret, 'hex')
}
