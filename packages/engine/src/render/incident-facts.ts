// Looks up the incidents of an alert in the engine that published it: for a backtest, and for tests.

import type { Alert } from '../alerts/alert.ts'
import type { Incidents } from '../data/incidents.ts'
import { flag, getCategoryName, handlings } from '../data/vocabulary.ts'
import type { IncidentFacts, Point, RenderLookup } from './lookup.ts'

/** A lookup that knows the triggers of an alert. */
export function makeAlertLookup(
  { triggers }: Alert,
  incidents: Incidents,
  names: Omit<RenderLookup, 'findIncident'>
): RenderLookup {
  const { number } = incidents.reports.columns
  const rows = new Map(triggers.map(row => [number[row]!, row]))
  return {
    ...names,
    findIncident: report => {
      const row = rows.get(report)
      return row === undefined ? null : describeIncident(incidents, row)
    }
  }
}

export function describeIncident(incidents: Incidents, row: number): IncidentFacts {
  const { columns, reports, otherPlaces } = incidents
  const { names } = reports
  const places = [
    {
      admin1: columns.admin1[row]!,
      country: columns.country[row]!,
      site: columns.site[row]!,
      km: columns.km[row]!
    },
    ...(otherPlaces.get(row) ?? [])
  ]
  const listNames = (numbers: readonly number[]) =>
    [...new Set(numbers)].filter(number => number >= 0).map(number => names.getText(number))
  const [fromMs, toMs] = incidents.computeInterval(row)
  const settlement = reports.settlementNames.get(columns.settlement[row]!) ?? -1
  const shown = settlement >= 0 ? settlement : reports.columns.shownName[row]!
  return {
    incidentId: reports.ids[row]!,
    revision: 1,
    handling: handlings[columns.handling[row]!]!,
    category: getCategoryName(columns.category[row]!),
    from: formatTime(fromMs),
    to: formatTime(toMs),
    firstReportedAt: formatTime(reports.columns.firstReportedMs[row]!),
    countries: listNames(places.map(({ country }) => country)),
    admin1: listNames(places.map(({ admin1 }) => admin1)),
    points: places.flatMap(({ site, km }) => listPoint(incidents, site, km)),
    placeName: shown < 0 ? null : names.getText(shown),
    fatalities: {
      low: readToll(columns.low[row]!),
      best: readToll(columns.best[row]!),
      high: readToll(columns.high[row]!)
    },
    mayBe: (incidents.mayBe.get(row) ?? []).map(other => reports.ids[other]!),
    isInCrowd: (columns.flags[row]! & flag.crowd) !== 0
  }
}

function listPoint({ sites }: Incidents, site: number, km: number): readonly Point[] {
  if (site < 0) return []
  return [{ lat: sites.lat[site]!, lon: sites.lon[site]!, km: Number.isNaN(km) ? 0 : km }]
}

function readToll(count: number): number | null {
  return count < 0 ? null : count
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString()
}
