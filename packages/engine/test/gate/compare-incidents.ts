// Compares the incidents of this assembly with those of packages/domain, report by report in the
// order given: groups first, then the fields of equal groups.

import { Assembler } from '@tocsin/domain/assembly/assembly'
import { type Incident, viewOf } from '@tocsin/domain/incident/incident'
import { handlings } from '@tocsin/domain/report/handling'
import type { Reliability, ReportRevision } from '@tocsin/domain/report/report'
import { Assembly, type AssemblyLimits } from '../../src/assembly/assembly.ts'
import { Incidents } from '../../src/data/incidents.ts'
import { normalizeName } from '../../src/data/interning.ts'
import { Reports } from '../../src/data/reports.ts'
import { convertToDay } from '../../src/data/time.ts'
import {
  flag,
  genericActors,
  getCategoryName,
  getReliabilityRank,
  listTacticNames
} from '../../src/data/vocabulary.ts'

/** Fields by the ids of the reports of an incident. */
type Described = ReadonlyMap<string, Readonly<Record<string, unknown>>>

export interface Comparison {
  readonly reports: number
  readonly incidents: number
  readonly joined: number
  readonly groupsHere: number
  readonly groupsThere: number
  /** Differences of equal groups, by field, with an example each. */
  readonly fields: ReadonlyMap<string, { count: number; readonly example: string }>
  readonly usHere: number
  readonly usThere: number
  readonly longestMsHere: number
  readonly longestMsThere: number
}

export function compareIncidents(
  reports: readonly ReportRevision[],
  reliability: Reliability,
  limits: AssemblyLimits = {}
): Comparison {
  const here = assembleHere(reports, reliability, limits)
  const there = assembleThere(reports, reliability)
  const fields = new Map<string, { count: number; readonly example: string }>()
  for (const [group, ours] of here.incidents) {
    const theirs = there.incidents.get(group)
    if (theirs === undefined) continue
    for (const [field, value] of Object.entries(ours)) {
      if (JSON.stringify(value) === JSON.stringify(theirs[field])) continue
      const example = `${JSON.stringify(value)} for ${JSON.stringify(theirs[field])} in ${group}`
      const known = fields.get(field)
      if (known === undefined) fields.set(field, { count: 1, example })
      else known.count += 1
    }
  }
  return {
    reports: reports.length,
    incidents: here.incidents.size,
    joined: [...there.incidents.keys()].filter(group => group.includes(' ')).length,
    groupsHere: countMissing(here.incidents, there.incidents),
    groupsThere: countMissing(there.incidents, here.incidents),
    fields,
    usHere: here.us,
    usThere: there.us,
    longestMsHere: here.longestMs,
    longestMsThere: there.longestMs
  }
}

function findKnown(degrees: number): number | null {
  return Number.isNaN(degrees) ? null : degrees
}

function countMissing(from: Described, others: Described): number {
  return [...from.keys()].filter(group => !others.has(group)).length
}

interface Assembled {
  readonly incidents: Described
  readonly us: number
  readonly longestMs: number
}

function measure(
  reports: readonly ReportRevision[],
  take: (report: ReportRevision) => void
): Omit<Assembled, 'incidents'> {
  const before = process.cpuUsage()
  let longestMs = 0
  for (const report of reports) {
    const begunMs = performance.now()
    take(report)
    longestMs = Math.max(longestMs, performance.now() - begunMs)
  }
  const { user, system } = process.cpuUsage(before)
  return { us: (user + system) / reports.length, longestMs }
}

function assembleHere(
  reports: readonly ReportRevision[],
  reliability: Reliability,
  limits: AssemblyLimits
): Assembled {
  const table = new Reports()
  const incidents = new Incidents(table)
  const assembly = new Assembly(incidents, limits)
  const live = new Set<number>()
  const end = (incident: number) => live.delete(incident)
  const begin = (incident: number) => live.add(incident)
  const figures = measure(reports, report => {
    table.sourceReliability.set(
      table.names.intern(report.sourceId),
      getReliabilityRank(reliability)
    )
    const row = table.acceptRevision(report)
    if (row < 0) return
    if (table.columns.present[row] === 1) assembly.remove(row)
    table.write(row, report)
    assembly.add(row)
    assembly.regroupChanged(end, begin)
  })
  return {
    incidents: new Map([...live].map(incident => describeHere(incidents, incident))),
    ...figures
  }
}

