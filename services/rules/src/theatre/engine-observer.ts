// Events of the engine for metrics, logging and tests.

import type { TimeSet } from '@tocsin/contracts/theatre/theatre-record'
import type { StoredRecord } from '@tocsin/event-log/port'
import type { OwnerOutput } from './owner.ts'

export interface EngineObserver {
  folded(seconds: number, output: OwnerOutput): void
  retried(error: Error): void
  quarantined(stored: StoredRecord, reason: string): void
  stopped(theatre: string, why: string): void
  conflict(theatre: string, seqs: readonly number[]): void
  snapshot(
    theatre: string,
    outcome: 'written' | 'passed-over' | 'failed' | 'abandoned',
    detail: string
  ): void
  /** An officer set the time of a theatre back, and the theatre was refolded. */
  timeSet(theatre: string, word: TimeSet): void
  clockJumped(): void
  /** The partitions now assigned to this instance. */
  assigned(partitions: readonly number[]): void
  /**
   * A partition is folded up to its end: how long that took, and how many theatres came from
   * snapshots.
   */
  takenUp(partition: number, seconds: number, theatres: number): void
}
