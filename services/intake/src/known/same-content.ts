// Detects posts with known content. Private parts are hashed under a report's data keys: a post is
// compared under each of them, and by its open part alone if the key of a revision was erased.
// Pure.

import {
  computeContentHash,
  halfDigestLength,
  type ReportContent
} from '@tocsin/contracts/report/keyed-identity'
import type { KnownReport, KnownRevision } from './known-report.ts'

/** A posted body, prepared for comparison with the known revisions. */
export interface Posted {
  readonly content: ReportContent
  /**
   * The digest of its private part under each data key of the report that is not erased; null under
   * a key that cannot be used.
   */
  readonly digests: ReadonlyMap<string, string | null>
  /** The hash that earlier versions gave to the same body; computed on demand. */
  readonly plainHash: () => string
}

/** The revision with the same content, the winner first; null if there is none. */
export function revisionSaying(
  known: KnownReport | undefined,
  posted: Posted
): KnownRevision | null {
  const { winner = null, revisions = [] } = known ?? {}
  if (winner !== null && says(winner, posted)) return winner
  return (
    revisions.find(revision => says(revision, posted)) ??
    revisions.find(revision => maySay(revision, posted)) ??
    null
  )
}

/** True if a revision is known to have the same content. */
export function says(
  { contentHash, keyId }: KnownRevision,
  { content, digests, plainHash }: Posted
): boolean {
  if ((keyId === null) !== (content.privateText === null)) return false
  const digest = keyId === null ? null : (digests.get(keyId) ?? null)
  if ((keyId === null || digest !== null) && contentHash === computeContentHash(content, digest))
    return true
  return contentHash === plainHash()
}

/**
 * True if a revision has the same open part, and its private part was erased and cannot be
 * compared. Posting the same file again must not restore erased texts: that takes a correction.
 */
function maySay({ contentHash, keyId }: KnownRevision, { content, digests }: Posted): boolean {
  if (keyId === null || content.privateText === null || digests.has(keyId)) return false
  return contentHash.startsWith(content.open.slice(0, halfDigestLength))
}