function describeHere(incidents: Incidents, row: number): [string, Record<string, unknown>] {
  const { columns: c, reports } = incidents
  const place = incidents.findPlaceReport(row)
  const getText = (number: number) => reports.names.getText(number)
  const listTexts = (numbers: readonly number[]) => numbers.map(getText).sort()
  const has = (bit: number) => (c.flags[row]! & bit) !== 0
  const group = incidents
    .listMembers(row)
    .map(member => reports.ids[member]!)
    .sort()
    .join(' ')
  return [
    group,
    {
      id: reports.ids[row],
      minute: c.minute[row],
      fromDay: c.fromDay[row],
      toDay: c.toDay[row],
      category: getCategoryName(c.category[row]!),
      tactics: [
        ...listTacticNames(c.tactics[row]!),
        ...listTexts(incidents.listOtherTactics(row))
      ].sort(),
      admin1: getText(c.admin1[row]!),
      country: getText(c.country[row]!),
      settlement: getText(c.settlement[row]!),
      lat: findKnown(reports.columns.lat[place]!),
      lon: findKnown(reports.columns.lon[place]!),
      km: Number.isNaN(c.km[row]!) ? null : Math.round(c.km[row]! * 1000),
      low: c.low[row],
      best: c.best[row],
      high: c.high[row],
      credibility: c.credibility[row],
      usableGrade: has(flag.usableGrade),
      gradeKnown: has(flag.gradeKnown),
      areaCertain: has(flag.areaCertain),
      drill: has(flag.drill),
      exact: has(flag.exactTime),
      handling: handlings[c.handling[row]!],
      origins: listTexts(incidents.origins[row]!),
      actors: listTexts(incidents.actors[row]!),
      targets: listTexts(incidents.listTargets(row)),
      persons: listTexts(incidents.persons[row]!),
      unnamed: incidents.listPeople(row).filter(({ keys }) => keys.length === 0).length,
      mayBe: (incidents.mayBe.get(row) ?? []).map(other => reports.ids[other]),
      otherPlaces: (incidents.otherPlaces.get(row) ?? []).map(({ name, flags }) => [
        getText(name),
        (flags & flag.areaCertain) !== 0
      ])
    }
  ]
}

function assembleThere(reports: readonly ReportRevision[], reliability: Reliability): Assembled {
  const assembler = new Assembler(new Map())
  const figures = measure(reports, report => {
    const view = viewOf(report, Date.parse(report.reportedAt), reliability)
    assembler.update(new Map([[report.reportId, view]]))
  })
  return {
    incidents: new Map([...assembler.incidents.values()].map(describeThere)),
    ...figures
  }
}

const identifiesNone: ReadonlySet<string> = new Set(genericActors)

function describeThere(incident: Incident): [string, Record<string, unknown>] {
  const { place, fatalities, reportIds, persons, unnamed = [] } = incident
  const actors = incident.actors
    .filter(({ role }) => role === 'perpetrator')
    .map(({ name }) => normalizeName(name))
  return [
    [...reportIds].sort().join(' '),
    {
      id: incident.id,
      minute: Math.floor(incident.fromMs / 60_000),
      fromDay: convertToDay(incident.fromMs),
      toDay: convertToDay(incident.toMs),
      category: incident.category,
      tactics: [...new Set(incident.tactics)].sort(),
      admin1: place.admin1 ?? '',
      country: place.country ?? '',
      settlement: place.settlement ?? '',
      lat: place.lat,
      lon: place.lon,
      km: place.radiusKm === null ? null : Math.round(Math.fround(place.radiusKm) * 1000),
      low: fatalities.low ?? -1,
      best: fatalities.best ?? -1,
      high: fatalities.high ?? -1,
      credibility: incident.credibility,
      usableGrade: incident.passesGrade,
      gradeKnown: incident.gradeKnown,
      areaCertain: place.areaCertain,
      drill: incident.drill,
      exact: incident.exact,
      handling: incident.handling,
      origins: [...incident.origins].sort(),
      actors: [...new Set(actors)].filter(name => !identifiesNone.has(name)).sort(),
      targets: [...incident.targets].sort(),
      persons: [...new Set(persons.flatMap(({ key, aliasKeys }) => [key, ...aliasKeys]))].sort(),
      unnamed: unnamed.length,
      mayBe: incident.mayBe?.map(({ id }) => id) ?? [],
      otherPlaces: incident.alsoAt.map(({ name, areaCertain }) => [
        name?.toLowerCase() ?? '',
        areaCertain
      ])
    }
  ]
}

export function formatComparison(name: string, compared: Comparison): string {
  const { reports, incidents, joined, groupsHere, groupsThere, usHere, usThere } = compared
  const fields = [...compared.fields].map(([field, { count, example }]) => {
    return `\n  ${field}: ${count}, ${example}`
  })
  return [
    name.padEnd(44),
    `reports ${reports}`,
    `incidents ${incidents}`,
    `joined ${joined}`,
    `groups only here ${groupsHere}`,
    `only there ${groupsThere}`,
    `fields ${compared.fields.size}`,
    `µs ${usHere.toFixed(1)} for ${usThere.toFixed(1)}`,
    `longest ms ${compared.longestMsHere.toFixed(1)} for ${compared.longestMsThere.toFixed(1)}`
  ]
    .join('  ')
    .concat(...fields)
}
