// Events of incidents with their members in canonical order, written out by hand as for reports
// (report-order.ts): sorting some sixty names per event took as long as all other work on its text.

import type { IncidentState } from '../incident/incident-event.ts'

/** Every member of T with any value type: the compiler refuses a missing or an unknown one. */
type EachOf<T> = { readonly [K in keyof T]-?: unknown }

/** The data of an event, members in canonical order. TypeError for a number that is not finite. */
export function orderIncident(data: IncidentState): EachOf<IncidentState> {
  const { joins, occurred, place } = data
  const { best, high, low } = data.fatalities
  return {
    aliases: data.aliases,
    category: data.category,
    credibility: data.credibility,
    drill: data.drill,
    fatalities: { best: withEnd(best), high: withEnd(high), low: withEnd(low) },
    from: data.from,
    handling: data.handling,
    inCrowd: data.inCrowd,
    incidentId: data.incidentId,
    independentSources: data.independentSources,
    joins: joins?.map(({ reports, score, why }) => ({ reports, score: withEnd(score), why })),
    mayBe: data.mayBe,
    occurred: { from: occurred.from, to: occurred.to },
    place: {
      admin1: place.admin1,
      country: place.country,
      lat: withEnd(place.lat),
      lon: withEnd(place.lon),
      name: place.name,
      radiusKm: withEnd(place.radiusKm),
      settlement: place.settlement
    },
    readers: data.readers,
    reports: data.reports.map(({ contentHash, reportId, sourceId }) => ({
      contentHash,
      reportId,
      sourceId
    })),
    revision: data.revision,
    seq: data.seq,
    tactics: data.tactics,
    takenBack: data.takenBack,
    theatre: data.theatre
  } satisfies EachOf<IncidentState>
}

/** Computed numbers must be finite: JSON would write null for any other. */
function withEnd(value: number | null): number | null {
  if (value !== null && !Number.isFinite(value))
    throw new TypeError('not a JSON value: a number that is not finite')
  return value
}
