// Alerts of one story: one lies within the other, or they rest on the same reports. While one was told and stands, another that
// is no graver need not be told too. Pure.

import type { Severity } from '../record/severity.ts'
import { rankOf } from './notification-decision.ts'

/** What is known of an alert that was told. */
export interface ToldAlert {
  readonly severity: Severity
  /** Neither closed nor out of the subscriber's view. */
  readonly stands: boolean
  /** As it is now: an alert that sank covers less. */
  readonly severityNow: Severity
}

export interface StoryMember {
  readonly alertId: string
  readonly severity: Severity
  readonly partOf: string | null
  /** Alerts that this one shares reports with. */
  readonly references: readonly string[]
}

/** Alerts that an alert names as of its story. */
export function namesOf({ partOf, references }: Pick<StoryMember, 'partOf' | 'references'>): readonly string[] {
  return partOf === null ? references : [partOf, ...references]
}

/**
 * The alert that covers this one; null if none does. `told`: what the subscriber was told of an alert, null if nothing.
 * `linkedTo`: alerts that name this one as of their story. Of two that were told and are as grave only one covers the other,
 * that with the lesser id: each would be silent for the other's sake.
 */
export function coverOf(
  member: StoryMember,
  linkedTo: Iterable<string>,
  told: (alertId: string) => ToldAlert | null
): string | null {
  const { alertId, severity } = member
  const story = new Set([...namesOf(member), ...linkedTo])
  story.delete(alertId)
  const isTold = told(alertId) !== null
  for (const other of story) {
    const known = told(other)
    if (!known?.stands) continue
    const graver = Math.min(rankOf(known.severity), rankOf(known.severityNow)) - rankOf(severity)
    if (graver > 0 || (graver === 0 && (!isTold || other < alertId))) return other
  }
  return null
}
