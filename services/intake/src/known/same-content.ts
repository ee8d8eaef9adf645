// Whether what is posted was said before. Hashes of private parts are under a report's data keys: a post is compared under each of them, and where the
// key of a revision was erased, by the open part alone. Pure.

import { halfDigestLength, keyedContentHash, type ReportContent } from '@tocsin/contracts/report/keyed-identity'
import type { KnownReport, KnownRevision } from './known-report.ts'

/** What is posted, as it is compared with what is known of its report. */
export interface Posted {
  readonly content: ReportContent
  /** The digest of its private part under each data key of the report that is not erased; null under a key that cannot be used. */
  readonly digests: ReadonlyMap<string, string | null>
  /** The hash that earlier versions gave to the same body. Made when it is asked for. */
  readonly plainHash: () => string
}

/** The revision that says what is posted, the winner before all others; null where none does. */
export function revisionSaying(known: KnownReport | undefined, posted: Posted): KnownRevision | null {
  const { winner = null, revisions = [] } = known ?? {}
  if (winner !== null && says(winner, posted)) return winner
  return revisions.find(revision => says(revision, posted)) ?? revisions.find(revision => maySay(revision, posted)) ?? null
}

/** True where a revision is known to say what is posted. */
export function says({ contentHash, keyId }: KnownRevision, { content, digests, plainHash }: Posted): boolean {
  if ((keyId === null) !== (content.privateText === null)) return false
  const digest = keyId === null ? null : (digests.get(keyId) ?? null)
  if ((keyId === null || digest !== null) && contentHash === keyedContentHash(content, digest)) return true
  return contentHash === plainHash()
}

/**
 * True where a revision says the same in the open, and what it says in private cannot be compared any more because it was erased. Who posts the same
 * file again must not bring back what was erased: that takes a correction.
 */
function maySay({ contentHash, keyId }: KnownRevision, { content, digests }: Posted): boolean {
  if (keyId === null || content.privateText === null || digests.has(keyId)) return false
  return contentHash.startsWith(content.open.slice(0, halfDigestLength))
}
