// What a completed sequence tells people.

import type { ScopeGround } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, overlapMs, type Span } from '../../space-time/event-time.ts'
import { countedText, spanWords } from '../episode/wording.ts'
import { blockGroup, blockSituation, groupWords } from './block-groups.ts'
import type { SequenceStep } from './sequence-plan.ts'
import type { Begun } from './sequence-steps.ts'

export interface SequenceParameters {
  readonly groupBy: string
  readonly reachKm: number
  readonly steps: readonly SequenceStep[]
  readonly withinDays: number
  readonly holdDays: number
}

export interface Completion {
  readonly incidents: Begun
  /**
   * When it was complete: its last incident began, or the absence at its end reached its length.
   */
  readonly atMs: number
  /** The spans in which something had to be absent. */
  readonly absences: readonly Span[]
}

/** The finding of a sequence while it is open. */
export function makeFinding(
  { incidents, atMs, absences }: Completion,
  { scope, parameters: { groupBy, withinDays, holdDays } }: ScopeGround<SequenceParameters>
): Finding {
  const [first, last] = [incidents[0] as Incident, incidents.at(-1) as Incident]
  const plain = {
    group: blockGroup(scope, groupBy, incidents),
    situation: blockSituation(scope, groupBy, atMs + holdDays * dayMs),
    fromMs: first.fromMs,
    toMs: null,
    levels: [{ level: 1, atMs, reason: 'complete' }],
    measure: {
      name: 'steps reported',
      value: incidents.length,
      threshold: incidents.length,
      baseline: null
    },
    triggers: incidents,
    support: [],
    omitted: 0
  }
  return new ToldFinding(plain, () => {
    const spanDays = Math.round((last.fromMs - first.fromMs) / dayMs)
    const absence =
      absences.length === 0
        ? ''
        : ` What must be absent was not reported ${absences.map(s => spanWords(s.fromMs, s.toMs)).join(', ')}.`
    return {
      headline: `Sequence of ${countedText(incidents.length, 'step')} ${groupWords(scope, groupBy, incidents)}, ${spanWords(first.fromMs, last.fromMs)}`,
      explanation:
        `${incidents.length} of ${countedText(incidents.length, 'step')} reported in the required order, ${spanDays === 0 ? 'on the same day' : `within ${countedText(spanDays, 'day')}`}. ` +
        `Limit: ${countedText(withinDays, 'day')}.${absence} Incidents of the same day, whose order is not known, are taken in a fixed order. ` +
        `The alert ends after ${countedText(holdDays, 'day')}, or when the sequence is completed again.`
    }
  })
}

/**
 * True if nothing had to be absent, or all live sources have reported later than the absence and we
 * were listening.
 */
export function isSure({ absences, atMs }: Completion, { watermarkMs, unheard }: Moment): boolean {
  if (absences.length === 0) return true
  return (
    watermarkMs !== null &&
    atMs <= watermarkMs &&
    absences.every(span => unheard.every(gap => overlapMs(span, gap) === 0))
  )
}
