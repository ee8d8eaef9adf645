// A finding as a report: on the day of its entry, since its end is unknown and must not move it, in
// every area that it touches. Its deaths are from its triggers.

import { type Place, type ReportRevision, unknownPlace } from '@tocsin/contracts/theatre/report'
import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import { uniteLists } from '../data/interning.ts'
import { formatDay } from '../data/time.ts'
import { flag, handlings } from '../data/vocabulary.ts'
import type { Finding } from '../rules/finding.ts'
import { nameFindingTactic } from '../rules/over-findings.ts'

/** Sources of the reports, by what the triggers of a finding are worth. */
export const findingSources = { known: 'B', usable: 'F', poor: 'E' } as const

const maxPlaces = 21

export function describeFinding(
  finding: Finding,
  incidents: Incidents,
  reportId: string
): ReportRevision {
  const { columns, reports } = incidents
  const rows = [...finding.listTriggers()].sort(
    (a, b) =>
      columns.fromDay[a]! - columns.fromDay[b]! || compareText(reports.ids[a]!, reports.ids[b]!)
  )
  const day = formatDay(finding.listLevelDays()[0] ?? finding.startDay)
  const readNames = (list: (row: number) => readonly number[]) =>
    uniteLists(rows.map(list)).map(number => reports.names.getStatedForm(number))
  const hasFlag = (bit: number) => rows.some(row => (columns.flags[row]! & bit) !== 0)
  const [place = unknownPlace, ...alsoAt] = listPlaces(finding, incidents, rows)
  const handling = rows.reduce((most, row) => Math.max(most, columns.handling[row]!), 0)
  return {
    reportId,
    contentHash: reportId,
    sourceId: hasFlag(flag.gradeKnown) ? 'known' : hasFlag(flag.usableGrade) ? 'usable' : 'poor',
    externalId: null,
    occurred: { from: day, to: day },
    reportedAt: `${day}T00:00:00.000Z`,
    category: 'other',
    tactics: [nameFindingTactic(finding.rule.pattern)],
    place,
    alsoAt,
    actors: readNames(row => incidents.listActors(row).perpetrators).map(name => ({
      name,
      role: 'perpetrator'
    })),
    targets: readNames(row => incidents.listTargets(row)).map(kind => ({ kind })),
    fatalities: sumTolls(incidents, rows),
    credibility: Math.min(
      ...rows.map(row => columns.credibility[row]!)
    ) as ReportRevision['credibility'],
    handling: handlings[handling]!,
    persons: [],
    narrativeKey: null,
    linkKeys: [],
    private: null,
    drill: finding.isDrill,
    theatre: '',
    lane: 'live'
  }
}

/** Low adds what is known; best and high need a number of each incident. */
function sumTolls({ columns }: Incidents, rows: readonly number[]): ReportRevision['fatalities'] {
  const add = (column: 'low' | 'best' | 'high') =>
    rows.reduce((sum, row) => sum + Math.max(0, columns[column][row]!), 0)
  const areKnown = (column: 'best' | 'high') => rows.every(row => columns[column][row]! >= 0)
  return {
    low: rows.some(row => columns.low[row]! >= 0) ? add('low') : null,
    best: areKnown('best') ? add('best') : null,
    high: areKnown('high') ? add('high') : null
  }
}

/** The place of its settlement, else one for each area: the first with a certain area, if any has. */
function listPlaces(
  { group }: Finding,
  incidents: Incidents,
  rows: readonly number[]
): readonly Place[] {
  const byArea = new Map<string, Place>()
  for (const place of rows.flatMap(row => readPlaces(incidents, row))) {
    const isSettlement = group.settlementId !== undefined && place.settlement === group.settlementId
    if (isSettlement) return [place]
    const { admin1 } = place
    if (group.admin1 !== undefined && admin1 !== group.admin1) continue
    if (admin1 === null) continue
    const known = byArea.get(admin1)
    const isMoreCertain = known?.statedAdmin1 === null && place.statedAdmin1 !== null
    if (known === undefined || isMoreCertain) byArea.set(admin1, place)
  }
  return [...byArea.values()].sort((a, b) => (a.admin1! < b.admin1! ? -1 : 1)).slice(0, maxPlaces)
}

function readPlaces(incidents: Incidents, row: number): Place[] {
  const { reports, sites } = incidents
  const read = (number: number) => (number < 0 ? null : reports.names.getText(number))
  return incidents.listPlaces(row).map(place => {
    const admin1 = read(place.admin1)
    const isCertain = (place.flags & flag.areaCertain) !== 0
    return {
      ...unknownPlace,
      country: read(place.country),
      admin1,
      statedAdmin1: isCertain ? admin1 : null,
      lat: sites.lat[place.site] ?? null,
      lon: sites.lon[place.site] ?? null,
      radiusKm: Number.isNaN(place.km) ? null : place.km,
      settlement: read(place.settlement),
      settlementName: read(reports.settlementNames.get(place.settlement) ?? -1)
    }
  })
}
