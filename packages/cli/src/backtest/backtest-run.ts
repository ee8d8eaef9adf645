// The replay: records through the theatres' owners, as the rules service would have folded them, their alert events to a sink, and figures of them.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'
import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { CommandError } from '../terminal/output.ts'
import { AlertFigures, type BacktestFigures } from './alert-figures.ts'
import { type BacktestPlan, theatreRecords } from './backtest-records.ts'

/** Where alert events go, one after the other. */
export interface AlertSink {
  /** Takes the bytes of one event, without line end. Never waits. */
  add(event: Uint8Array): void
  /** True while so much waits that `written` should be waited for. */
  readonly isFull: boolean
  /** Resolves when all that was added is with the system. */
  written(): Promise<void>
}

export interface BacktestRunOptions {
  readonly plan: BacktestPlan
  readonly sink: AlertSink
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly signal: AbortSignal
  readonly onProgress: (items: number) => void
}

/** Between two looks at the signal and at progress, ms. */
const breathEveryMs = 50

/** Replays all. Rejects with CommandError where a rule can't be made out or the signal aborts, and with what the sink rejects with. */
export async function runBacktest({ plan, sink, clock, signal, onProgress }: BacktestRunOptions): Promise<BacktestFigures> {
  const owners = new Map<string, TheatreOwner>()
  // Asked for every day, and changed by records alone.
  const due = new Map<string, number | null>()
  const nextDueMs = (theatre: string) => {
    const known = due.get(theatre)
    if (known !== undefined) return known
    const ms = dueOf(owners.get(theatre))
    due.set(theatre, ms)
    return ms
  }
  const figures = new AlertFigures(knownAtOf(plan))
  let [items, breathedMs] = [0, clock.monotonicMs()]
  for (const record of theatreRecords(plan, nextDueMs)) {
    const owner = owners.get(record.theatre) ?? ownerOf(record.theatre)
    owners.set(record.theatre, owner)
    due.delete(record.theatre)
    const { alerts, events, ignored } = owner.take(record)
    if (record.type === 'rule.configured' && ignored !== null)
      throw new CommandError(`rule ${record.data.ruleId} can't be made out: ${ignored}`)
    for (const { value } of alerts) if (value !== null) sink.add(value)
    for (const event of events) figures.take(event)
    if (record.type === 'report.received') items += 1
    if (sink.isFull) await sink.written()
    if (clock.monotonicMs() - breathedMs < breathEveryMs) continue
    onProgress(items)
    await nextTurn()
    if (signal.aborted) throw new CommandError('stopped before the end')
    breathedMs = clock.monotonicMs()
  }
  await sink.written()
  return figures.figures(plan.items)
}

/** At once while something is left to say; else a deadline of a rule, or of a source whose silence lets others be believed. */
function dueOf(owner: TheatreOwner | undefined): number | null {
  if (owner === undefined) return null
  return owner.fold.alerts.hasMoreToSay ? Number.NEGATIVE_INFINITY : owner.fold.nextDeadlineMs()
}

/** Of incidents nothing is published: nobody asks for them. */
function ownerOf(theatre: string): TheatreOwner {
  return new TheatreOwner(theatre, { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER }, null)
}

/** When the first report of an incident was known: its id is that of the report. */
function knownAtOf({ items }: BacktestPlan): (incidentId: string) => number | null {
  const known = new Map<string, number>()
  for (const item of items) {
    if (item.kind !== 'report') continue
    const { reportId } = item.revision
    if (!known.has(reportId)) known.set(reportId, item.knownMs)
  }
  return incidentId => known.get(incidentId) ?? null
}
