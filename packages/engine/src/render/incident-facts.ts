// Looks up the incidents of an alert in the engine that published it: for a backtest, and for tests.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import type { Alert } from '../alerts/alert.ts'
import type { Incidents } from '../data/incidents.ts'
import { flag, getCategoryName, handlings } from '../data/vocabulary.ts'
import type { IncidentFacts, Point, RenderLookup } from './lookup.ts'

/** A lookup that knows the triggers of an alert. */
export function makeAlertLookup(
  { triggers }: Pick<Alert, 'triggers'>,
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
  const { columns, reports, mayBe } = incidents
  const [fromMs, toMs] = incidents.computeInterval(row)
  return {
    incidentId: reports.ids[row]!,
    revision: 1,
    handling: handlings[columns.handling[row]!]!,
    category: getCategoryName(columns.category[row]!),
    from: formatTime(fromMs),
    to: formatTime(toMs),
    firstReportedAt: formatTime(reports.columns.firstReportedMs[row]!),
    ...describePlaces(incidents, row),
    fatalities: readToll(incidents, row),
    mayBe: (mayBe.get(row) ?? []).map(other => reports.ids[other]!),
    isInCrowd: (columns.flags[row]! & flag.crowd) !== 0
  }
}

function describePlaces(
  incidents: Incidents,
  row: number
): Pick<IncidentFacts, 'countries' | 'admin1' | 'points' | 'placeName'> {
  const { columns, otherPlaces } = incidents
  const further = otherPlaces.get(row) ?? []
  const listAll = (name: 'country' | 'admin1') =>
    listNames(incidents, [columns[name][row]!, ...further.map(place => place[name])])
  return {
    countries: listAll('country'),
    admin1: listAll('admin1'),
    points: [
      ...listPoint(incidents, columns.site[row]!, columns.km[row]!),
      ...further.flatMap(({ site, km }) => listPoint(incidents, site, km))
    ],
    placeName: findPlaceName(incidents, row)
  }
}

function listNames({ reports }: Incidents, numbers: readonly number[]): readonly string[] {
  const known = new Set(numbers.filter(number => number >= 0))
  return [...known].map(number => reports.names.getText(number))
}

function findPlaceName({ columns, reports }: Incidents, row: number): string | null {
  const settlement = reports.settlementNames.get(columns.settlement[row]!)
  const { shownName, nearName } = reports.columns
  const stated = settlement ?? shownName[row]!
  const name = stated < 0 ? nearName[row]! : stated
  return name < 0 ? null : reports.names.getText(name)
}

function listPoint({ sites }: Incidents, site: number, km: number): readonly Point[] {
  if (site < 0) return []
  return [{ lat: sites.lat[site]!, lon: sites.lon[site]!, km: Number.isNaN(km) ? 0 : km }]
}

function readToll({ columns }: Incidents, row: number): IncidentFacts['fatalities'] {
  const { low, best, high } = columns
  const read = (column: Int32Array) => (column[row]! < 0 ? null : column[row]!)
  return { low: read(low), best: read(best), high: read(high) }
}
