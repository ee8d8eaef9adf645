// What a policy would have told of a course of alerts, beside what goes out without one: how much, how often, and what not. Pure.

import type { RecordedAlert } from '@tocsin/domain/alert/alert'
import { rankOf } from '@tocsin/domain/notification/notification-decision'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import { type PlayedEvent, playPolicy } from '@tocsin/domain/notification/policy-play'
import { type Severity, severities } from '@tocsin/domain/record/severity'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs

/** An event of the alerts log, as far as a policy looks at it. */
export interface AlertMoment {
  /** When it was written, ms. */
  readonly atMs: number
  readonly event: RecordedAlert
}

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
  /** Alerts that were severe or extreme and stood, of which neither they nor another of their story was told as grave. */
  readonly missed: readonly string[]
  /** Severe or extreme alerts that began and ended within the wait for their story, or in quiet hours: nobody hears of them. */
  readonly briefCount: number
}

/** The events that a webhook for everything would get, in order of time: old news only of alerts that it was told of. */
export function eventsToTell(moments: Iterable<AlertMoment>): PlayedEvent[] {
  const known = new Set<string>()
  const events: PlayedEvent[] = []
  for (const { atMs, event } of moments) {
    if (event.type === 'alert.action-refused') continue
    const { alertId, severity, status, partOf, references, notify } = event.data
    if (notify === 'quiet' && !known.has(alertId)) continue
    known.add(alertId)
    const ending = status === 'resolved' || status === 'retracted' ? status : null
    events.push({ atMs, alertId, severity, ending, partOf, references, facts: event.data })
  }
  return events.sort((a, b) => a.atMs - b.atMs)
}

/** Where the week with the most events begins and ends, ms; null without events. O(events). */
export function busiestWeek(events: readonly PlayedEvent[]): { readonly fromMs: number; readonly toMs: number } | null {
  let best: { readonly fromMs: number; readonly count: number } | null = null
  let first = 0
  for (const [last, { atMs }] of events.entries()) {
    while (atMs - (events[first] as PlayedEvent).atMs >= weekMs) first++
    const count = last - first + 1
    if (best === null || count > best.count) best = { fromMs: (events[first] as PlayedEvent).atMs, count }
  }
  return best === null ? null : { fromMs: best.fromMs, toMs: best.fromMs + weekMs }
}

/** Plays a policy over events, and counts those in a time; alerts that began before are told before. */
export function playedFigures(
  policy: NotificationPolicy,
  events: readonly PlayedEvent[],
  time: { readonly fromMs: number; readonly toMs: number } | null
): PlayedFigures {
  const fromMs = time?.fromMs ?? events[0]?.atMs ?? 0
  const toMs = time?.toMs ?? (events.at(-1)?.atMs ?? 0) + weekMs
  const heard = events.filter(({ atMs }) => atMs < toMs)
  const { told, untold } = playPolicy(policy, heard, { subscriptionId: '', untilMs: toMs })
  const [before, after] = [heard.filter(({ atMs }) => atMs >= fromMs), told.filter(({ atMs }) => atMs >= fromMs)]
  const hours = Math.max(1, (toMs - fromMs) / hourMs)
  const gravest = new Map<string, number>()
  for (const { alertId, severity } of told) gravest.set(alertId, Math.max(gravest.get(alertId) ?? -1, rankOf(severity)))
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
    missed: [...new Set(missed.map(({ alertId }) => alertId))],
    briefCount: untold.filter(({ severity, reason }) => reason === 'ended-unheard' && rankOf(severity) >= rankOf('severe')).length
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

function countsOf<Name extends string, T>(names: readonly Name[], all: readonly T[], nameOf: (each: T) => Name) {
  const counts = Object.fromEntries(names.map(name => [name, 0])) as Record<Name, number>
  for (const each of all) counts[nameOf(each)]++
  return counts
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
