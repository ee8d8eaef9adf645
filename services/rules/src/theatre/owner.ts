// The owner of one theatre, as its partition uses it, whichever engine folds it.

import type { ReportHead } from '@tocsin/contracts/report/report-head'
import type { TheatreConfig, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import type { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import type { NewRecord, StoredRecord } from '@tocsin/event-log/port'

/** A published alert event, for metrics. */
export interface CountedEvent {
  readonly type: string
  /** Of an alert: `severity`, `pattern` and `drill` are counted. */
  readonly data: object
}

export interface OwnerOutput {
  readonly alerts: readonly NewRecord[]
  readonly incidents: readonly NewRecord[]
  readonly events: readonly CountedEvent[]
  /** Seqs at which the log has other content than this fold. */
  readonly conflicts: readonly number[]
  readonly ignored: string | null
}

/** Positions in the alerts and assembly logs; null where there is nothing. */
export interface PublishedPositions {
  readonly alerts: bigint | null
  readonly assembly: bigint | null
}

export type TimeSetRecord = TheatreRecord & { readonly type: 'clock.set' }

/** A fold of the records of a theatre with corrected times. */
export interface FoldAgain {
  apply(record: TheatreRecord): void
}

export interface Owner {
  readonly theatre: string
  /** The fold of packages/domain; null if the other engine folds. */
  readonly fold: TheatreFold | null
  /** The fold of packages/engine; null if the other engine folds. */
  readonly engine: TheatreEngine | null
  /** The last tick, ISO 8601; null before the first. */
  readonly now: string | null
  readonly config: TheatreConfig | null
  /** The engine that the last mark names; null before the first. */
  readonly markedEngine: string | null
  /** Id of the record by which an officer last set the time; null: none. */
  readonly timeSetBy: string | null
  /** True if it has no report and no alert. */
  readonly isEmpty: boolean
  readonly reportCount: number
  /** True until what another engine published is continued: no state may be saved before. */
  readonly hasToTell: boolean
  /** What this engine's mark would go on from, so that each change of engines has its own mark. */
  readonly markParts: readonly string[]
  /** Where what was published beyond this fold begins. */
  readonly unreached: PublishedPositions
  /** Number of published events learned since the start. */
  readonly learned: number
  /** For the manifest of a snapshot: the end of the chain of events. */
  readonly chain: { readonly seq: number; readonly previousHash: string }
  hasApplied(recordId: string): boolean
  findNextDeadlineMs(): number | null
  /** Takes an event that another owner published. */
  learn(stored: StoredRecord): void
  /** The output for a report known by its head; null if its record must be read. */
  takeHead(recordId: string, head: ReportHead): OwnerOutput | null
  takeAll(records: readonly TheatreRecord[]): OwnerOutput[]
  /** True for a time that is earlier than the theatre's: its records are folded again. */
  setsBack(record: TimeSetRecord): boolean
  beginAgain(record: TimeSetRecord): FoldAgain
  /** Continues with a fold of the same records that `beginAgain` made. */
  takeAgain(again: FoldAgain, record: TimeSetRecord): OwnerOutput
  /** The state for a snapshot. */
  capture(): Iterable<Buffer>
}
