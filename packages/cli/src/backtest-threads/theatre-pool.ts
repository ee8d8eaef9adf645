// The replay over several threads. Each takes one theatre at a time, the largest first, and writes
// its alert events to a part; at the end the parts are merged into the order of a run on one
// thread, byte for byte. This thread hands items over as they are asked for. Source: decision 0108.

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { mergeParts, type Part } from '../backtest/alert-parts.ts'
import { createSizeError, createStoppedError } from '../backtest/alert-sink.ts'
import type { AlertsPart } from '../backtest/backtest-alerts.ts'
import type { BacktestRunOptions } from '../backtest/backtest-run.ts'
import {
  computeRunSpan,
  groupByTheatre,
  type NotifiedItem,
  type NotifiedTheatre,
  type RunSpan
} from '../backtest/notified-items.ts'
import { CommandError } from '../terminal/output.ts'
import {
  type Batch,
  type FoldedTheatre,
  foldedAt,
  kibAt,
  progressLength,
  rowAt,
  type TheatreProgress,
  type TheatreTask
} from './theatre-task.ts'

export interface TheatrePoolOptions extends Omit<BacktestRunOptions, 'clock'> {
  /** It is ended when all is folded. */
  readonly pool: TheatrePool
}

export interface PoolSize {
  /** At least 1. */
  readonly threads: number
  /** Limits of each thread's heap; default: those of the process. */
  readonly resourceLimits?: {
    readonly maxOldGenerationSizeMb: number
    readonly maxYoungGenerationSizeMb?: number
  }
  /** The module that folds a theatre. Default: that of this folder. */
  readonly entry?: URL
}

export type TheatrePool = Piscina<TheatreTask, FoldedTheatre>

/**
 * Threads that load what they fold with while the file is still read; others start when there are
 * theatres for them.
 */
const startedAtOnce = 2

/** Begins to start threads. It must be ended with `destroy`. */
export function createTheatrePool({ threads, resourceLimits, entry }: PoolSize): TheatrePool {
  const pool = new Piscina<TheatreTask, FoldedTheatre>({
    filename: (entry ?? new URL('./theatre-thread-entry.ts', import.meta.url)).href,
    name: 'foldTheatre',
    minThreads: Math.min(threads, startedAtOnce),
    maxThreads: threads,
    // A thread that waits for items must go on with its messages.
    atomics: 'disabled',
    ...(resourceLimits === undefined ? {} : { resourceLimits })
  })
  // A failure outside a task is reported by the task that it ends.
  pool.on('error', () => {})
  return pool
}

/** Items in a batch: at most three batches wait at a thread. */
const batchItems = 256
/** Interval between progress updates and checks of the size, ms. */
const lookEveryMs = 100

/** A theatre and the progress of its fold. */
interface Folding {
  readonly told: NotifiedTheatre
  readonly part: string | null
  readonly progress: TheatreProgress
}

interface Folded {
  /** Null if the events are not wanted. */
  readonly part: Part | null
  readonly alerts: AlertsPart
}

/**
 * Replays everything. Rejects with CommandError if the alerts exceed their limit, the signal aborts,
 * or a theatre fails: then its message names the theatre and the row.
 */
export async function runInThreads(options: TheatrePoolOptions): Promise<readonly AlertsPart[]> {
  const { sink, partsDir, signal } = options
  await rm(partsDir, { recursive: true, force: true })
  await mkdir(partsDir)
  try {
    const folded = await foldAll(options)
    const parts = folded.flatMap(({ part }) => part ?? [])
    if (sink !== null) await mergeParts(parts, sink, signal)
    return folded.map(({ alerts }) => alerts)
  } finally {
    await rm(partsDir, { recursive: true, force: true })
  }
}

async function foldAll({
  plan,
  sink,
  pool,
  partsDir,
  signal,
  onProgress
}: TheatrePoolOptions): Promise<Folded[]> {
  const { items, ...setting } = plan
  const theatres = groupByTheatre(items).map((told): Folding => {
    const progress = new Int32Array(
      new SharedArrayBuffer(progressLength * Int32Array.BYTES_PER_ELEMENT)
    )
    return { told, part: sink === null ? null : join(partsDir, String(told.rank)), progress }
  })
  const stop = new AbortController()
  const looking = setInterval(() => {
    onProgress(sumProgress(theatres, foldedAt))
    if (sink !== null && sumProgress(theatres, kibAt) * 1024 > sink.bytesMax)
      stop.abort(createSizeError(sink))
  }, lookEveryMs)
  try {
    const largestFirst = theatres.toSorted((a, b) => b.told.items.length - a.told.items.length)
    const any = AbortSignal.any([signal, stop.signal])
    const span = computeRunSpan(items)
    const folding = new Map(
      largestFirst.map(one => [one, foldOne(pool, setting, span, one, any)] as const)
    )
    return await Promise.all(theatres.map(one => folding.get(one)!))
  } catch (error) {
    if (signal.aborted) throw createStoppedError()
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    clearInterval(looking)
    await pool.destroy()
  }
}

async function foldOne(
  pool: TheatrePool,
  setting: TheatreTask['setting'],
  span: RunSpan,
  { told, part, progress }: Folding,
  signal: AbortSignal
): Promise<Folded> {
  const { items, ...name } = told
  const { port1, port2 } = new MessageChannel()
  sendBatches(items, port1)
  try {
    const task: TheatreTask = { setting, span, name, part, items: port2, progress }
    const folded = await pool
      .run(task, { transferList: [port2], signal })
      .catch((cause: unknown) => {
        throw new CommandError(
          `${name.theatre}, row ${progress[rowAt]}: ${(cause as Error).message}`,
          { cause }
        )
      })
    const { index } = folded
    return {
      part: part === null || index === null ? null : { file: part, index },
      alerts: JSON.parse(folded.alerts) as AlertsPart
    }
  } finally {
    port1.close()
  }
}

/** Answers each request with the next batch. */
function sendBatches(items: readonly NotifiedItem[], port: MessagePort): void {
  let next = 0
  port.on('message', () => {
    const batch: Batch =
      next < items.length ? JSON.stringify(items.slice(next, next + batchItems)) : null
    next += batchItems
    port.postMessage(batch)
  })
}

function sumProgress(theatres: readonly Folding[], at: number): number {
  return theatres.reduce((sum, { progress }) => sum + (progress[at] ?? 0), 0)
}
