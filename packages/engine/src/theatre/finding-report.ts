// A finding as a report: on the day of its entry, since its end is unknown and must not move it, in
// every area that it touches. Its deaths are from its triggers. As a situation it lasts to its end.

import { type Place, type ReportRevision, unknownPlace } from '@tocsin/contracts/theatre/report'
import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import { uniteLists } from '../data/interning.ts'
import { formatDay, never } from '../data/time.ts'
import { flag, handlings } from '../data/vocabulary.ts'
import { listCertainAreas } from '../rules/families.ts'
import type { Finding } from '../rules/finding.ts'
import { nameFindingTactic, openFindingDay } from '../rules/over-findings.ts'

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
  const day = formatDay(findEntryDay(finding))
  const readNames = (list: (row: number) => readonly number[]) =>
    uniteLists(rows.map(list)).map(number => reports.names.getStatedForm(number))
  const hasFlag = (bit: number) => rows.some(row => (columns.flags[row]! & bit) !== 0)
  const [place = unknownPlace, ...alsoAt] = listPlaces(finding, incidents, rows)
  const handling = rows.reduce((most, row) => Math.max(most, columns.handling[row]!), 0)
  return {
    ...makeReport(finding, reportId, day, day),
    sourceId: hasFlag(flag.gradeKnown) ? 'known' : hasFlag(flag.usableGrade) ? 'usable' : 'poor',
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
    handling: handlings[handling]!
  }
}

function makeReport(finding: Finding, reportId: string, from: string, to: string): ReportRevision {
  return {
    reportId,
    contentHash: reportId,
    sourceId: 'usable',
    externalId: null,
    occurred: { from, to },
    reportedAt: `${from}T00:00:00.000Z`,
    category: 'other',
    tactics: [nameFindingTactic(finding.rule.pattern)],
    place: unknownPlace,
    alsoAt: [],
    actors: [],
    targets: [],
    fatalities: { low: null, best: null, high: null },
    credibility: 6,
    handling: 'public',
    persons: [],
    narrativeKey: null,
    linkKeys: [],
    private: null,
    drill: finding.isDrill,
    theatre: '',
    lane: 'live'
  }
}

function findEntryDay(finding: Finding): number {
  return finding.listLevelDays()[0] ?? finding.startDay
}

/** The days of a situation, the last one included. */
export function findInterval(finding: Finding, leastDays: number) {
  const from = findEntryDay(finding)
  const lastDay = Math.max(finding.endDay, from + leastDays) - 1
  return { from, to: finding.endDay === never ? openFindingDay : Math.max(from, lastDay) }
}

/**
 * The area of its group, else those in which its incidents are for certain. For a hub both: its people
 * are cut off in all areas with hit roads.
 */
export function listAreas(finding: Finding, incidents: Incidents): readonly string[] {
  const { names } = incidents.reports
  const { admin1, hub } = finding.group
  if (admin1 !== undefined && hub === undefined) return [admin1]
  const areas = admin1 === undefined ? [] : [names.find(admin1)]
  for (const row of finding.listTriggers())
    for (const area of listCertainAreas(incidents, row)) if (!areas.includes(area)) areas.push(area)
  return areas.map(area => names.getText(area)).sort()
}

/** A situation in some areas: when and where it is there, and of which pattern it is. */
export function describeSituation(
  finding: Finding,
  areas: readonly string[],
  leastDays: number,
  reportId: string
): ReportRevision {
  const { from, to } = findInterval(finding, leastDays)
  const [place = unknownPlace, ...alsoAt] = areas.map(
    (admin1): Place => ({ ...unknownPlace, admin1, statedAdmin1: admin1 })
  )
  return { ...makeReport(finding, reportId, formatDay(from), formatDay(to)), place, alsoAt }
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
    if (admin1 === null || (group.admin1 !== undefined && admin1 !== group.admin1)) continue
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
