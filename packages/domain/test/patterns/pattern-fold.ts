// Folds one pattern over incidents in tests, scope by scope, without a theatre around it.

import { type AnyPattern, type Pattern, resolveParameters } from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { assembleIncident, compareIncidents, type Incident, viewOf } from '../../src/incident/incident.ts'
import type { ReportRevision } from '../../src/report/report.ts'
import { parseSpan } from '../../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

/** The incident that one report makes. `change` says what a sketch can't. */
export function incidentFrom(
  sketch: ReportSketch,
  change: Partial<ReportRevision> = {},
  reliability: 'A' | 'B' | 'C' | 'D' | 'E' | 'F' = 'B'
): Incident {
  const revision = { ...revisionOf(sketch), ...change }
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).fromMs, reliability)])
}

/** All that a pattern sees at a horizon, over all scopes in order. */
export function foldAll<P, S>(
  pattern: Pattern<P, S>,
  incidents: readonly Incident[],
  horizonMs: number,
  overrides: Partial<P> = {}
): Finding[] {
  const parameters = parametersOf(pattern, overrides)
  const scopes = [...new Set(incidents.flatMap(i => pattern.scopesOf(i, parameters)))].sort()
  const ordered = [...incidents].sort(compareIncidents)
  return scopes.flatMap(scope => {
    const mine = ordered.filter(i => pattern.scopesOf(i, parameters).includes(scope))
    const state = mine.reduce((s, i) => pattern.step(s, i, parameters), pattern.initial(scope))
    return [...pattern.findings(state, horizonMs, parameters, [])]
  })
}

export function parametersOf<P, S>(pattern: Pattern<P, S>, overrides: Partial<P> = {}): P {
  return resolveParameters(pattern as unknown as AnyPattern, overrides as Record<string, unknown>) as unknown as P
}
