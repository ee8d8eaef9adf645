// What the executors of rules in space have in common: those of cluster rules and of scan rules.

import type { Finding } from './finding.ts'
import type { RuleBase } from './rule-base.ts'

export interface SpaceFold {
  readonly rule: RuleBase
  add(row: number): void
  remove(row: number): void
  /** Reports what the record has changed. */
  reportChanges(): void
  /** Does a part of that; false if there is nothing to do. */
  reportOne(): boolean
  /** Its rule is gone: a timer that is set has no effect. Returns what it had found. */
  clear(): readonly Finding[]
  /** Removes rows that can no longer change. */
  evict(rows: readonly number[]): void
  evictBefore(day: number): void
  listFindings(): Iterable<Finding>
  /** Finds a finding of a snapshot again, by the row that `makeKey` of the snapshot gives it. */
  findFinding(row: number): Finding | null
  exportCheckpoint(cutOffDay: number): unknown
  loadCheckpoint(incidents: readonly number[], checkpoint: unknown): void
}
