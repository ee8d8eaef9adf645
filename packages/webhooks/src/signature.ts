// Signs a message by Standard Webhooks 1.0: over `id.timestamp.body`, one signature per key, the
// current key first.

import { createHmac, type KeyObject, sign } from 'node:crypto'
import type { SigningKey } from './signing-keys.ts'

export interface WebhookMessage {
  /** The same for every attempt at one message. */
  readonly id: string
  /** Unix time of this attempt, seconds. */
  readonly timestampS: number
  /** The bytes sent: the signed content is never serialised again. */
  readonly body: Uint8Array
}

export interface WebhookHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

const idPattern = /^[A-Za-z0-9_:/-]{1,200}$/

/**
 * The three headers of a message. Pure. Throws TypeError for an id or time that is not valid in a
 * header, or without a key.
 */
export function signWebhook(message: WebhookMessage, keys: readonly SigningKey[]): WebhookHeaders {
  if (!idPattern.test(message.id))
    throw new TypeError('the id of a webhook must consist of letters, digits, _ : / and -')
  if (!Number.isSafeInteger(message.timestampS) || message.timestampS < 1)
    throw new TypeError('the time must be whole seconds')
  if (keys.length === 0) throw new TypeError('signing a webhook requires at least one key')
  const timestamp = String(message.timestampS)
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys
      .map(key => signWith(key, message.id, timestamp, message.body))
      .join(' ')
  }
}

function signWith(key: SigningKey, id: string, timestamp: string, body: Uint8Array): string {
  if (key.kind === 'hmac')
    return `v1,${computeHmac(key.key, id, timestamp, body).toString('base64')}`
  return `v1a,${sign(null, buildSignedBytes(id, timestamp, body), key.privateKey).toString('base64')}`
}

/** HMAC-SHA256 of the signed content. */
export function computeHmac(
  key: KeyObject,
  id: string,
  timestamp: string,
  body: Uint8Array
): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
}

/** The signed content: `id.timestamp.body`. */
export function buildSignedBytes(id: string, timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
}
