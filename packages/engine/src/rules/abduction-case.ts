// The case of abducted people: their fate as the incidents of a cluster report it, day by day. On
// each day abductions come first, so that the order of a day's incidents does not matter.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { ClusterView } from './cluster-rule.ts'
import { listFates, type PersonFate } from './person-fates.ts'

export interface AbductionCase {
  /** The incidents of the case by time. */
  readonly rows: readonly number[]
  readonly firstRow: number
  readonly takenDay: number
  /** People with names, and one for all without. */
  readonly personCount: number
  /** Days on which each of `escalateKinds` was abducted, then the first death; 0: none. */
  readonly escalationDays: readonly number[]
  readonly deathDay: number
  /** Last day on which they were known to be alive. */
  readonly aliveDay: number
  /** The day on which the last person was released or found dead. */
  readonly overDay: number
}

export interface CaseLimits {
  readonly escalateKinds: readonly string[]
  /** An incident later than this after the one before is not part of the case. */
  readonly windowDays: number
}

interface Report {
  readonly row: number
  readonly day: number
  readonly isAbduction: boolean
  readonly fates: readonly PersonFate[]
}

export function readCase(cluster: ClusterView, limits: CaseLimits): AbductionCase | null {
  const { incidents } = cluster
  const { fromDay } = incidents.columns
  const told = cluster.listByTime().map(row => ({ row, fates: listFates(incidents, row) }))
  const first = told.find(({ fates }) => isAbduction(fates))
  if (first === undefined) return null
  const takenDay = fromDay[first.row]!
  const reports = told.map(({ row, fates }): Report => {
    const day = Math.max(fromDay[row]!, takenDay)
    return { row, day, isAbduction: isAbduction(fates), fates }
  })
  const people = new People(reports)
  const story = new CaseStory(incidents, people, limits)
  for (const report of reports.sort(compareReports)) story.apply(report)
  return { ...story.summarize(), firstRow: first.row, takenDay }
}

function isAbduction(fates: readonly PersonFate[]): boolean {
  return fates.some(({ fate }) => fate === 'taken')
}

/** Stable: reports of one day stay in order of time. */
function compareReports(a: Report, b: Report): number {
  return a.day - b.day || Number(b.isAbduction) - Number(a.isAbduction)
}

class CaseStory {
  readonly #incidents: Incidents
  readonly #people: People
  readonly #limits: CaseLimits
  readonly #rows: number[] = []
  readonly #taken = new Set<Person>()
  readonly #graveDays = new Map<string, number>()
  #lastDay = 0
  #deathDay = never
  #aliveDay = 0
  #overDay = never

  constructor(incidents: Incidents, people: People, limits: CaseLimits) {
    this.#incidents = incidents
    this.#people = people
    this.#limits = limits
  }

  apply(report: Report): void {
    const { row, day, fates } = report
    const { toDay } = this.#incidents.columns
    if (report.isAbduction) this.#take(report)
    const isTooLate = day > this.#lastDay + this.#limits.windowDays || day > this.#overDay
    if (!report.isAbduction && isTooLate) return
    // An outcome before the abduction is part of the case only if it may be later.
    if (toDay[row]! < day) return
    let isPart = report.isAbduction
    for (const fate of fates)
      for (const person of this.#people.find(fate.keys))
        if (this.#taken.has(person)) {
          isPart = true
          this.#follow(person, fate, report)
        }
    if (!isPart) return
    this.#rows.push(row)
    this.#lastDay = Math.max(this.#lastDay, toDay[row]!)
    this.#overDay = this.#computeOverDay()
  }

  #take({ day, fates }: Report): void {
    for (const { fate, keys, kinds } of fates) {
      if (fate !== 'taken') continue
      for (const person of this.#people.find(keys)) {
        this.#taken.add(person)
        person.goneDay = never
      }
      for (const kind of kinds)
        if (this.#limits.escalateKinds.includes(kind) && !this.#graveDays.has(kind))
          this.#graveDays.set(kind, day)
    }
  }

  #follow(person: Person, { fate }: PersonFate, { row, day }: Report): void {
    const isDead = fate === 'killed' || fate === 'found-dead'
    if (isDead) this.#deathDay = Math.min(this.#deathDay, day)
    if (fate === 'freed' || fate === 'found-dead') person.goneDay = Math.min(person.goneDay, day)
    if (fate === 'taken' || fate === 'seen-alive')
      this.#aliveDay = Math.max(this.#aliveDay, this.#incidents.columns.toDay[row]!)
  }

  /** `never` if a person is not known to be released or found. */
  #computeOverDay(): number {
    return Math.max(...[...this.#taken].map(({ goneDay }) => goneDay))
  }

  summarize() {
    const graveDays = this.#limits.escalateKinds.map(kind => this.#graveDays.get(kind) ?? 0)
    const deathDay = this.#deathDay === never ? 0 : this.#deathDay
    return {
      rows: this.#rows,
      personCount: this.#taken.size,
      escalationDays: [...graveDays, deathDay],
      deathDay: this.#deathDay,
      aliveDay: this.#aliveDay,
      overDay: this.#overDay
    }
  }
}

interface Person {
  readonly keys: readonly number[]
  goneDay: number
}

/** The people by the keys of their names: names that share a key are one person. */
class People {
  readonly #byKey = new Map<number, Person>()

  constructor(reports: readonly Report[]) {
    for (const { fates } of reports) for (const { keys } of fates) this.#learn(keys)
  }

  #learn(keys: readonly number[]): void {
    const known = this.find(keys)
    const united = [...new Set([...known.flatMap(person => person.keys), ...keys])]
    const person: Person = { keys: united.length === 0 ? [nobody] : united, goneDay: never }
    for (const key of person.keys) this.#byKey.set(key, person)
  }

  find(keys: readonly number[]): readonly Person[] {
    if (keys.length < 2) {
      const person = this.#byKey.get(keys[0] ?? nobody)
      return person === undefined ? [] : [person]
    }
    return [...new Set(keys.map(key => this.#byKey.get(key)))].filter(one => one !== undefined)
  }
}

/** The key of people without names. */
const nobody = -1
