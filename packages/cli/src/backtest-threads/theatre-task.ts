// One theatre folded in a thread: what goes in, and what comes out. Plain data.

import type { MessagePort } from 'node:worker_threads'
import type { PartIndex } from '../backtest/alert-parts.ts'
import type { BacktestSetting } from '../backtest/backtest-records.ts'
import type { RunSpan, TheatreName } from '../backtest/notified-items.ts'

export interface TheatreTask {
  readonly setting: BacktestSetting
  readonly span: RunSpan
  readonly name: TheatreName
  /** The file that its alert events are written to; null: none. */
  readonly part: string | null
  /** Gives its items in batches: `more` is answered by the next, and at the end by null. */
  readonly items: MessagePort
  /** Shared: readable after the thread has died, too. */
  readonly progress: TheatreProgress
}

/** Asks for the next batch. */
export const more = 'more'
/** Items as JSON, which costs a third of a structured clone; null: there are no more. */
export type Batch = string | null

export interface FoldedTheatre {
  /** Null without a file. */
  readonly index: PartIndex | null
  /** JSON of an AlertsPart. */
  readonly alerts: string
}

/** How far a theatre is, in memory that threads share. */
export type TheatreProgress = Int32Array<SharedArrayBuffer>

/**
 * What each element is: the last row that was sent, the reports folded, the bytes of
 * alerts in KiB.
 */
export const [rowAt, foldedAt, kibAt, progressLength] = [0, 1, 2, 3]
