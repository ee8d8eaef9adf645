// Alerts of a story: one is within the other, or they rest on the same reports. While one that was
// notified has not ended, another that is no graver need not be sent too. Pure.

import type { Severity } from '@tocsin/contracts/theatre/severity'
import { computeRank, type StoryCover } from './notification-decision.ts'

/** The state of a notified alert. */
export interface ToldAlert {
  /** When it was last notified, ms. */
  readonly toldMs: number
  readonly partOf: string | null
  readonly severity: Severity
  /** Neither closed nor out of the subscriber's view. */
  readonly stands: boolean
  /** As it is now: an alert that sank covers less. */
  readonly severityNow: Severity
}

export interface StoryMember {
  readonly alertId: string
  /** When the newest waiting event came, ms; null: none waits. */
  readonly newestMs: number | null
  readonly severity: Severity
  readonly partOf: string | null
  /** Alerts that this one shares reports with. */
  readonly references: readonly string[]
}

/** Alerts that an alert names as in its story. */
export function listNames({
  partOf,
  references
}: Pick<StoryMember, 'partOf' | 'references'>): readonly string[] {
  return partOf === null ? references : [partOf, ...references]
}

/**
 * The alert that covers this one: a graver one, or else the last notified among those as grave;
 * null if none does. `told`: what the subscriber was notified of for an alert, null if not
 * notified. `linkedTo`: alerts that name this one as in their story. If two were notified and are
 * as grave, one covers the other if it was notified since the other's newest event. If it was not,
 * only one covers the other, since each would wait for the other: the whole covers its part, and
 * among others the lesser id.
 */
export function findCover(
  member: StoryMember,
  linkedTo: Iterable<string>,
  told: (alertId: string) => ToldAlert | null
): StoryCover | null {
  const { alertId, severity, newestMs } = member
  const story = new Set([...listNames(member), ...linkedTo])
  story.delete(alertId)
  const isTold = told(alertId) !== null
  let cover: StoryCover | null = null
  for (const other of story) {
    const known = told(other)
    if (!known?.stands) continue
    const { toldMs } = known
    const graver =
      Math.min(computeRank(known.severity), computeRank(known.severityNow)) - computeRank(severity)
    if (graver > 0) return { alertId: other, toldMs, isGraver: true }
    const speaks = newestMs !== null && toldMs >= newestMs
    const covers = graver === 0 && (!isTold || speaks || isBefore(other, known, member))
    if (covers && toldMs > (cover?.toldMs ?? Number.NEGATIVE_INFINITY))
      cover = { alertId: other, toldMs, isGraver: false }
  }
  return cover
}

function isBefore(other: string, known: ToldAlert, { alertId, partOf }: StoryMember): boolean {
  if (partOf === other || known.partOf === alertId) return partOf === other
  return other < alertId
}
