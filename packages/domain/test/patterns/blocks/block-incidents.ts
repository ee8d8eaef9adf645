// Incidents for the tests of building blocks, and the fold of a pattern over them.

import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { assembleIncident, compareIncidents, type Incident, viewOf } from '../../../src/incident/incident.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from '../../fold-story.ts'

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
  const revision = revisionOf({ id: `i${String(i).padStart(3, '0')}`, ...sketch, at, to, reportedAt: '2026-01-01T00:00:00.000Z' })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')])
}

export function blockIncidents(sketches: readonly BlockSketch[]): Incident[] {
  return sketches.map(blockIncident).sort(compareIncidents)
}

/** What a pattern finds in incidents, by scope; each step through the text of its state where asked. */
export function foldBlocks(
  pattern: AnyPattern,
  incidents: readonly Incident[],
  horizonMs: number,
  overrides: Readonly<Record<string, unknown>>,
  unheard: Parameters<AnyPattern['findings']>[3] = []
): Map<string, readonly Finding[]> {
  const parameters = resolveParameters(pattern, overrides)
  const states = new Map<string, unknown>()
  for (const incident of incidents) {
    for (const scope of pattern.scopesOf(incident, parameters)) {
      states.set(scope, pattern.step(states.get(scope) ?? pattern.initial(scope), incident, parameters))
    }
  }
  return new Map([...states].map(([scope, state]) => [scope, pattern.findings(state, horizonMs, parameters, unheard)]))
}
