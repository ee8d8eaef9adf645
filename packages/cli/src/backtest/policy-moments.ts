// The course of alerts that a backtest wrote, as a policy looks at it. Pure.

import type { RecordedAlert } from '@tocsin/domain/alert/alert'
import type { PlayedEvent } from '@tocsin/domain/notification/policy-play'

const dayMs = 24 * 3_600_000

/** An event of the alerts log, as far as a policy looks at it. */
export interface AlertMoment {
  /** When it was written, ms. */
  readonly atMs: number
  readonly event: RecordedAlert
}

/**
 * The events that a webhook for everything would get, in order of time: old news only of alerts
 * that it was told of.
 */
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

/** Where so many days with the most events begin and end, ms; null without events. O(events). */
export function busiestSpan(
  events: readonly PlayedEvent[],
  days: number
): { readonly fromMs: number; readonly toMs: number } | null {
  const spanMs = days * dayMs
  let best: { readonly fromMs: number; readonly count: number } | null = null
  let first = 0
  for (const [last, { atMs }] of events.entries()) {
    while (atMs - (events[first] as PlayedEvent).atMs >= spanMs) first++
    const count = last - first + 1
    if (best === null || count > best.count)
      best = { fromMs: (events[first] as PlayedEvent).atMs, count }
  }
  return best === null ? null : { fromMs: best.fromMs, toMs: best.fromMs + spanMs }
}
