// The replay on one thread: the records of all theatres are folded in order, and alert events go to a sink. Over several threads:
// theatre-pool.ts.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'
import { CommandError } from '../terminal/output.ts'
import { type BacktestFigures, figuresOf } from './alert-figures.ts'
import { type BacktestPlan, theatreRecords } from './backtest-records.ts'
import { TheatreReplay } from './theatre-replay.ts'

/** Receives alert events in sequence. */
export interface AlertSink {
  /** Takes the bytes of one event, without line end. Never blocks. */
  add(event: Uint8Array): void
  /** True while the buffer is full and `written` should be awaited. */
  readonly isFull: boolean
  /** The most that it may hold, bytes: beyond that `written` rejects. */
  readonly bytesMax: number
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

/**
 * Replays everything on this thread, all theatres side by side. Rejects with CommandError if a rule can't be compiled or the
 * signal aborts, and with the sink's errors.
 */
export async function runBacktest({ plan, sink, clock, signal, onProgress }: BacktestRunOptions): Promise<BacktestFigures> {
  const replays = new Map<string, TheatreReplay>()
  const nextDueMs = (theatre: string) => replays.get(theatre)?.nextDueMs() ?? null
  let [items, breathedMs] = [0, clock.monotonicMs()]
  for (const ordered of theatreRecords(plan, nextDueMs)) {
    const { theatre } = ordered.record
    const replay = replays.get(theatre) ?? new TheatreReplay(theatre)
    replays.set(theatre, replay)
    for (const event of replay.take(ordered)) sink.add(event)
    if (ordered.told?.item.kind === 'report') items += 1
    if (sink.isFull) await sink.written()
    if (clock.monotonicMs() - breathedMs < breathEveryMs) continue
    onProgress(items)
    await nextTurn()
    if (signal.aborted) throw stoppedEarly()
    breathedMs = clock.monotonicMs()
  }
  await sink.written()
  return figuresOf(
    [...replays.values()].map(replay => replay.figures()),
    plan.items
  )
}

/** The error of a run that was told to stop. */
export function stoppedEarly(): CommandError {
  return new CommandError('stopped before the end')
}
