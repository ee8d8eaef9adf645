// Text forms of webhook keys: `whsec_` (HMAC-SHA256, shared), `whsk_` and `whpk_` (ed25519, secret
// and public). Source: Standard Webhooks 1.0, section "Signature scheme".

import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'

export type SigningKey =
  | { readonly kind: 'hmac'; readonly key: KeyObject }
  | { readonly kind: 'ed25519'; readonly privateKey: KeyObject }
export type VerifyingKey =
  | { readonly kind: 'hmac'; readonly key: KeyObject }
  | { readonly kind: 'ed25519'; readonly publicKey: KeyObject }

/** The text of a key is invalid. The message never quotes it. */
export class WebhookKeyError extends Error {
  override readonly name = 'WebhookKeyError'
  readonly code = 'webhook-key-invalid'
  readonly retryable = false
}

/** Length of a shared secret, bytes. Source: the specification requires 24 to 64. */
export const secretBytesMin = 24
export const secretBytesMax = 64

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiEd25519 = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * The text of a shared secret with these random bytes. Throws WebhookKeyError for fewer than 24 or
 * more than 64.
 */
export function formatSecret(random: Uint8Array): string {
  checkSecretLength(random.length)
  return `whsec_${Buffer.from(random).toString('base64')}`
}

/** Parses a signing key: `whsec_…` (the prefix is optional) or `whsk_…`. Throws WebhookKeyError. */
export function parseSigningKey(text: string): SigningKey {
  if (text.startsWith('whpk_')) throw new WebhookKeyError('a public key cannot sign')
  if (text.startsWith('whsk_'))
    return { kind: 'ed25519', privateKey: createPrivateKeyFrom(decodeBytes(text.slice(5))) }
  return { kind: 'hmac', key: parseSecret(text) }
}

/**
 * Parses a verifying key: `whsec_…` (the prefix is optional) or `whpk_…`. Throws WebhookKeyError.
 */
export function parseVerifyingKey(text: string): VerifyingKey {
  if (text.startsWith('whsk_'))
    throw new WebhookKeyError('a receiver must not have a secret signing key: use its whpk_ key')
  if (text.startsWith('whpk_'))
    return { kind: 'ed25519', publicKey: createPublicKeyFrom(decodeBytes(text.slice(5))) }
  return { kind: 'hmac', key: parseSecret(text) }
}

/** The signing key of a seed of 32 bytes. Throws WebhookKeyError for another length. */
export function createEd25519Key(seed: Uint8Array): SigningKey {
  return { kind: 'ed25519', privateKey: createPrivateKeyFrom(Buffer.from(seed)) }
}

/** The public key text (`whpk_…`) of a signing key. Throws as `getPublicBytes`. */
export function formatPublicKey(key: SigningKey): string {
  return `whpk_${getPublicBytes(key).toString('base64')}`
}

/** The 32 bytes of its public key. Throws WebhookKeyError for a shared secret, which has none. */
export function getPublicBytes(key: SigningKey): Buffer {
  if (key.kind !== 'ed25519') throw new WebhookKeyError('a shared secret has no public key')
  return createPublicKey(key.privateKey)
    .export({ format: 'der', type: 'spki' })
    .subarray(spkiEd25519.length)
}

/**
 * Prepared once: from bare bytes each signature would prepare it again, which costs more than the
 * rest.
 */
function parseSecret(text: string): KeyObject {
  const key = decodeBytes(text.startsWith('whsec_') ? text.slice(6) : text)
  checkSecretLength(key.length)
  return createSecretKey(key)
}

function checkSecretLength(length: number): void {
  if (length < secretBytesMin || length > secretBytesMax) {
    throw new WebhookKeyError(
      `a secret has ${secretBytesMin} to ${secretBytesMax} bytes, not ${length}`
    )
  }
}

function decodeBytes(text: string): Buffer {
  if (text === '' || !base64.test(text)) throw new WebhookKeyError('the key is not base64')
  return Buffer.from(text, 'base64')
}

/** Accepts the 32-byte seed, or seed and public key together (64 bytes): both are in use. */
function createPrivateKeyFrom(bytes: Buffer): KeyObject {
  if (bytes.length !== 32 && bytes.length !== 64)
    throw new WebhookKeyError('an ed25519 signing key has 32 or 64 bytes')
  const der = Buffer.concat([pkcs8Ed25519, bytes.subarray(0, 32)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  if (bytes.length === 64) {
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
    if (!spki.subarray(spkiEd25519.length).equals(bytes.subarray(32))) {
      throw new WebhookKeyError('the two halves of the signing key do not match')
    }
  }
  return privateKey
}

function createPublicKeyFrom(bytes: Buffer): KeyObject {
  if (bytes.length !== 32) throw new WebhookKeyError('an ed25519 public key has 32 bytes')
  return createPublicKey({ key: Buffer.concat([spkiEd25519, bytes]), format: 'der', type: 'spki' })
}
