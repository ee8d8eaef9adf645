// The case of abducted people: their fate as the incidents of a cluster report it, day by day. On
// each day abductions come first, so that the order of a day's incidents does not matter.

import { never } from '../data/time.ts'
import type { ClusterView } from './cluster-rule.ts'
import { listFates, type PersonFate } from './person-fates.ts'

export interface AbductionCase {
  readonly firstRow: number
  readonly takenDay: number
  /** The incidents of the case by time. */
  readonly rows: number[]
  /** People with names, and one for all without. */
  readonly taken: Set<Person>
  /** By kind of people: the day of their first abduction. */
  readonly kindDays: Map<string, number>
  /** `never` if nobody is known to be dead. */
  deathDay: number
  /** Last day on which they were known to be alive. */
  aliveDay: number
  /** The day on which the last person was released or found dead. */
  overDay: number
}

interface Report {
  readonly row: number
  readonly day: number
  readonly toDay: number
  readonly isAbduction: boolean
  readonly fates: readonly PersonFate[]
}

interface Person {
  goneDay: number
}

/** Null without an abduction. An incident more than `windowDays` after the one before is left out. */
export function readCase(cluster: ClusterView, windowDays: number): AbductionCase | null {
  const reports = listReports(cluster)
  const first = reports.find(({ isAbduction }) => isAbduction)
  if (first === undefined) return null
  const found: AbductionCase = {
    ...{
      firstRow: first.row,
      takenDay: first.day,
      rows: [],
      taken: new Set(),
      kindDays: new Map()
    },
    ...{ deathDay: never, aliveDay: 0, overDay: never }
  }
  const people = unitePeople(reports)
  let lastDay = 0
  for (const report of reports) {
    const { row, day, toDay, isAbduction } = report
    const isTooLate = day > lastDay + windowDays || day > found.overDay
    // An outcome before the abduction is part of the case only if it may be later.
    if (!isAbduction && (isTooLate || toDay < day)) continue
    if (!noteFates(found, report, people)) continue
    found.rows.push(row)
    found.overDay = Math.max(...[...found.taken].map(({ goneDay }) => goneDay))
    lastDay = Math.max(lastDay, toDay)
  }
  return found
}

/** The reports by day. What comes before the first abduction is of its day. */
function listReports(cluster: ClusterView): Report[] {
  const { fromDay, toDay } = cluster.incidents.columns
  let takenDay = 0
  const reports = cluster.listByTime().map(row => {
    const fates = listFates(cluster.incidents, row)
    const isAbduction = fates.some(({ fate }) => fate === 'taken')
    if (isAbduction && takenDay === 0) takenDay = fromDay[row]!
    return { row, toDay: toDay[row]!, isAbduction, fates }
  })
  return reports
    .map(report => ({ ...report, day: Math.max(fromDay[report.row]!, takenDay) }))
    .sort((a, b) => a.day - b.day || Number(b.isAbduction) - Number(a.isAbduction))
}

/** Notes what a report says of the abducted. False if it says nothing of them. */
function noteFates(
  found: AbductionCase,
  { day, toDay, fates }: Report,
  people: ReadonlyMap<number, Person>
): boolean {
  const listPeople = ({ keys }: PersonFate) =>
    new Set(listNames(keys).flatMap(key => people.get(key) ?? []))
  for (const one of fates) {
    if (one.fate !== 'taken') continue
    for (const person of listPeople(one)) {
      found.taken.add(person)
      person.goneDay = never
    }
    for (const kind of one.kinds) if (!found.kindDays.has(kind)) found.kindDays.set(kind, day)
  }
  let isNoted = false
  for (const one of fates) {
    const known = [...listPeople(one)].filter(person => found.taken.has(person))
    if (known.length === 0) continue
    isNoted = true
    const { fate } = one
    if (fate === 'killed' || fate === 'found-dead') found.deathDay = Math.min(found.deathDay, day)
    if (fate === 'taken' || fate === 'seen-alive') found.aliveDay = Math.max(found.aliveDay, toDay)
    if (fate === 'freed' || fate === 'found-dead')
      for (const person of known) person.goneDay = Math.min(person.goneDay, day)
  }
  return isNoted
}

/** The people by the keys of their names: names that share a key are one person. */
function unitePeople(reports: readonly Report[]): ReadonlyMap<number, Person> {
  const people = new Map<number, Person>()
  for (const { keys } of reports.flatMap(({ fates }) => fates)) {
    const names = listNames(keys)
    const known = new Set(names.flatMap(key => people.get(key) ?? []))
    const [person = { goneDay: never }, ...others] = known
    for (const other of others)
      for (const [key, one] of people) if (one === other) people.set(key, person)
    for (const key of names) people.set(key, person)
  }
  return people
}

/** People without names have one key. */
function listNames(keys: readonly number[]): readonly number[] {
  return keys.length === 0 ? [-1] : keys
}
