// Metrics of answers: how many alerts are unanswered now, and how long answers took, as they are published. For theatres on the
// wall clock, without drills.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import type { Call } from '@tocsin/domain/response/alert-calls'
import { acknowledgementSecondsOf, responseSecondsOf } from '@tocsin/domain/response/response-times'
import { LRUCache } from 'lru-cache'
import type { Registry } from 'prom-client'
import type { AlertRecord } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { type NotifierMetrics, watchUnanswered } from '../telemetry/notifier-metrics.ts'

/** Calls whose first response was counted; the oldest is evicted. */
const countedMax = 10_000

export interface ResponseWatchDeps {
  readonly alerts: AlertIndex
  readonly metrics: Pick<NotifierMetrics, 'acknowledgementTime' | 'responseTime'>
  readonly isReplay: (theatre: string) => boolean
}

export class ResponseWatch {
  readonly #deps: ResponseWatchDeps
  /** Ids of calls of alerts to which a response was counted. */
  readonly #counted = new LRUCache<string, true>({ max: countedMax })

  constructor(registry: Registry, deps: ResponseWatchDeps) {
    this.#deps = deps
    watchUnanswered(registry, () => this.unanswered())
  }

  /** Unanswered alerts by severity, each severity among them. */
  unanswered(): Record<Severity, number> {
    const { alerts, isReplay } = this.#deps
    const counts = Object.fromEntries(severities.map(severity => [severity, 0])) as Record<Severity, number>
    for (const { isUnanswered, facts, rows } of alerts.orderAt('restricted').kinds)
      if (isUnanswered && !facts.drill && !isReplay(facts.theatre)) counts[facts.severity] += rows
    return counts
  }

  /** Counts the time of an answer: an event as it is published, after the projection has folded it. */
  take({ event, envelope }: AlertRecord): void {
    const { alerts, metrics, isReplay } = this.#deps
    if (event.type !== 'alert.acknowledged' && event.type !== 'alert.responded') return
    const { alertId, theatre, drill, operator } = event.data
    if (drill || isReplay(theatre)) return
    const call = alerts.get(alertId)?.callsAt('restricted').calls.at(-1)
    if (call === undefined) return
    const { severity } = call
    if (event.type === 'alert.acknowledged') {
      const isFirst = call.taken?.atMs === Date.parse(envelope.time)
      if (isFirst) metrics.acknowledgementTime.observe({ severity }, acknowledgementSecondsOf(call) as number)
    } else if (this.#isFirstResponse(alertId, call, operator))
      metrics.responseTime.observe({ severity }, responseSecondsOf(call) as number)
  }

  /** The first to its call: one that was recorded before the call is no answer to it. */
  #isFirstResponse(alertId: string, { pagedAtMs }: Call, { responses }: AlertState['operator']): boolean {
    const callId = `${alertId} ${pagedAtMs}`
    if (responses === undefined || this.#counted.has(callId)) return false
    this.#counted.set(callId, true)
    return responses.count === 1 || Date.parse(responses.first.recordedAt) < pagedAtMs
  }
}
