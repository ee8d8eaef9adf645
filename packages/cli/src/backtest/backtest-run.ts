// The replay: records go through the theatre owners as in the rules service, alert events go to a sink, and figures are
// collected.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'
import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { CommandError } from '../terminal/output.ts'
import { AlertFigures, type BacktestFigures } from './alert-figures.ts'
import { type BacktestPlan, theatreRecords } from './backtest-records.ts'

/** Receives alert events in sequence. */
export interface AlertSink {
  /** Takes the bytes of one event, without line end. Never blocks. */
  add(event: Uint8Array): void
  /** True while the buffer is full and `written` should be awaited. */
  readonly isFull: boolean
  /** Resolves when everything added is handed to the system. */
  written(): Promise<void>
}

export interface BacktestRunOptions {
  readonly plan: BacktestPlan
  readonly sink: AlertSink
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly signal: AbortSignal
  readonly onProgress: (items: number) => void
}

/** Interval between checks of the signal and progress updates, ms. */
const breathEveryMs = 50

/** Replays everything. Rejects with CommandError if a rule can't be compiled or the signal aborts, and with the sink's errors. */
export async function runBacktest({ plan, sink, clock, signal, onProgress }: BacktestRunOptions): Promise<BacktestFigures> {
  const owners = new Map<string, TheatreOwner>()
  // Queried for every day, but changed only by records.
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

/** Immediately while output is pending; else the next deadline of a rule, or of a source whose silence moves the watermark. */
function dueOf(owner: TheatreOwner | undefined): number | null {
  if (owner === undefined) return null
  return owner.fold.alerts.hasMoreToSay ? Number.NEGATIVE_INFINITY : owner.fold.nextDeadlineMs()
}

/** Incident events are not published: nobody uses them here. */
function ownerOf(theatre: string): TheatreOwner {
  return new TheatreOwner(theatre, { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER }, null)
}

/** When the first report of an incident became known: the incident has that report's id. */
function knownAtOf({ items }: BacktestPlan): (incidentId: string) => number | null {
  const known = new Map<string, number>()
  for (const item of items) {
    if (item.kind !== 'report') continue
    const { reportId } = item.revision
    if (!known.has(reportId)) known.set(reportId, item.knownMs)
  }
  return incidentId => known.get(incidentId) ?? null
}
