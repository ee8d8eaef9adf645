// What a policy would have told of a course of events, beside what goes out without one: how much,
// how often, and what not. Pure.

import { type Severity, severities } from '../record/severity.ts'
import { rankOf } from './notification-decision.ts'
import type { NotificationPolicy } from './notification-policy.ts'
import { type PlayedEvent, playPolicy, type Telling, type Untold } from './policy-play.ts'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs
/** Repeats that are played: of years of alerts that nobody answers there are millions. */
const repeatsMax = 200_000

export interface PlayedFigures {
  /** ISO 8601; null without events. */
  readonly from: string | null
  readonly to: string | null
  /** Events that a subscriber of everything gets without a policy. */
  readonly events: number
  readonly told: number
  readonly eventsPerHour: number
  readonly toldPerHour: number
  /** In the fullest hour. */
  readonly eventsInHourMax: number
  readonly toldInHourMax: number
  readonly toldBySeverity: Readonly<Record<Severity, number>>
  readonly toldByReason: Readonly<Record<string, number>>
  /** Alerts of which something was never told, or not yet, by reason. */
  readonly untoldByReason: Readonly<Record<string, number>>
  /**
   * Alerts that were severe or extreme and stood, of which neither they nor another of their story
   * was told as grave.
   */
  readonly missed: readonly string[]
  /** There were more repeats than are played: those from some time on are left out. */
  readonly isRepeatsCut: boolean
  /**
   * Severe or extreme alerts that began and ended within the wait for their story, or in quiet
   * hours: nobody hears of them.
   */
  readonly briefCount: number
}

interface Time {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Plays a policy over events, and counts those in a time; alerts that began before are told before.
 */
export function playedFigures(
  policy: NotificationPolicy,
  events: readonly PlayedEvent[],
  time: Time | null
): PlayedFigures {
  const fromMs = time?.fromMs ?? events[0]?.atMs ?? 0
  const toMs = time?.toMs ?? (events.at(-1)?.atMs ?? 0) + weekMs
  const heard = events.filter(({ atMs }) => atMs < toMs)
  return figuresOf(
    heard,
    playPolicy(policy, heard, { subscriptionId: '', untilMs: toMs, repeatsMax }),
    { fromMs, toMs }
  )
}

interface Played {
  readonly told: readonly Telling[]
  readonly untold: readonly Untold[]
  readonly isCut: boolean
}

/** Counts what was played of events in a time. */
function figuresOf(
  heard: readonly PlayedEvent[],
  { told, untold, isCut }: Played,
  { fromMs, toMs }: Time
): PlayedFigures {
  const [before, after] = [
    heard.filter(({ atMs }) => atMs >= fromMs),
    told.filter(({ atMs }) => atMs >= fromMs)
  ]
  const hours = Math.max(1, (toMs - fromMs) / hourMs)
  const gravest = new Map<string, number>()
  for (const { alertId, severity } of told)
    gravest.set(alertId, Math.max(gravest.get(alertId) ?? -1, rankOf(severity)))
  const missed = untold.filter(
    ({ alertId, severity, reason }) =>
      rankOf(severity) >= rankOf('severe') &&
      (gravest.get(alertId) ?? -1) < rankOf(severity) &&
      reason !== 'told-in-story' &&
      reason !== 'ended-unheard'
  )
  const isEmpty = heard.length === 0
  return {
    from: isEmpty ? null : new Date(fromMs).toISOString(),
    to: isEmpty ? null : new Date(toMs).toISOString(),
    events: before.length,
    told: after.length,
    eventsPerHour: before.length / hours,
    toldPerHour: after.length / hours,
    eventsInHourMax: mostInHour(before),
    toldInHourMax: mostInHour(after),
    toldBySeverity: countsOf(severities, after, ({ severity }) => severity),
    toldByReason: tally(after.map(({ reason }) => reason)),
    untoldByReason: tally(untold.map(({ reason }) => reason)),
    isRepeatsCut: isCut,
    missed: [...new Set(missed.map(({ alertId }) => alertId))],
    briefCount: untold.filter(
      ({ severity, reason }) => reason === 'ended-unheard' && rankOf(severity) >= rankOf('severe')
    ).length
  }
}

function mostInHour(moments: readonly { readonly atMs: number }[]): number {
  let [most, first] = [0, 0]
  for (const [last, { atMs }] of moments.entries()) {
    while (atMs - (moments[first] as { readonly atMs: number }).atMs >= hourMs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

function countsOf<Name extends string, T>(
  names: readonly Name[],
  all: readonly T[],
  nameOf: (each: T) => Name
) {
  const counts = Object.fromEntries(names.map(name => [name, 0])) as Record<Name, number>
  for (const each of all) counts[nameOf(each)]++
  return counts
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
