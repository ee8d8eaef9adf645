// What an officer declares of an incident: that some of its reports are about another one, or that
// it is one with another. Pure.

import type { Handling } from '@tocsin/client'
import type { ShownEvidence, ShownIncident } from '../shown/shown-alert.ts'

export type IncidentActKind = 'split' | 'merge'

export interface IncidentDraft {
  readonly kind: IncidentActKind
  /** Ids of the reports that leave. */
  readonly leaving: readonly string[]
  /** The other incident; empty: none chosen. */
  readonly other: string
  readonly note: string
  /** Who may read the officer's name and note. */
  readonly handling: Handling
  /**
   * The revision that another officer's declaration made, where this one is to come after it; null:
   * there is none.
   */
  readonly after: number | null
}

export const noteMax = 500

export function blankIncidentDraft(kind: IncidentActKind): IncidentDraft {
  return { kind, leaving: [], other: '', note: '', handling: 'internal', after: null }
}

/** True if it can be declared: of a split at least one report leaves and one stays. */
export function isDeclarable(
  { kind, leaving, other }: IncidentDraft,
  { reports }: ShownIncident
): boolean {
  if (kind === 'merge') return other !== ''
  const held = reports.filter(({ reportId }) => leaving.includes(reportId))
  return held.length > 0 && held.length < reports.length
}

export function makeDeclarationBody({
  kind,
  leaving,
  other,
  note,
  handling
}: IncidentDraft): object {
  const said = note.trim() === '' ? { handling } : { note: note.trim(), handling }
  return kind === 'split' ? { reports: leaving, ...said } : { with: other, ...said }
}

/** Whether reports can leave it. */
export function isDivisible({ reports, withdrawn }: ShownIncident): boolean {
  return !withdrawn && reports.length > 1
}

/**
 * Incidents of the same evidence that may be the same: two reports of one source are never one
 * incident.
 */
export function mergeableWith(
  incident: ShownIncident,
  evidence: readonly ShownEvidence[]
): readonly ShownIncident[] {
  const sources = new Set(incident.reports.map(({ sourceId }) => sourceId))
  return evidence.flatMap(({ incident: other }) => {
    if (other === null || other.withdrawn || other.incidentId === incident.incidentId) return []
    return other.reports.some(({ sourceId }) => sources.has(sourceId)) ? [] : [other]
  })
}
