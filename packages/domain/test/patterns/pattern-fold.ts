// Folds one pattern over incidents in tests, scope by scope, without a theatre.

import {
  type AnyPattern,
  type MachinePattern,
  type Pattern,
  resolveParameters
} from '../../src/detection/pattern.ts'
import type { ScopeMachine } from '../../src/detection/scope-machine.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { momentAt } from '../../src/fold/moment.ts'
import {
  assembleIncident,
  compareIncidents,
  type Incident,
  viewOf
} from '../../src/incident/incident.ts'
import type { ReportRevision } from '../../src/report/report.ts'
import { parseSpan } from '../../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'
import { machineOver } from './machine-over.ts'

type Any = Readonly<Record<string, unknown>>

/** The incident of one report. `change`: what a sketch cannot express. */
export function incidentFrom(
  sketch: ReportSketch,
  change: Partial<ReportRevision> = {},
  reliability: 'A' | 'B' | 'C' | 'D' | 'E' | 'F' = 'B'
): Incident {
  const revision = { ...revisionOf(sketch), ...change }
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).fromMs, reliability)])
}

/** The findings of a pattern at a horizon, over all scopes in order. */
export function foldAll<P, S>(
  pattern: Pattern<P, S> | MachinePattern<P>,
  incidents: readonly Incident[],
  horizonMs: number,
  overrides: Partial<P> = {}
): Finding[] {
  const parameters = parametersOf(pattern, overrides)
  const scopes = [...new Set(incidents.flatMap(i => pattern.scopesOf(i, parameters)))].sort()
  const ordered = [...incidents].sort(compareIncidents)
  return scopes.flatMap(scope => {
    const mine = ordered.filter(i => pattern.scopesOf(i, parameters).includes(scope))
    return [...machineFor(pattern, scope, mine, parameters).findings(momentAt(horizonMs))]
  })
}

/** The machine of one scope of a pattern, with these incidents in order. */
export function machineFor<P, S>(
  pattern: Pattern<P, S> | MachinePattern<P>,
  scope: string,
  incidents: readonly Incident[],
  parameters: P
): ScopeMachine {
  return machineOver(
    pattern as unknown as AnyPattern,
    { scope, parameters: parameters as Any },
    incidents
  )
}

export function parametersOf<P, S>(
  pattern: Pattern<P, S> | MachinePattern<P>,
  overrides: Partial<P> = {}
): P {
  return resolveParameters(
    pattern as unknown as AnyPattern,
    overrides as Record<string, unknown>
  ) as unknown as P
}
