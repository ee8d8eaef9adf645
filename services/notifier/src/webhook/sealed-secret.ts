// Webhook secrets as stored in the control log: sealed under the suite's secret for subscriptions,
// bound to their subscription.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

const ivBytes = 12
const tagBytes = 16

/** Seals a subscription's secret; base64url. */
export function sealSecret(
  key: Buffer,
  subscriptionId: string,
  secret: string,
  random: Random
): string {
  const iv = Buffer.from(random.bytes(ivBytes))
  const seal = createCipheriv('aes-256-gcm', key, iv).setAAD(
    Buffer.from(`subscription/${subscriptionId}`)
  )
  const sealed = Buffer.concat([seal.update(secret, 'utf8'), seal.final()])
  return Buffer.concat([iv, seal.getAuthTag(), sealed]).toString('base64url')
}

/** Opens what `sealSecret` sealed for this subscription; null for anything else. Never throws. */
export function openSecret(key: Buffer, subscriptionId: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= ivBytes + tagBytes) return null
  try {
    const open = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes
    })
    open
      .setAAD(Buffer.from(`subscription/${subscriptionId}`))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    return Buffer.concat([open.update(bytes.subarray(ivBytes + tagBytes)), open.final()]).toString(
      'utf8'
    )
  } catch {
    // A wrong tag or key: it can't be opened.
    return null
  }
}
