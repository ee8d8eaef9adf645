// What a table or a map shows of an alert and of an incident, by column: the same in CSV and in the
// properties of GeoJSON. Pure.

import type { VisibleIncident } from '../alerts/evidence.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'

export type Cell = string | number | boolean | null | readonly string[]
export type Columns<T> = Readonly<Record<string, (item: T) => Cell>>

/** [lat, lon, km]; km is null where the precision is unknown. */
export type Disc = readonly [number, number, number | null]

/** How one kind is exported. */
export interface ExportKind<T> {
  readonly idOf: (item: T) => string
  readonly discOf: (item: T) => Disc | null
  readonly columns: Columns<T>
}

/** Columns of fields that are cells themselves. */
function listFields<T>(
  ...names: readonly { [K in keyof T]: T[K] extends Cell ? K : never }[keyof T][]
) {
  return Object.fromEntries(names.map(name => [name, (item: T) => item[name] as Cell]))
}

const alertFields = listFields<VisibleAlert>
const incidentFields = listFields<VisibleIncident>
const deaths: Columns<Pick<VisibleAlert, 'fatalities'>> = {
  deathsLow: ({ fatalities }) => fatalities.low,
  deathsBest: ({ fatalities }) => fatalities.best,
  deathsHigh: ({ fatalities }) => fatalities.high
}

export const alertKind: ExportKind<VisibleAlert> = {
  idOf: ({ alertId }) => alertId,
  discOf: ({ area }) => area.circle,
  columns: {
    ...alertFields('alertId', 'revision', 'operatorRevision', 'theatre', 'status', 'severity'),
    ...alertFields('urgency', 'certainty', 'pattern', 'ruleId', 'ruleVersion', 'headline'),
    ...alertFields('explanation'),
    level: ({ levels }) => levels.at(-1)?.level ?? null,
    windowFrom: ({ window }) => window.from,
    windowTo: ({ window }) => window.to,
    occurredFrom: ({ times }) => times.occurredFrom,
    firstReportedAt: ({ times }) => times.firstReportedAt,
    detectedAt: ({ times }) => times.detectedAt,
    country: ({ area }) => area.country,
    admin1: ({ area }) => area.admin1,
    settlement: ({ area }) => area.settlement,
    lat: ({ area }) => area.circle?.[0] ?? null,
    lon: ({ area }) => area.circle?.[1] ?? null,
    radiusKm: ({ area }) => area.circle?.[2] ?? null,
    category: ({ category }) => category,
    measure: ({ measure }) => measure.name,
    value: ({ measure }) => measure.value,
    threshold: ({ measure }) => measure.threshold,
    baseline: ({ measure }) => measure.baseline,
    falseAlarmsPerYear: ({ measure }) => measure.falseAlarmsPerYear,
    triggers: ({ evidenceCount }) => evidenceCount.triggers,
    support: ({ evidenceCount }) => evidenceCount.support,
    ...deaths,
    ...alertFields('handling', 'drill', 'reason', 'partOf'),
    acknowledgedBy: ({ operator }) => operator.acknowledgedBy,
    assignedTo: ({ operator }) => operator.assignedTo,
    disposition: ({ operator }) => operator.disposition
  }
}

export const incidentKind: ExportKind<VisibleIncident> = {
  idOf: ({ incidentId }) => incidentId,
  discOf: ({ place: { lat, lon, radiusKm } }) =>
    lat === null || lon === null ? null : [lat, lon, radiusKm],
  columns: {
    ...incidentFields('incidentId', 'revision', 'theatre'),
    occurredFrom: ({ occurred }) => occurred.from,
    occurredTo: ({ occurred }) => occurred.to,
    ...incidentFields('category', 'tactics'),
    place: ({ place }) => place.name,
    country: ({ place }) => place.country,
    admin1: ({ place }) => place.admin1,
    settlement: ({ place }) => place.settlement,
    resolution: ({ place }) => place.resolution,
    lat: ({ place }) => place.lat,
    lon: ({ place }) => place.lon,
    radiusKm: ({ place }) => place.radiusKm,
    ...deaths,
    ...incidentFields('credibility', 'independentSources'),
    reports: ({ reports }) => reports.map(({ reportId }) => reportId),
    handling: ({ handling }) => handling,
    drill: ({ drill }) => drill === true
  }
}
