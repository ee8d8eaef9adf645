// The log of a theatre as it would have been, had the suite run all along: its set-up, then a tick a day and after each what was known by then. Pure.

import { digest } from '@tocsin/contracts/digest'
import { dayMs, formatTime } from '@tocsin/domain/event-time'
import type { Reliability } from '@tocsin/domain/report'
import { defaultRetentionDays } from '@tocsin/domain/theatre-fold'
import { type RuleVersion, type TheatrePayload, type TheatreRecord, undeclaredSource } from '@tocsin/domain/theatre-record'
import { backtestTheatre } from './backtest-reading.ts'
import type { KnownItem } from './known-items.ts'

export interface BacktestPlan {
  /** In order of knowledge. */
  readonly items: readonly KnownItem[]
  readonly rules: readonly RuleVersion[]
  readonly sources: readonly string[]
  readonly countries: readonly string[]
  /** Of every source. */
  readonly reliability: Reliability
}

/** A file's sources are often quiet for weeks and not silent. Days. */
export const backtestCadenceDays = 30

/** The records in their order; none where there is nothing to replay. What was known on a day is folded at its end. */
export function* theatreRecords(plan: BacktestPlan): Generator<TheatreRecord> {
  const { items } = plan
  const [first] = items
  if (first === undefined) return
  let nowMs = Math.floor(first.knownMs / dayMs) * dayMs
  yield ticked(nowMs)
  yield* setUp(plan, formatTime(nowMs))
  for (const item of items) {
    const endMs = (Math.floor(item.knownMs / dayMs) + 1) * dayMs
    while (nowMs < endMs) {
      nowMs += dayMs
      yield ticked(nowMs)
    }
    yield { ...payloadOf(item), id: item.recordId, theatre: backtestTheatre, time: formatTime(nowMs) }
  }
}

function* setUp({ rules, sources, countries, reliability }: BacktestPlan, time: string): Generator<TheatreRecord> {
  const made = (payload: TheatrePayload): TheatreRecord => ({
    ...payload,
    id: digest('backtest', JSON.stringify(payload)),
    theatre: backtestTheatre,
    time
  })
  const theatre = { id: backtestTheatre, countries, polygon: null, clock: 'replay', retentionDays: defaultRetentionDays } as const
  yield made({ type: 'theatre.configured', data: theatre })
  for (const id of sources)
    yield made({ type: 'source.configured', data: { ...undeclaredSource, id, reliability, cadenceDays: backtestCadenceDays } })
  for (const rule of rules) yield made({ type: 'rule.configured', data: rule })
}

function ticked(toMs: number): TheatreRecord {
  const to = formatTime(toMs)
  return { type: 'clock.ticked', data: { to, gap: false }, id: digest('tick', backtestTheatre, to), theatre: backtestTheatre, time: to }
}

function payloadOf(item: KnownItem): TheatrePayload {
  return item.kind === 'report'
    ? { type: 'report.received', data: item.revision }
    : { type: 'report.withdrawn', data: { reportId: item.reportId, reason: item.reason, lane: 'live' } }
}
