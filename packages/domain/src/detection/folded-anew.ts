// What a rule does not know that was declared, or got other numbers, in a theatre older than its
// retention: it folds what is retained, and what came before that speaks neither for nor against a
// finding. Source: decision 0040.

import type { Finding } from '../finding/finding.ts'
import type { Moment } from '../fold/moment.ts'
import type { PastByHandling } from '../fold/past.ts'
import { retentionMarginDays } from '../fold/retention.ts'
import { type Handling, handlings, strictest } from '../report/handling.ts'
import { dayMs } from '../space-time/event-time.ts'
import type { RuleDetection } from './detection.ts'

/**
 * Before which moment a fold knows nothing of what was there, for readers of each handling; null
 * where it knows all.
 */
export type UnknownBefore = PastByHandling

/**
 * What a fold does not know that begins at a boundary, of a rule whose entries a past of `pastMs`
 * can speak against; null if it knows all of the theatre's past. A log may retain less than that
 * (`rule-retention.ts`): what enters in the last days before the rule changed, or later, is judged
 * by what there is, so that no change silences a rule for the days to come. Pure.
 */
export function unknownBefore(
  { past, horizonMs }: Pick<Moment, 'past' | 'horizonMs'>,
  boundaryMs: number,
  pastMs: number
): UnknownBefore | null {
  const beforeMs = Math.min(boundaryMs, horizonMs - retentionMarginDays * dayMs - pastMs)
  const of = (handling: Handling) => {
    const earliestMs = past[handling]
    return earliestMs !== null && earliestMs < boundaryMs ? beforeMs : null
  }
  if (pastMs === 0 || handlings.every(handling => of(handling) === null)) return null
  return {
    public: of('public'),
    partners: of('partners'),
    internal: of('internal'),
    restricted: of('restricted')
  }
}

/** A fold over incidents and what it does not know. */
export interface Blindness {
  readonly detection: Pick<RuleDetection, 'pastMs' | 'isThereWhileOpen'>
  readonly unknown: UnknownBefore
}

/**
 * True if a finding may raise an alert, by the folds that it rests on: it entered where they knew
 * the past that could speak against it. What is open, and no baseline of its entry says so, is
 * there now: it may. An alert that stands goes on whatever it is. Pure.
 */
export function mayRaise(
  finding: Finding,
  blind: readonly Blindness[],
  isOverFindings: boolean
): boolean {
  const enteredMs = finding.levels[0]?.atMs ?? finding.fromMs
  return blind.every(({ detection: { pastMs, isThereWhileOpen }, unknown }) => {
    const beforeMs = unknown[finding.layer ?? strictest]
    if (pastMs === 0 || beforeMs === null || enteredMs >= beforeMs + pastMs) return true
    return finding.toMs === null && (isOverFindings || isThereWhileOpen)
  })
}
