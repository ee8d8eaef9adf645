// Which incidents are asked for, what officers declare of one, and the counts of areas. Pure.

import type { Handling } from '@tocsin/client'
import { dayMs } from '../change/picture.ts'
import {
  isOpen,
  type ShownAlert,
  type ShownEvidence,
  type ShownIncident,
  type ShownReport
} from '../shown/shown-alert.ts'

export const askedDays = [90, 365, 0] as const
export type AskedDays = (typeof askedDays)[number]

export const outcomes = ['counted', 'withdrawn', 'drill'] as const
export type Outcome = (typeof outcomes)[number]
/** The outcome of reports in no incident: no theatre has their place. */
export const noTheatre = 'no-theatre'
/** Parameters of the list's address. */
export const inNoTheatre = { list: 'reports', outcome: noTheatre }

export interface IncidentAsk {
  /** `ML-4`, `ML`, the id of a theatre; null: everywhere. */
  readonly place: string | null
  readonly days: AskedDays
  readonly category: string | null
  readonly source: string | null
  /** Of reports alone. */
  readonly outcome: Outcome | typeof noTheatre | null
}

export function incidentAskIn(address: URLSearchParams): IncidentAsk {
  const named = (name: string) => address.get(name) || null
  return {
    place: named('item'),
    days: askedDays.find(days => String(days) === address.get('days')) ?? askedDays[0],
    category: named('category'),
    source: named('source'),
    outcome:
      ([...outcomes, noTheatre] as const).find(outcome => outcome === address.get('outcome')) ??
      null
  }
}

export type PlaceKind = 'admin1' | 'country' | 'theatre'

export function computePlaceKind(place: string): PlaceKind {
  if (/^[A-Z]{2}-/.test(place)) return 'admin1'
  return /^[A-Z]{2}$/.test(place) ? 'country' : 'theatre'
}

/** The first day shown, ms; null: all days. */
export function firstDayMs({ days }: IncidentAsk, nowMs: number): number | null {
  return days === 0 ? null : (Math.floor(nowMs / dayMs) - days + 1) * dayMs
}

/** `spans`: as many times the asked days, for what was before them. */
export function incidentQuery(ask: IncidentAsk, nowMs: number, spans = 1): URLSearchParams {
  const query = new URLSearchParams()
  if (ask.place !== null) query.set(computePlaceKind(ask.place), ask.place)
  if (ask.category !== null) query.set('category', ask.category)
  if (ask.source !== null) query.set('source', ask.source)
  const fromMs = firstDayMs(ask, nowMs)
  if (fromMs !== null) {
    const beginMs = fromMs - (spans - 1) * ask.days * dayMs
    query.set('from', new Date(beginMs).toISOString().slice(0, 10))
  }
  return query
}

export interface ReportOfIncident {
  readonly report: ShownReport
  readonly incident: ShownIncident
  readonly outcome: Outcome
}

function findOutcome({ withdrawn, drill }: ShownReport): Outcome {
  return withdrawn ? 'withdrawn' : drill === true ? 'drill' : 'counted'
}

/** The reports of incidents, the last reported first. An incident has those of other sources too. */
export function listReports(
  incidents: readonly ShownIncident[],
  { source, outcome }: Pick<IncidentAsk, 'source' | 'outcome'>
): readonly ReportOfIncident[] {
  return incidents
    .flatMap(incident =>
      incident.reports.map(report => ({ report, incident, outcome: findOutcome(report) }))
    )
    .filter(each => source === null || each.report.sourceId === source)
    .filter(each => outcome === null || each.outcome === outcome)
    .toSorted((a, b) => Date.parse(b.report.reportedAt) - Date.parse(a.report.reportedAt))
}

export type IncidentActKind = 'split' | 'merge'

export interface IncidentDraft {
  readonly kind: IncidentActKind
  /** Ids of the reports that leave. */
  readonly leaving: readonly string[]
  readonly other: string
  readonly note: string
  readonly handling: Handling
  /** The revision of another officer's declaration that this one is to follow; null: none. */
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

export function isDivisible({ reports, withdrawn }: ShownIncident): boolean {
  return !withdrawn && reports.length > 1
}

/** Those that may be the same incident: two reports of one source never are. */
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

export interface AreaCount {
  /** `ML-4`; `ML` for what is known by its country alone. */
  readonly place: string
  readonly incidents: number
  readonly openAlerts: number
}

/** Open alerts first, then incidents; an alert counts in each area. `only`: quiet ones too. */
export function makeAreaCounts(
  incidents: readonly Pick<ShownIncident, 'place' | 'withdrawn'>[],
  alerts: readonly ShownAlert[],
  only: readonly string[] | null = null
): readonly AreaCount[] {
  const counts = new Map((only ?? []).map(code => [code, { incidents: 0, openAlerts: 0 }]))
  const of = (place: string) => {
    const known = counts.get(place) ?? { incidents: 0, openAlerts: 0 }
    counts.set(place, known)
    return known
  }
  for (const { place, withdrawn } of incidents) {
    const code = place.admin1 ?? place.country
    if (code !== null && !withdrawn) of(code).incidents += 1
  }
  for (const alert of alerts) {
    if (!isOpen(alert) || alert.partOf !== null || alert.drill) continue
    const { admin1, country } = alert.area
    for (const code of admin1.length > 0 ? admin1 : country) of(code).openAlerts += 1
  }
  return [...counts]
    .filter(([place]) => only?.includes(place) ?? true)
    .map(([place, count]) => ({ place, ...count }))
    .sort(
      (a, b) =>
        b.openAlerts - a.openAlerts || b.incidents - a.incidents || (a.place < b.place ? -1 : 1)
    )
}
