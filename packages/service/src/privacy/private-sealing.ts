// Seals private parts of reports: AES-256-GCM under a data key per report, wrapped under the
// suite's wrapping key. Both are bound to the report and the key id, so that nothing sealed for one
// report opens as another's. No I/O.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import type { SealedPrivate } from '@tocsin/contracts/theatre/report'
import type { Random } from '@tocsin/domain/ports'

/** Bytes under AES-256-GCM, base64. */
export interface SealedBytes {
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

const cipher = 'aes-256-gcm'
const keyBytes = 32
const ivBytes = 12

export function makeDataKey(random: Random): { readonly keyId: string; readonly dataKey: Buffer } {
  return {
    keyId: Buffer.from(random.bytes(16)).toString('hex'),
    dataKey: Buffer.from(random.bytes(keyBytes))
  }
}

/** The key of a report: what it seals opens as nothing else. */
interface KeyOfReport {
  readonly reportId: string
  readonly keyId: string
}

/** Wraps a data key for the keys log. `wrapping`: the suite's secret for `wrap`, 32 bytes. */
export function wrapDataKey(
  wrapping: Buffer,
  { reportId, keyId }: KeyOfReport,
  dataKey: Buffer,
  random: Random
): SealedBytes {
  return sealBytes(wrapping, `data-key/${reportId}/${keyId}`, dataKey, random)
}

/**
 * The data key of a record of the keys log; null if this suite did not wrap it for this report.
 * Never throws.
 */
export function unwrapDataKey(
  wrapping: Buffer,
  { reportId, keyId, wrapped }: KeyOfReport & { readonly wrapped: SealedBytes }
): Buffer | null {
  return openBytes(wrapping, `data-key/${reportId}/${keyId}`, wrapped)
}

/** Seals the private texts of one revision. Not deterministic: equal texts give different bytes. */
export function sealTexts(
  dataKey: Buffer,
  reportId: string,
  keyId: string,
  texts: PrivateTexts,
  random: Random
): SealedPrivate {
  const plain = Buffer.from(JSON.stringify(texts))
  return {
    algorithm: 'A256GCM',
    keyId,
    ...sealBytes(dataKey, `private/${reportId}/${keyId}`, plain, random)
  }
}

/**
 * The digest of a revision's private part: after the data key is erased, no guess can be tested
 * against it. 64 hex digits. Pure.
 */
export function digestPrivate(dataKey: Buffer, reportId: string, text: string): string {
  return createHmac('sha256', createSecretKey(dataKey))
    .update(`content/${reportId}/${text}`)
    .digest('hex')
}

/** Opens what `sealTexts` sealed for this report; null for anything else. Never throws. */
export function openTexts(
  dataKey: Buffer,
  reportId: string,
  sealed: SealedPrivate
): PrivateTexts | null {
  const plain = openBytes(dataKey, `private/${reportId}/${sealed.keyId}`, sealed)
  // The tag proves that we sealed it, so the shape is known.
  return plain === null ? null : (JSON.parse(plain.toString()) as PrivateTexts)
}

function sealBytes(key: Buffer, bound: string, plain: Buffer, random: Random): SealedBytes {
  const iv = Buffer.from(random.bytes(ivBytes))
  const seal = createCipheriv(cipher, createSecretKey(key), iv).setAAD(Buffer.from(bound))
  const ciphertext = Buffer.concat([seal.update(plain), seal.final()])
  return {
    iv: iv.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: seal.getAuthTag().toString('base64')
  }
}

function openBytes(key: Buffer, bound: string, sealed: SealedBytes): Buffer | null {
  try {
    const open = createDecipheriv(cipher, createSecretKey(key), Buffer.from(sealed.iv, 'base64'), {
      authTagLength: 16
    })
    open.setAAD(Buffer.from(bound)).setAuthTag(Buffer.from(sealed.tag, 'base64'))
    return Buffer.concat([open.update(Buffer.from(sealed.ciphertext, 'base64')), open.final()])
  } catch {
    // Wrong tag, key or length: not ours to open.
    return null
  }
}
