// An incident as a fold publishes it: each event has the whole state.

import type { IncidentJoin, IncidentState } from '@tocsin/contracts/incident/incident-event'
import { computeDistanceKm } from '../data/distance.ts'
import type { Incidents } from '../data/incidents.ts'
import { haveCommon } from '../data/interning.ts'
import { isSameSettlement } from '../data/join-fields.ts'
import type { Reports } from '../data/reports.ts'
import { flag, getCategoryName, handlings, listTacticNames } from '../data/vocabulary.ts'
import type { Assembly } from './assembly.ts'
import {
  canMean,
  compareDays,
  declaredScore,
  isCopy,
  isJoinedByDetail,
  scorePlacePair,
  scorePlaces
} from './pair-score.ts'

const maxJoins = 50

export type FoldIncident = Omit<IncidentState, 'seq' | 'readers'>

/** What the columns of an incident do not contain. */
export type IncidentHistory = Pick<FoldIncident, 'revision' | 'theatre' | 'from'>

export function describeIncident(
  incidents: Incidents,
  incident: number,
  history: IncidentHistory,
  joins: readonly IncidentJoin[]
): FoldIncident {
  const { reports, columns } = incidents
  const { ids, hashes, names } = reports
  const members = incidents.listMembers(incident).toSorted((a, b) => (ids[a]! < ids[b]! ? -1 : 1))
  const [fromMs, toMs] = incidents.computeInterval(incident)
  return {
    incidentId: ids[incident]!,
    ...history,
    aliases: members.filter(row => row !== incident).map(row => ids[row]!),
    reports: members.map(row => ({
      reportId: ids[row]!,
      contentHash: hashes[row]!,
      sourceId: names.getText(reports.columns.source[row]!)
    })),
    independentSources: incidents.getOrigins(incident).length,
    occurred: { from: formatTime(fromMs), to: formatTime(toMs) },
    category: getCategoryName(columns.category[incident]!),
    tactics: listTactics(incidents, incident),
    place: describePlace(incidents, incident),
    fatalities: {
      low: getKnown(columns.low[incident]!),
      best: getKnown(columns.best[incident]!),
      high: getKnown(columns.high[incident]!)
    },
    credibility: columns.credibility[incident]!,
    handling: handlings[columns.handling[incident]!]!,
    ...describeMarks(incidents, incident),
    ...(joins.length === 0 ? {} : { joins })
  }
}

function listTactics(incidents: Incidents, incident: number): string[] {
  const { names } = incidents.reports
  const others = incidents.listOtherTactics(incident).map(tactic => names.getText(tactic))
  return [...listTacticNames(incidents.columns.tactics[incident]!), ...others].sort()
}

/** What few incidents have. */
function describeMarks(
  { reports, columns, mayBe }: Incidents,
  incident: number
): Pick<FoldIncident, 'drill' | 'mayBe' | 'inCrowd'> {
  const flags = columns.flags[incident]!
  const others = mayBe.get(incident)
  return {
    ...((flags & flag.drill) !== 0 ? { drill: true } : {}),
    ...(others === undefined ? {} : { mayBe: others.map(row => reports.ids[row]!) }),
    ...((flags & flag.crowd) !== 0 ? { inCrowd: true } : {})
  }
}

function describePlace(incidents: Incidents, incident: number): FoldIncident['place'] {
  const { reports, columns } = incidents
  const { names, settlementNames, columns: from } = reports
  const row = incidents.findPlaceReport(incident)
  const [lat, lon, km] = [from.lat[row]!, from.lon[row]!, from.km[row]!]
  const settlement = from.settlement[row]!
  const settlementName = settlement < 0 ? undefined : settlementNames.get(settlement)
  const getName = (number: number) => (number < 0 ? null : names.getText(number))
  return {
    name: getName(settlementName ?? from.shownName[row]!),
    country: getName(from.country[row]!),
    admin1: getName(columns.admin1[incident]!),
    lat: Number.isNaN(lat) ? null : lat,
    lon: Number.isNaN(lon) ? null : lon,
    // Columns of 32 bits have seven digits.
    radiusKm: Number.isNaN(km) ? null : Number(km.toPrecision(7)),
    settlement: getName(settlement)
  }
}

/** Why the reports of an incident are one: the strongest joins, one less than reports at most. */
export function describeJoins(
  incidents: Incidents,
  assembly: Assembly,
  incident: number
): IncidentJoin[] {
  const { reports } = incidents
  const { ids } = reports
  return assembly
    .listJoins(incident)
    .slice(0, maxJoins)
    .map(({ a, b, score }) => {
      const [first, second] = ids[a]! < ids[b]! ? [a, b] : [b, a]
      const why =
        score === declaredScore
          ? `declared the same by ${assembly.declared.find(ids[a]!, ids[b]!)?.by}`
          : explainPair(reports, first, second)
      return { reports: [ids[first]!, ids[second]!], score: Math.round(score * 1000) / 1000, why }
    })
}

function getKnown(count: number): number | null {
  return count < 0 ? null : count
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Why two reports describe the same incident, in words, without private data. */
function explainPair(reports: Reports, a: number, b: number): string {
  if (isCopy(reports, a, b)) return 'copies of one text'
  return [
    explainPlaces(reports, a, b),
    explainDays(reports, a, b),
    explainCategories(reports, a, b),
    explainActors(reports, a, b),
    isJoinedByDetail(reports, a, b) ? 'the same number of dead' : ''
  ]
    .filter(words => words !== '')
    .join(', ')
}

function explainPlaces(reports: Reports, a: number, b: number): string {
  const [x, y] = [reports.getPlace(a), reports.getPlace(b)]
  if (isSameSettlement(x, y)) return 'same settlement'
  if (canMean(x, y) || canMean(y, x)) return 'a settlement that the name may mean'
  if (scorePlaces(reports, a, b) > scorePlacePair(x, y)) return 'a place in common'
  if (Number.isNaN(x.lat) || Number.isNaN(y.lat)) return 'same name of a place'
  return `${Math.round(computeDistanceKm(x.lat, x.lon, y.lat, y.lon))} km apart`
}

function explainDays(reports: Reports, a: number, b: number): string {
  const { common, longest } = compareDays(reports, a, b)
  if (common <= 0) return 'one day apart'
  return longest === 1 ? 'same day' : 'days in common'
}

function explainCategories({ columns }: Reports, a: number, b: number): string {
  const [x, y] = [columns.category[a]!, columns.category[b]!].map(getCategoryName).sort()
  return x === y ? `both ${x}` : `${x} and ${y}`
}

function explainActors(reports: Reports, a: number, b: number): string {
  const [x, y] = [reports.getPerpetrators(a), reports.getPerpetrators(b)]
  if (x.length === 0 || y.length === 0) return ''
  return haveCommon(x, y) ? 'a perpetrator in common' : 'other perpetrators'
}
