// Plain digests for the identity of reports: for those with an external id, for records, and for
// all reports of earlier versions, whose logs are still read. Identities that cover a private part
// are now keyed: keyed-identity.ts. Ids rest on the body as sent, not as interpreted.

import { toCanonicalJson } from '../json/canonical-json.ts'
import { digest } from '../json/digest.ts'

export interface ReportIdentity {
  readonly sourceId: string
  /** The source's own id, in NFC and trimmed. */
  readonly externalId: string | null
  /** The Idempotency-Key; used if there is no external id. */
  readonly idempotencyKey: string | null
  /** The body as sent; used if there is neither. */
  readonly body: unknown
}

/**
 * The id of a report with an external id, from its source and that id. For others, the id that
 * earlier versions gave: from the Idempotency-Key, else from the whole body. Pure; 32 hex digits.
 */
export function computeReportId(identity: ReportIdentity): string {
  const { sourceId, externalId, idempotencyKey, body } = identity
  if (externalId !== null) return digest('report-id', sourceId, 'external', externalId)
  if (idempotencyKey !== null) return digest('report-id', sourceId, 'key', idempotencyKey)
  return digest('report-id', sourceId, 'body', toCanonicalJson(body))
}

/**
 * Hash of a body: equal for bodies that differ only in the order of members or in white space.
 * Pure.
 */
export function hashReport(body: unknown): string {
  return digest(toCanonicalJson(body))
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
