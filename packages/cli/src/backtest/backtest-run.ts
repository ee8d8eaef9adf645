// The replay on one thread: the theatres are folded one after another, since one alone stays in the
// caches of the processor, and what they gave is merged by its place in the run. Over several
// threads: theatre-pool.ts. Source: decision 0108.

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'
import { type AlertPiece, mergeParts, type Part, PartWriter } from './alert-parts.ts'
import { type AlertSink, createSizeError, createStoppedError } from './alert-sink.ts'
import type { AlertsPart } from './backtest-alerts.ts'
import { type BacktestPlan, TheatreLog } from './backtest-records.ts'
import {
  computeRunSpan,
  groupByTheatre,
  type NotifiedTheatre,
  type RunSpan
} from './notified-items.ts'
import { TheatreReplay } from './theatre-replay.ts'

export interface BacktestRunOptions {
  readonly plan: BacktestPlan
  /** Null: the events are not wanted. */
  readonly sink: AlertSink | null
  readonly clock: Pick<Clock, 'monotonicMs'>
  /**
   * A folder for the parts of theatres that are merged at the end: created empty, and removed
   * then.
   */
  readonly partsDir: string
  readonly signal: AbortSignal
  readonly onProgress: (items: number) => void
}

/** Interval between checks of the signal and progress updates, ms. */
const breathEveryMs = 50

/**
 * Replays everything on this thread. Rejects with CommandError if the alerts exceed their limit or
 * the signal aborts, and with the sink's errors.
 */
export async function runBacktest(options: BacktestRunOptions): Promise<readonly AlertsPart[]> {
  const { plan, sink, partsDir, signal } = options
  const run = new Run(options)
  const theatres = groupByTheatre(plan.items)
  if (theatres.length < 2 || sink === null) {
    const give = sink === null ? null : ({ bytes }: AlertPiece) => sink.add(bytes)
    for (const told of theatres) await run.fold(told, give)
    await sink?.written()
    return run.alerts
  }
  await rm(partsDir, { recursive: true, force: true })
  await mkdir(partsDir)
  try {
    const parts: Part[] = []
    for (const told of theatres)
      parts.push(await run.foldToPart(told, join(partsDir, String(told.rank))))
    await mergeParts(parts, sink, signal)
    return run.alerts
  } finally {
    await rm(partsDir, { recursive: true, force: true })
  }
}

class Run {
  readonly #o: BacktestRunOptions
  readonly #span: RunSpan
  readonly alerts: AlertsPart[] = []
  #items = 0
  #partBytes = 0
  #breathedMs: number

  constructor(options: BacktestRunOptions) {
    this.#o = options
    this.#span = computeRunSpan(options.plan.items)
    this.#breathedMs = options.clock.monotonicMs()
  }

  async foldToPart(told: NotifiedTheatre, file: string): Promise<Part> {
    const writer = new PartWriter(file)
    try {
      const before = this.#partBytes
      await this.fold(told, piece => {
        writer.add(piece)
        this.#partBytes = before + writer.bytes
      })
      return { file, index: writer.finish() }
    } finally {
      writer.close()
    }
  }

  async fold(
    { items, ...name }: NotifiedTheatre,
    give: ((piece: AlertPiece) => void) | null
  ): Promise<void> {
    const { plan } = this.#o
    const replay = new TheatreReplay(name.theatre, plan.rules, give)
    const log = new TheatreLog({
      setting: plan,
      span: this.#span,
      name,
      nextDueMs: () => replay.nextDueMs()
    })
    for (const told of items) {
      for (const ordered of log.readUntil(told)) replay.add(ordered)
      if (told.item.kind === 'report') this.#items += 1
      await this.#yieldToEvents()
    }
    for (const ordered of log.end()) {
      replay.add(ordered)
      await this.#yieldToEvents()
    }
    replay.endDay()
    this.alerts.push(replay.collectAlerts())
  }

  async #yieldToEvents(): Promise<void> {
    const { sink, clock, signal, onProgress } = this.#o
    if (sink !== null && this.#partBytes > sink.bytesMax) throw createSizeError(sink)
    if (sink?.isFull) await sink.written()
    if (clock.monotonicMs() - this.#breathedMs < breathEveryMs) return
    onProgress(this.#items)
    await nextTurn()
    if (signal.aborted) throw createStoppedError()
    this.#breathedMs = clock.monotonicMs()
  }
}
