// The form of an API key: `tk_` and 256 random bits. The log holds its hash alone.

import { hash } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

export interface MintedKey {
  /** Shown once, to the one who asked for the key. */
  readonly secret: string
  /** SHA-256 of the secret, hex: what the control log keeps. Fast is safe here, since nobody can guess 256 bits. */
  readonly secretHash: string
  readonly keyId: string
}

/** A new key. */
export function mintKey(random: Random): MintedKey {
  const secret = `tk_${Buffer.from(random.bytes(32)).toString('base64url')}`
  return { secret, secretHash: keyHash(secret), keyId: `key_${Buffer.from(random.bytes(8)).toString('hex')}` }
}

/** The hash under which a presented secret is looked up. */
export function keyHash(secret: string): string {
  return hash('sha256', secret, 'hex')
}
