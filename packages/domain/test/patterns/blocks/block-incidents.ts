// Incidents for the tests of building blocks, and the fold of a pattern over them.

import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import {
  assembleIncident,
  compareIncidents,
  type Incident,
  viewOf
} from '../../../src/incident/incident.ts'
import type { Span } from '../../../src/space-time/event-time.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from '../../fold-story.ts'
import { machineOver } from '../machine-over.ts'

export const blockStartMs = Date.parse('2025-01-01T00:00:00.000Z')

export interface BlockSketch extends Omit<Partial<ReportSketch>, 'at' | 'to'> {
  /** Days from the start. */
  readonly day: number
  /** Length of the interval; 0 is an instant, 1 the whole day. */
  readonly days: number
}

export function blockIncident({ day, days, ...sketch }: BlockSketch, i: number): Incident {
  const instant = formatTime(blockStartMs + day * dayMs)
  const at = days === 0 ? instant : instant.slice(0, 10)
  const to = days === 0 ? instant : formatTime(blockStartMs + (day + days - 1) * dayMs).slice(0, 10)
  const revision = revisionOf({
    id: `i${String(i).padStart(3, '0')}`,
    ...sketch,
    at,
    to,
    reportedAt: '2026-01-01T00:00:00.000Z'
  })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')])
}

export function blockIncidents(sketches: readonly BlockSketch[]): Incident[] {
  return sketches.map(blockIncident).sort(compareIncidents)
}

/**
 * The findings of a pattern, by scope; on request each step passes through the text of its state.
 */
export function foldBlocks(
  pattern: AnyPattern,
  incidents: readonly Incident[],
  horizonMs: number,
  overrides: Readonly<Record<string, unknown>>,
  unheard: readonly Span[] = []
): Map<string, readonly Finding[]> {
  const parameters = resolveParameters(pattern, overrides)
  const byScope = new Map<string, Incident[]>()
  for (const incident of incidents) {
    for (const scope of pattern.scopesOf(incident, parameters)) {
      const before = byScope.get(scope)
      if (before === undefined) byScope.set(scope, [incident])
      else before.push(incident)
    }
  }
  const moment = momentAt(horizonMs, unheard)
  return new Map(
    [...byScope].map(([scope, mine]) => [
      scope,
      machineOver(pattern, { scope, parameters }, mine).findings(moment)
    ])
  )
}
