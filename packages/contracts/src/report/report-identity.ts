// The identity of reports, of their revisions and of the records of these. What covers a body is
// made with the suite's secret, so that no one can test guesses against it. The private part has its
// own digest, which the caller makes with an erasable key: once that key is erased, guesses cannot be
// tested at all. Ids rest on the body as sent, not as interpreted. Source: decision 0034.

import { createHmac, type KeyObject } from 'node:crypto'
import { compileWriter } from '../json/canonical-writer.ts'
import { digest, digestLength, joinWithLengths, takeIdDigits } from '../json/digest.ts'
import { normalizeText } from './normal-text.ts'
import { type PostedReport, postedReportFormat } from './posted-report.ts'
import { privateFormat } from './private-texts.ts'

/** The id of a report by its source and its id there. Pure; 32 hex digits. */
export function computeReportId(sourceId: string, externalId: string): string {
  return digest('report-id', sourceId, 'external', normalizeText(externalId))
}

/** Identifies the record of a revision among those of its report; the same in every theatre. */
export type RevisionName = readonly [content: string, ...more: string[]]

/** The record id of one revision of a report in one theatre. Pure. */
export function computeRevisionRecordId(
  theatre: string,
  reportId: string,
  name: RevisionName
): string {
  return digest('report', theatre, reportId, ...name)
}

/** The record id of a report's withdrawal in one theatre. Pure. */
export function computeWithdrawalRecordId(theatre: string, reportId: string): string {
  return digest('withdrawal', theatre, reportId)
}

/**
 * Hex digits of each half of a content hash, open and private, where there is a private part: 64
 * bits each.
 */
export const halfDigestLength = digestLength / 2

const writePosted = compileWriter(postedReportFormat)
const writePrivate = compileWriter(privateFormat)

/** The content of a body, in the form that is compared. */
export interface ReportContent {
  /** Digest of everything but the private part with the suite's secret, 32 hex digits. */
  readonly open: string
  /** The private part in canonical form; null if it is empty. */
  readonly privateText: string | null
}

export interface NamedPost {
  readonly sourceId: string
  /** The source's own id, in NFC and trimmed. */
  readonly externalId: string | null
  /** The request's Idempotency-Key; used if there is no external id. */
  readonly idempotencyKey: string | null
  /** The principal that sent the request: Idempotency-Keys are scoped to it. */
  readonly principalId: string
  readonly content: ReportContent
}

export function isNamedByKey({ externalId, idempotencyKey }: NamedPost): boolean {
  return externalId === null && idempotencyKey !== null
}

export class KeyedIdentity {
  readonly #secret: KeyObject

  /** `secret`: the suite's secret for `reports`. */
  constructor(secret: KeyObject) {
    this.#secret = secret
  }

  /** The content of a body. `saysPrivate`: its private part is not empty. Pure. */
  hashContent(body: PostedReport, saysPrivate: boolean): ReportContent {
    const open = saysPrivate ? { ...body, private: undefined } : body
    return {
      open: this.#computeDigest('open', writePosted(open as PostedReport)),
      privateText: saysPrivate && body.private ? writePrivate(body.private) : null
    }
  }

  /**
   * The id of a report: from its source and external id, else from the Idempotency-Key, else from
   * its whole content. Pure; 32 hex digits. The first kind is a plain digest, which its source can
   * compute too: neither part is private.
   */
  computeId({ sourceId, externalId, idempotencyKey, principalId, content }: NamedPost): string {
    if (externalId !== null) return computeReportId(sourceId, externalId)
    if (idempotencyKey !== null)
      return this.#computeDigest('key', sourceId, principalId, idempotencyKey)
    const { open, privateText } = content
    return privateText === null
      ? this.#computeDigest('body', sourceId, open)
      : this.#computeDigest('body', sourceId, open, this.#computeDigest('private', privateText))
  }

  #computeDigest(...parts: readonly string[]): string {
    return takeIdDigits(
      createHmac('sha256', this.#secret).update(joinWithLengths(parts)).digest('hex')
    )
  }
}

/**
 * The hash of a revision's content. `privateDigest`: of its private part, with an erasable key;
 * null if there is none. Pure.
 */
export function computeContentHash({ open }: ReportContent, privateDigest: string | null): string {
  return privateDigest === null
    ? open
    : `${open.slice(0, halfDigestLength)}${privateDigest.slice(0, halfDigestLength)}`
}

/** The half of a keyed content hash that covers the open part. Pure. */
export function getOpenHalf(contentHash: string, hasPrivate: boolean): string {
  return hasPrivate ? contentHash.slice(0, halfDigestLength) : contentHash
}
