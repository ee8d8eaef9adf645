// Verifies a message as a receiver: all headers present, the time valid and recent, one signature
// correct. Constant time per key.

import { timingSafeEqual, verify } from 'node:crypto'
import { buildSignedBytes, computeHmac } from './signature.ts'
import type { VerifyingKey } from './signing-keys.ts'

export type VerificationFailure =
  | 'header-missing'
  | 'timestamp-malformed'
  | 'timestamp-too-old'
  | 'timestamp-too-new'
  | 'signature-mismatch'

export type Verification =
  | { readonly ok: true; readonly id: string; readonly timestampS: number }
  | { readonly ok: false; readonly reason: VerificationFailure }

export interface ReceivedWebhook {
  /** Names in any case; a list of values is a repeated header, which is refused. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The bytes as received. Parsing and serialising them again breaks the signature. */
  readonly body: Uint8Array
}

/**
 * Allowed clock difference in both directions. Source: the reference libraries of Standard
 * Webhooks.
 */
export const toleranceDefaultS = 5 * 60
/** Most signatures in one header that are checked. */
export const signaturesMax = 32

/**
 * Checks that one of the keys signed this message, close enough to `nowS` (Unix time, seconds).
 * Pure; never throws: a failure is returned as a reason.
 */
export function verifyWebhook(
  received: ReceivedWebhook,
  keys: readonly VerifyingKey[],
  nowS: number,
  toleranceS: number = toleranceDefaultS
): Verification {
  const id = findHeader(received, 'webhook-id')
  const timestamp = findHeader(received, 'webhook-timestamp')
  const signatures = findHeader(received, 'webhook-signature')
  if (id === null || timestamp === null || signatures === null)
    return { ok: false, reason: 'header-missing' }
  // parseInt would accept `1614265330abc`: the signed and the compared text must be the same.
  if (!/^[1-9][0-9]{0,14}$/.test(timestamp)) return { ok: false, reason: 'timestamp-malformed' }
  const timestampS = Number(timestamp)
  // Written so that a clock or a tolerance that is no number accepts nothing.
  if (!(timestampS >= nowS - toleranceS)) return { ok: false, reason: 'timestamp-too-old' }
  if (!(timestampS <= nowS + toleranceS)) return { ok: false, reason: 'timestamp-too-new' }
  const offered = signatures.split(' ').slice(0, signaturesMax)
  const good = keys.some(key =>
    offered.some(signature => isBy(key, signature, id, timestamp, received.body))
  )
  return good ? { ok: true, id, timestampS } : { ok: false, reason: 'signature-mismatch' }
}

function findHeader(received: ReceivedWebhook, name: string): string | null {
  const values = Object.entries(received.headers).filter(([key]) => key.toLowerCase() === name)
  const value = values[0]?.[1]
  return values.length === 1 && typeof value === 'string' && value !== '' ? value : null
}

function isBy(
  key: VerifyingKey,
  signature: string,
  id: string,
  timestamp: string,
  body: Uint8Array
): boolean {
  const comma = signature.indexOf(',')
  const version = signature.slice(0, comma)
  const given = Buffer.from(signature.slice(comma + 1), 'base64')
  if (key.kind === 'hmac') {
    if (version !== 'v1') return false
    const expected = computeHmac(key.key, id, timestamp, body)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
  return (
    version === 'v1a' &&
    given.length === 64 &&
    verify(null, buildSignedBytes(id, timestamp, body), key.publicKey, given)
  )
}
