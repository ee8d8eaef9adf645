// Which incidents are asked for: a place, days, a category, a source; and the reports among them.
// The address keeps all of it. Pure.

import { dayMs } from '../change/bars.ts'
import type { ShownIncident, ShownReport } from '../shown/shown-alert.ts'

export const askedDays = [90, 365, 0] as const
/** Days up to now; 0: all that is known. */
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

/** As the suite filters by it. */
export function computePlaceKind(place: string): PlaceKind {
  if (/^[A-Z]{2}-/.test(place)) return 'admin1'
  return /^[A-Z]{2}$/.test(place) ? 'country' : 'theatre'
}

/** The first day shown, ms; null: all days. */
export function firstDayMs({ days }: Pick<IncidentAsk, 'days'>, nowMs: number): number | null {
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
