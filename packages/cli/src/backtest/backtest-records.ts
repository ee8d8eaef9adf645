// The logs of the theatres as they would have been if the suite had run all along: each its setup, then day by day what became
// known, followed by a tick. Pure.

import { digest } from '@tocsin/contracts/json/digest'
import { defaultRetentionDays } from '@tocsin/domain/fold/trim-turns'
import { type RuleVersion, type TheatrePayload, type TheatreRecord, undeclaredSource } from '@tocsin/domain/record/theatre-record'
import type { Reliability } from '@tocsin/domain/report/report'
import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import { type KnownItem, type TheatreScope, theatreFor } from './known-items.ts'

export interface BacktestPlan {
  /** Sorted by time of knowledge. */
  readonly items: readonly KnownItem[]
  readonly theatres: TheatreScope
  readonly rules: readonly RuleVersion[]
  readonly sources: readonly string[]
  readonly countries: readonly string[]
  /** Of every source. */
  readonly reliability: Reliability
}

/** Sources of a file are often quiet for weeks without being silent. Days. */
export const backtestCadenceDays = 30

/** The next time at which a tick would change something in a theatre, given everything so far; null = none. */
export type NextDue = (theatre: string) => number | null

/**
 * The records of all theatres in order; none if there is nothing to replay. What became known on a day is folded at its end,
 * followed by a tick; on other days a theatre ticks when something falls due. A theatre begins with the first report in it.
 */
export function* theatreRecords(plan: BacktestPlan, nextDueMs: NextDue): Generator<TheatreRecord> {
  const { items } = plan
  const begun = new Set<string>()
  const standings = new Map<string, Set<string>>()
  let [at, endMs] = [0, dayEndOf(items[0])]
  while (at < items.length) {
    const told: { readonly item: KnownItem; readonly theatres: ReadonlySet<string> }[] = []
    for (let item = items[at]; item !== undefined && item.knownMs < endMs; item = items[++at])
      told.push({ item, theatres: new Set(theatresOf(item, standings)) })
    const hearing = new Set(told.flatMap(({ theatres }) => [...theatres]))
    for (const theatre of begun) {
      if (hearing.has(theatre) || (nextDueMs(theatre) ?? Number.POSITIVE_INFINITY) <= endMs) yield ticked(theatre, endMs)
    }
    for (const { item, theatres } of told) {
      for (const theatre of theatres) {
        if (!begun.has(theatre)) yield* setUp(plan, theatre, endMs)
        begun.add(theatre)
        yield { ...payloadOf(item), id: recordIdIn(theatre, item), theatre, time: formatTime(endMs) }
      }
    }
    endMs += dayMs
  }
}

/** The end of the day on which it became known. */
function dayEndOf(item: KnownItem | undefined): number {
  return item === undefined ? 0 : (Math.floor(item.knownMs / dayMs) + 1) * dayMs
}

/** A report goes to every theatre that it was ever in: where it no longer lies, it counts as absent. */
function theatresOf(item: KnownItem, standings: Map<string, Set<string>>): ReadonlySet<string> {
  const reportId = item.kind === 'report' ? item.revision.reportId : item.reportId
  const known = standings.get(reportId) ?? new Set()
  if (item.kind === 'report') standings.set(reportId, known.add(item.revision.theatre))
  return known
}

function recordIdIn(theatre: string, item: KnownItem): string {
  const isOwn = item.kind === 'report' && item.revision.theatre === theatre
  return isOwn ? item.recordId : digest('backtest-copy', theatre, item.recordId)
}

/** Begins one day before the first report, so that the tick of its day is an ordinary one. */
function* setUp(
  { rules, sources, countries, reliability, theatres }: BacktestPlan,
  theatre: string,
  nowMs: number
): Generator<TheatreRecord> {
  const time = formatTime(nowMs - dayMs)
  const made = (payload: TheatrePayload): TheatreRecord => ({
    ...payload,
    id: digest('backtest', theatre, JSON.stringify(payload)),
    theatre,
    time
  })
  const own = countries.filter(country => theatreFor(theatres, country) === theatre)
  const config = { id: theatre, countries: own, polygon: null, clock: 'replay', retentionDays: defaultRetentionDays } as const
  yield ticked(theatre, nowMs - dayMs)
  yield made({ type: 'theatre.configured', data: config })
  for (const id of sources)
    yield made({ type: 'source.configured', data: { ...undeclaredSource, id, reliability, cadenceDays: backtestCadenceDays } })
  for (const rule of rules) yield made({ type: 'rule.configured', data: rule })
  yield ticked(theatre, nowMs)
}

function ticked(theatre: string, toMs: number): TheatreRecord {
  const to = formatTime(toMs)
  return { type: 'clock.ticked', data: { to, gap: false }, id: digest('tick', theatre, to), theatre, time: to }
}

function payloadOf(item: KnownItem): TheatrePayload {
  return item.kind === 'report'
    ? { type: 'report.received', data: item.revision }
    : { type: 'report.withdrawn', data: { reportId: item.reportId, reason: item.reason, lane: 'live' } }
}
