// The case of abducted people: their fate as the incidents of a cluster report it.

import { never } from '../data/time.ts'
import type { ClusterView } from './cluster-rule.ts'
import { listFates, type PersonFate } from './person-fates.ts'

export interface AbductionCase {
  /** The first abduction. */
  readonly firstRow: number
  readonly takenDay: number
  /** People with names, and one for all without. */
  readonly personCount: number
  /** Days on which a grave kind of people was taken, or the first person died. */
  readonly escalationDays: readonly number[]
  readonly deathDay: number
  /** Last day on which they were known to be alive. */
  readonly aliveDay: number
  /** The day on which the last person was released or found dead. */
  readonly overDay: number
}

interface Victim {
  readonly keys: Set<number>
  takenDay: number
  /** Days on which the victim was released or found. */
  readonly goneDays: number[]
}

interface Told extends PersonFate {
  readonly row: number
}

/** Null without an abduction. */
export function readCase(
  cluster: ClusterView,
  escalateKinds: readonly string[]
): AbductionCase | null {
  const { incidents } = cluster
  const { fromDay, toDay } = incidents.columns
  const fates: Told[] = []
  for (const row of cluster.listByTime())
    for (const fate of listFates(incidents, row)) fates.push({ ...fate, row })
  const taken = fates.filter(({ fate }) => fate === 'taken')
  const [first] = taken
  if (first === undefined) return null
  const victims = new Victims(taken, fromDay)
  victims.learnNames(fates)
  let deathDay = never
  let aliveDay = 0
  for (const { fate, keys, row } of fates) {
    const theirs = victims.find(keys)
    if (theirs.length === 0) continue
    if (fate === 'taken' || fate === 'seen-alive') aliveDay = Math.max(aliveDay, toDay[row]!)
    if (fate === 'killed' || fate === 'found-dead')
      deathDay = Math.min(deathDay, Math.max(fromDay[row]!, fromDay[first.row]!))
    if (fate === 'freed' || fate === 'found-dead')
      for (const victim of theirs) victim.goneDays.push(fromDay[row]!)
  }
  const graveDays = escalateKinds.flatMap(kind => {
    const one = taken.find(({ kinds }) => kinds.includes(kind))
    return one === undefined ? [] : [fromDay[one.row]!]
  })
  return {
    firstRow: first.row,
    takenDay: fromDay[first.row]!,
    personCount: victims.all.size,
    escalationDays: deathDay === never ? graveDays : [...graveDays, deathDay],
    deathDay,
    aliveDay,
    overDay: computeOverDay([...victims.all])
  }
}

/** `never` if a person is not known to be released or found. */
function computeOverDay(victims: readonly Victim[]): number {
  const days = victims.map(({ takenDay, goneDays }) =>
    goneDays.reduce((least, day) => (day >= takenDay ? Math.min(least, day) : least), never)
  )
  return Math.max(...days)
}

/** The people who were taken. Names that share a key are one person; those without are one entry. */
class Victims {
  readonly all = new Set<Victim>()
  readonly #byKey = new Map<number, Victim>()

  constructor(taken: readonly Told[], fromDay: Readonly<Int32Array>) {
    for (const { keys, row } of taken) {
      const victim: Victim = {
        keys: new Set(keys.length === 0 ? [nobody] : keys),
        takenDay: fromDay[row]!,
        goneDays: []
      }
      for (const known of this.find(keys)) {
        victim.takenDay = Math.max(victim.takenDay, known.takenDay)
        for (const key of known.keys) victim.keys.add(key)
        this.all.delete(known)
      }
      this.all.add(victim)
      for (const key of victim.keys) this.#byKey.set(key, victim)
    }
  }

  /** Learns further names of the taken, as long as a report connects them to a known one. */
  learnNames(fates: readonly PersonFate[]): void {
    let isNew = true
    while (isNew) {
      isNew = false
      for (const { keys } of fates) {
        if (keys.length < 2) continue
        const [victim] = this.find(keys)
        if (victim === undefined) continue
        for (const key of keys) {
          if (this.#byKey.has(key)) continue
          victim.keys.add(key)
          this.#byKey.set(key, victim)
          isNew = true
        }
      }
    }
  }

  find(keys: readonly number[]): readonly Victim[] {
    if (keys.length < 2) {
      const victim = this.#byKey.get(keys[0] ?? nobody)
      return victim === undefined ? [] : [victim]
    }
    const found = keys.map(key => this.#byKey.get(key)).filter(victim => victim !== undefined)
    return [...new Set(found)]
  }
}

/** The key of people without names. */
const nobody = -1
