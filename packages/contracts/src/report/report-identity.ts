// What makes two posts the same report, and two reports the same content, by plain digests: those of reports that their source numbers, of records, and
// those that earlier versions made of all reports, whose logs are read on. What is made of a private part now is made under keys: keyed-identity.ts.
// Ids rest on what was sent, not on how it was understood.

import { canonicalJson } from '../json/canonical-json.ts'
import { digest } from '../json/digest.ts'
import { orderedText } from '../json/ordered-text.ts'
import { postedInOrder } from './report-order.ts'
import type { PostedReport } from './report-shape.ts'

export interface ReportIdentity {
  readonly sourceId: string
  /** As its source numbers it, in NFC without outer spaces. */
  readonly externalId: string | null
  /** The header of the request; counts where there is no external id. */
  readonly idempotencyKey: string | null
  /** The body as it was sent; counts where there is neither. */
  readonly body: unknown
}

/**
 * The id of a report that its source numbers: of its source and external id. Of others, the id that earlier versions gave: of the idempotency key,
 * else of the whole body. Pure; 32 hex digits.
 */
export function reportIdOf(identity: ReportIdentity): string {
  const { sourceId, externalId, idempotencyKey, body } = identity
  if (externalId !== null) return digest('report-id', sourceId, 'external', externalId)
  if (idempotencyKey !== null) return digest('report-id', sourceId, 'key', idempotencyKey)
  return digest('report-id', sourceId, 'body', canonicalJson(body))
}

/** What a body says, as one value: equal for bodies that differ in the order of members or in white space alone. Pure. */
export function contentHashOf(body: unknown): string {
  return digest(canonicalJson(body))
}

/** `contentHashOf` a body that has the shape of a report, for less: the content hash of earlier versions, to be compared and not to be kept. Pure. */
export function postedHashOf(body: PostedReport): string {
  return digest(orderedText(postedInOrder(body)))
}

/** What tells the record of one revision from those of the other revisions of its report; the same in every theatre. */
export type RevisionName = readonly [content: string, ...more: string[]]

/** The record id of one revision of a report in one theatre. Pure. */
export function revisionRecordId(theatre: string, reportId: string, name: RevisionName): string {
  return digest('report', theatre, reportId, ...name)
}

/** The record id of a report's withdrawal in one theatre. Pure. */
export function withdrawalRecordId(theatre: string, reportId: string): string {
  return digest('withdrawal', theatre, reportId)
}
