// What a report is known by, made under the suite's secret: without it nobody can try guesses on an id or a hash. The private part has a digest of its
// own, which whoever calls makes under a key that can be erased: with that key gone, nobody can try guesses on it at all. Source: decision 0034.

import { createHmac, type KeyObject } from 'node:crypto'
import { orderedText } from '../json/ordered-text.ts'
import { reportIdOf } from './report-identity.ts'
import { postedInOrder } from './report-order.ts'
import type { PostedReport } from './report-shape.ts'

/** Hex digits of the digest of the open part where a private part stands beside it, and of that of the private part: 64 bits each. */
export const halfDigestLength = 16
const digestLength = 2 * halfDigestLength

/** What a body says, as it is compared. */
export interface ReportContent {
  /** Digest of all but the private part under the suite's secret, 32 hex digits. */
  readonly open: string
  /** The private part in canonical form; null where nothing is said in private. */
  readonly privateText: string | null
}

export interface NamedPost {
  readonly sourceId: string
  /** As its source numbers it, in NFC without outer spaces. */
  readonly externalId: string | null
  /** The key of the request; counts where there is no external id. */
  readonly idempotencyKey: string | null
  /** Whose request it is: keys of requests are their own. */
  readonly principalId: string
  readonly content: ReportContent
}

/** True where the report is the one that its Idempotency-Key names. */
export function isNamedByKey({ externalId, idempotencyKey }: Pick<NamedPost, 'externalId' | 'idempotencyKey'>): boolean {
  return externalId === null && idempotencyKey !== null
}

export class KeyedIdentity {
  readonly #secret: KeyObject

  /** `secret`: the suite's secret for `reports`. */
  constructor(secret: KeyObject) {
    this.#secret = secret
  }

  /** What a body says. `saysPrivate`: its private part says something. Pure. */
  contentOf(body: PostedReport, saysPrivate: boolean): ReportContent {
    if (!saysPrivate) return { open: this.#digest('open', orderedText(postedInOrder(body))), privateText: null }
    const ordered = postedInOrder(body)
    return {
      open: this.#digest('open', orderedText({ ...ordered, private: undefined })),
      privateText: orderedText(ordered.private as object)
    }
  }

  /**
   * The id of a report: of its source and external id, else of the key of the request, else of all that it says. Pure; 32 hex digits. Of the first
   * kind it is a plain digest, which its source can make too: neither part is private.
   */
  idOf({ sourceId, externalId, idempotencyKey, principalId, content }: NamedPost): string {
    if (externalId !== null) return reportIdOf({ sourceId, externalId, idempotencyKey: null, body: null })
    if (idempotencyKey !== null) return this.#digest('key', sourceId, principalId, idempotencyKey)
    const { open, privateText } = content
    return privateText === null
      ? this.#digest('body', sourceId, open)
      : this.#digest('body', sourceId, open, this.#digest('private', privateText))
  }

  #digest(...parts: readonly string[]): string {
    let text = ''
    for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`
    return createHmac('sha256', this.#secret).update(text).digest('hex').slice(0, digestLength)
  }
}

/** The hash of what a revision says. `privateDigest`: of its private part, under a key that can be erased; null where there is none. Pure. */
export function keyedContentHash({ open }: ReportContent, privateDigest: string | null): string {
  return privateDigest === null ? open : `${open.slice(0, halfDigestLength)}${privateDigest.slice(0, halfDigestLength)}`
}

/** The part of a keyed content hash that tells of the open part alone. Pure. */
export function openHalfOf(contentHash: string, hasPrivate: boolean): string {
  return hasPrivate ? contentHash.slice(0, halfDigestLength) : contentHash
}
