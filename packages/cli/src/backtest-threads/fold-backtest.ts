// Folds a backtest, on this thread or on several, by how much there is.

import { availableParallelism } from 'node:os'
import type { BacktestPlan } from '../backtest/backtest-records.ts'
import { type BacktestRunOptions, runBacktest } from '../backtest/backtest-run.ts'
import { createTheatrePool, runInThreads, type TheatrePool } from './theatre-pool.ts'

/** Below this a run ends before threads have started. */
const itemsInThreadsMin = 5_000

/** A file of this length has more items than that, bytes. */
const fileInThreadsMin = 1024 * 1024

export interface FoldOptions extends BacktestRunOptions {
  /** Threads that are asked for. Default: one for each core. */
  readonly workers?: number | undefined
  /** Threads that have started already; null: none. They are ended by it. */
  readonly pool: TheatrePool | null
}

/** Rejects as `runBacktest` and `runInThreads`. */
export async function foldBacktest({ workers, pool, ...run }: FoldOptions) {
  const threads = countThreads(run.plan, workers)
  return threads === 1
    ? runBacktest(run)
    : runInThreads({ ...run, pool: pool ?? createTheatrePool({ threads }) })
}

/** Threads that are sure enough to be needed to begin before the file is read; null: none. */
export function startThreads(
  theatres: BacktestPlan['theatres'],
  fileBytes: number,
  workers: number | undefined
): TheatrePool | null {
  if (theatres === 'one' || fileBytes < fileInThreadsMin) return null
  const threads = workers ?? availableParallelism()
  return threads === 1 ? null : createTheatrePool({ threads })
}

/** A theatre is folded by one thread: more threads than theatres would wait. 1: this thread. */
function countThreads({ items, theatres }: BacktestPlan, workers: number | undefined): number {
  if (workers === undefined && items.length < itemsInThreadsMin) return 1
  const theatreNames = new Set(
    items.map(item => (item.kind === 'report' ? item.revision.theatre : ''))
  )
  theatreNames.delete('')
  return theatres === 'one'
    ? 1
    : Math.max(1, Math.min(workers ?? availableParallelism(), theatreNames.size))
}
