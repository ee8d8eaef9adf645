// Detects posts with known content. Private parts are hashed under a report's data keys: a post is
// compared under each of them, and by its open part alone if the key of a revision was erased.
// Pure.

import {
  computeContentHash,
  halfDigestLength,
  type ReportContent
} from '@tocsin/contracts/report/keyed-identity'
import type { KnownReport, KnownRevision } from '@tocsin/read-model/reports/known-report'

/** The parts of a posted report to compare. */
interface Posted {
  readonly content: ReportContent
  /** The hash that earlier versions gave to the same body; computed on demand. */
  readonly plainHash: () => string
}

/**
 * The digest of a post's private part under each unerased data key of the report; null under a key
 * that cannot be used.
 */
export type KeyDigests = ReadonlyMap<string, string | null>

/** The revision with the same content, the winner first; null if there is none. */
export function findSame(
  { winner, revisions }: Pick<KnownReport, 'winner' | 'revisions'>,
  posted: Posted,
  digests: KeyDigests
): KnownRevision | null {
  if (winner !== null && isSame(winner, posted, digests)) return winner
  return (
    revisions.find(revision => isSame(revision, posted, digests)) ??
    revisions.find(revision => mayBeSame(revision, posted, digests)) ??
    null
  )
}

/** True if a revision is known to have the same content. */
export function isSame(
  { contentHash, keyId }: KnownRevision,
  { content, plainHash }: Posted,
  digests: KeyDigests
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
function mayBeSame(
  { contentHash, keyId }: KnownRevision,
  { content }: Posted,
  digests: KeyDigests
): boolean {
  if (keyId === null || content.privateText === null || digests.has(keyId)) return false
  return contentHash.startsWith(content.open.slice(0, halfDigestLength))
}
