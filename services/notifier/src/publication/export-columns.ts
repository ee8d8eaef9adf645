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

export const alertKind: ExportKind<VisibleAlert> = {
  idOf: ({ alertId }) => alertId,
  discOf: ({ area }) => area.circle,
  columns: {
    alertId: ({ alertId }) => alertId,
    revision: ({ revision }) => revision,
    operatorRevision: ({ operatorRevision }) => operatorRevision,
    theatre: ({ theatre }) => theatre,
    status: ({ status }) => status,
    severity: ({ severity }) => severity,
    urgency: ({ urgency }) => urgency,
    certainty: ({ certainty }) => certainty,
    pattern: ({ pattern }) => pattern,
    ruleId: ({ ruleId }) => ruleId,
    ruleVersion: ({ ruleVersion }) => ruleVersion,
    headline: ({ headline }) => headline,
    explanation: ({ explanation }) => explanation,
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
    deathsLow: ({ fatalities }) => fatalities.low,
    deathsBest: ({ fatalities }) => fatalities.best,
    deathsHigh: ({ fatalities }) => fatalities.high,
    handling: ({ handling }) => handling,
    drill: ({ drill }) => drill,
    reason: ({ reason }) => reason,
    partOf: ({ partOf }) => partOf,
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
    incidentId: ({ incidentId }) => incidentId,
    revision: ({ revision }) => revision,
    theatre: ({ theatre }) => theatre,
    occurredFrom: ({ occurred }) => occurred.from,
    occurredTo: ({ occurred }) => occurred.to,
    category: ({ category }) => category,
    tactics: ({ tactics }) => tactics,
    place: ({ place }) => place.name,
    country: ({ place }) => place.country,
    admin1: ({ place }) => place.admin1,
    settlement: ({ place }) => place.settlement,
    resolution: ({ place }) => place.resolution,
    lat: ({ place }) => place.lat,
    lon: ({ place }) => place.lon,
    radiusKm: ({ place }) => place.radiusKm,
    deathsLow: ({ fatalities }) => fatalities.low,
    deathsBest: ({ fatalities }) => fatalities.best,
    deathsHigh: ({ fatalities }) => fatalities.high,
    credibility: ({ credibility }) => credibility,
    independentSources: ({ independentSources }) => independentSources,
    reports: ({ reports }) => reports.map(({ reportId }) => reportId),
    handling: ({ handling }) => handling,
    drill: ({ drill }) => drill === true
  }
}
