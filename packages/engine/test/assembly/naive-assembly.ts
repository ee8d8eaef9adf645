// The incidents of a set of reports by all pairs, without an index and without earlier states: what
// `Assembly` must give after any course of reports, corrections, withdrawals and declarations.

import type { AssemblyLimits } from '../../src/assembly/assembly.ts'
import { joinPairs, type Pair } from '../../src/assembly/join-pairs.ts'
import {
  copyScore,
  declaredScore,
  mayBeOne,
  minJoinScore,
  scorePair
} from '../../src/assembly/pair-score.ts'
import { listMayBe } from '../../src/assembly/report-doubts.ts'
import type { Incidents } from '../../src/data/incidents.ts'
import type { Reports } from '../../src/data/reports.ts'
import { convertToDay } from '../../src/data/time.ts'
import { flag, statisticMask } from '../../src/data/vocabulary.ts'

/** Answers by the ids of a pair, the lesser first. */
export type Answers = ReadonlyMap<string, boolean>

export function formatPair(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

/** The ids of the reports of each incident, as text; an asterisk marks one that is in a crowd. */
export function assembleNaively(
  reports: Reports,
  answers: Answers,
  limits: Required<AssemblyLimits>
): string[] {
  const { columns, ids } = reports
  const rows = [...ids.keys()].filter(row => columns.present[row] === 1)
  const findAnswer = (a: number, b: number) => answers.get(formatPair(ids[a]!, ids[b]!))
  const all: Pair[] = []
  for (const a of rows)
    for (const b of rows) {
      const answer = a < b ? findAnswer(a, b) : false
      if (answer === false) continue
      const score =
        answer === true && canMerge(reports, a, b) ? declaredScore : scorePair(reports, a, b)
      if (score >= minJoinScore) all.push({ a, b, score })
    }
  const isCrowded = (row: number) =>
    all.filter(({ a, b }) => a === row || b === row).length > limits.maxPartners
  const crowded = new Set(rows.filter(isCrowded))
  const allowed = all.filter(
    ({ a, b, score }) => score >= copyScore || !(crowded.has(a) || crowded.has(b))
  )
  const joined = listComponents(rows, allowed).flatMap(component => {
    const isMember = new Set(component)
    const pairs = allowed.filter(({ a }) => isMember.has(a))
    const strict = component.length > limits.maxComponent
    const some = strict ? pairs.filter(pair => isStrong(reports, pair)) : pairs
    return joinPairs(reports, component, some, (a, b) => findAnswer(a, b) === false).groups
  })
  return joined.map(group => formatGroup(reports, group, crowded)).sort()
}

/** Which incidents may be which others, by the ids of their first reports. */
export function listDoubtsNaively(
  incidents: Incidents,
  live: readonly number[],
  answers: Answers,
  maxDoubts: number
): string[] {
  const { reports } = incidents
  const { ids } = reports
  const incidentByRow = new Map(
    live.flatMap(row => incidents.listMembers(row).map(member => [member, row] as const))
  )
  const rows = [...incidentByRow.keys()]
  const others = new Map(rows.map(a => [a, rows.filter(b => a !== b && mayBeOne(reports, a, b))]))
  const canDoubt = (row: number) => others.get(row)!.length <= maxDoubts
  return live
    .flatMap(incident => {
      const doubted = incidents
        .listMembers(incident)
        .filter(canDoubt)
        .flatMap(row =>
          others
            .get(row)!
            .filter(other => canDoubt(other) && !answers.has(formatPair(ids[row]!, ids[other]!)))
        )
      const found = new Set(
        doubted.map(row => incidentByRow.get(row)!).filter(row => row !== incident)
      )
      return listMayBe(incidents, incident, found).map(row => `${ids[incident]} ${ids[row]}`)
    })
    .sort()
}

export function formatGroup(
  { ids }: Reports,
  group: readonly number[],
  crowded: ReadonlySet<number>
): string {
  const named = group.map(row => ids[row]!).sort()
  return `${named.join('+')}${group.some(row => crowded.has(row)) ? '*' : ''}`
}

function canMerge({ columns }: Reports, a: number, b: number): boolean {
  const { source, flags, category } = columns
  const isDrill = (row: number) => (flags[row]! & flag.drill) !== 0
  const isStatistic = (row: number) => (category[row]! & statisticMask) !== 0
  return source[a] !== source[b] && isDrill(a) === isDrill(b) && !isStatistic(a) && !isStatistic(b)
}

function isStrong({ columns }: Reports, { a, b, score }: Pair): boolean {
  const { settlement, fromMs, toMs } = columns
  const isSameDay = (times: Float64Array) => convertToDay(times[a]!) === convertToDay(times[b]!)
  if (score >= copyScore) return true
  return (
    settlement[a]! >= 0 && settlement[a] === settlement[b] && isSameDay(fromMs) && isSameDay(toMs)
  )
}

function listComponents(rows: readonly number[], pairs: readonly Pair[]): number[][] {
  const components = new Map(rows.map(row => [row, [row]]))
  for (const { a, b } of pairs) {
    const [one, other] = [components.get(a)!, components.get(b)!]
    if (one === other) continue
    one.push(...other)
    for (const row of other) components.set(row, one)
  }
  return [...new Set(components.values())]
}
