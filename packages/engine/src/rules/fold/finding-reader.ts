// What reads the findings of other rules: the executors of overlap rules and of blocks over findings.

import type { Finding } from '../finding.ts'
import type { RuleBase } from '../rule-base.ts'

export interface FindingReader {
  readonly rule: RuleBase
  /** True if it reads the findings of a rule. */
  isInput(rule: RuleBase): boolean
  /** A finding is new, or has changed; or it is gone. */
  update(finding: Finding, isPresent: boolean): void
  /** Computes its own findings again that may have changed. */
  reportChanges(isTick: boolean): void
  /** A finding ended before retention: it can no longer change. */
  onInputEvicted?(finding: Finding): void
  evictBefore(day: number): void
  listFindings(): Iterable<Finding>
  /** Its rule is gone: a timer that is set has no effect. Returns what it had found. */
  clear(): readonly Finding[]
}
