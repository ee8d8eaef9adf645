// What a rule keeps for each scope: a machine that changes in place. It reads the incidents of its
// scope in order of the fold, is told from where and in which part of event time they changed, and
// need not look at the rest.

import type { Finding } from '../finding/finding.ts'
import type { Checkpoint } from '../fold/checkpoints.ts'
import type { FoldWork } from '../fold/fold-work.ts'
import type { Moment } from '../fold/moment.ts'
import type { Incident } from '../incident/incident.ts'
import type { Span } from '../space-time/event-time.ts'
import type { NearMiss } from './near-miss.ts'

/** What the machine of a scope is made from. */
export interface ScopeGround<P> {
  /** Without the groups of its rule. */
  readonly scope: string
  readonly parameters: P
  /**
   * The incidents still folded, in order of the fold. Always the same list; the machine only reads
   * it.
   */
  readonly rows: readonly Incident[]
  /**
   * Plain data of an earlier machine's `base`; undefined if nothing lies before the rows. The
   * machine takes ownership.
   */
  readonly base: unknown
  readonly work: FoldWork
}

/**
 * Finds the episodes of one scope. After `refold` its findings depend on the base, the rows and the
 * moment alone, however they came to be.
 */
export interface ScopeMachine {
  /** An incident is in the rows from now on; `refold` follows. For sums kept beside the rows. */
  put?(incident: Incident): void
  /** An incident has left the rows, as if it had never come; `refold` follows. */
  take?(incident: Incident): void
  /**
   * The rows differ from this index on; all that came or went lies in this span. The machine may
   * stop where all that follows is as it was. False if no finding, and no later moment of change,
   * can be another.
   */
  refold(from: number, span: Span): boolean
  /**
   * All findings at a moment, ended ones included, in a fixed order. One that has not changed is
   * the same object; if none has, the list is the same, too. Moments come in order but for
   * corrections of time.
   */
  findings(moment: Moment): readonly Finding[]
  /**
   * The first moment of the pattern's clock after `moment` at which `findings` differs by time
   * alone; null = never.
   */
  nextChangeMs(moment: Moment): number | null
  /** As `Pattern.nextAbsenceMs`. Left out: never. */
  nextAbsenceMs?(watermarkMs: number | null): number | null
  nearly?(moment: Moment): readonly NearMiss[]
  /**
   * The first rows leave the list next: they ended before the boundary, and can be neither
   * withdrawn nor come again.
   */
  passBefore(count: number): void
  /** What ended before this may go, and whatever no later row can touch. */
  forget(beforeMs: number): void
  /**
   * All that another machine needs to go on besides the rows, as plain data; undefined if nothing.
   * It never changes.
   */
  base(): unknown
  /** True if `base` equals that of a new machine. */
  isBlank(): boolean
  /**
   * States along the rows, so that nothing need be folded again after a restart. Left out: the rows
   * are folded again.
   */
  states?(): Checkpoint[]
  /** Takes such states if they fit the rows. Gives whether they did. */
  resume?(states: readonly Checkpoint[]): boolean
}

/** Makes the machine of a scope. */
export type MakeMachine<P> = (ground: ScopeGround<P>) => ScopeMachine
