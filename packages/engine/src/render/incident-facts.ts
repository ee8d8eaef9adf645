// Looks up incidents in the engine that published an alert: for a backtest, a preview, and for tests.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import type { Incidents } from '../data/incidents.ts'
import { flag, getCategoryName, handlings } from '../data/vocabulary.ts'
import type { IncidentFacts, Point, RenderLookup } from './lookup.ts'

/** What one fold knows. It describes each incident once, until it changes. */
export class FoldLookup implements RenderLookup {
  readonly #incidents: Incidents
  readonly #rows = new Map<number, number>()
  readonly #facts: (IncidentFacts | undefined)[] = []

  readonly findRule: RenderLookup['findRule']

  constructor(incidents: Incidents, findRule: RenderLookup['findRule']) {
    this.#incidents = incidents
    this.findRule = findRule
    const { columns, rowCount } = incidents.reports
    for (let row = 0; row < rowCount; row++) this.#rows.set(columns.number[row]!, row)
  }

  findIncident(report: number): IncidentFacts | null {
    const row = this.#rows.get(report)
    if (row === undefined) return null
    this.#facts[row] ??= describeIncident(this.#incidents, row)
    return this.#facts[row]
  }

  addBegun(row: number): void {
    this.#rows.set(this.#incidents.reports.columns.number[row]!, row)
    this.#facts[row] = undefined
  }

  addEnded(row: number): void {
    this.#facts[row] = undefined
  }

  evict(row: number): void {
    this.#facts[row] = undefined
  }
}

function describeIncident(incidents: Incidents, row: number): IncidentFacts {
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
    // Another report may name the settlement later.
    get placeName() {
      return findPlaceName(incidents, row)
    },
    fatalities: readToll(incidents, row),
    mayBe: (mayBe.get(row) ?? []).map(other => reports.ids[other]!),
    isInCrowd: (columns.flags[row]! & flag.crowd) !== 0
  }
}

function describePlaces(incidents: Incidents, row: number) {
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
    ]
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
