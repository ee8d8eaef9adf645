// Tellings of a stream with a policy, their order, and the place in it that a client has reached.
// Pure.

import type { HoldReason, TellReason } from '@tocsin/domain/notification/notification-decision'
import type { Verdict } from '../reader/audience.ts'

/** An event that a policy tells, and when. */
export interface Told {
  readonly atMs: number
  readonly alertId: string
  readonly partition: number
  readonly position: bigint
  readonly verdict: Verdict
  readonly reason: TellReason
  /** Why it waited last; null: it did not. */
  readonly held: HoldReason | null
  /** The alert ended with it, or left the view. */
  readonly ends: boolean
}

/**
 * Up to where a client was told: all before `atMs`, and of what is told then all up to `after`;
 * null: all of it.
 */
export interface ToldPlace {
  readonly atMs: number
  readonly after: { readonly alertId: string; readonly position: bigint } | null
}

export function isToldBy(
  { atMs, alertId, position }: Told,
  { atMs: toMs, after }: ToldPlace
): boolean {
  if (atMs !== toMs || after === null) return atMs <= toMs
  return alertId < after.alertId || (alertId === after.alertId && position <= after.position)
}

export function compareTold(a: Told, b: Told): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  if (a.alertId !== b.alertId) return a.alertId < b.alertId ? -1 : 1
  return a.position < b.position ? -1 : 1
}

/**
 * What was told last of an alert by a place; null: nothing. `course`: its tellings, in their order.
 */
export function lastToldBy(course: readonly Told[], place: ToldPlace): Told | null {
  return course.findLast(each => isToldBy(each, place)) ?? null
}
