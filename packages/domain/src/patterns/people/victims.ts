// The people of a case by the keys of their names. A list of the abducted may hold thousands, so that people are found by key and not by looking through it.

import { compareText } from '../../incident/incident.ts'

export interface Victim {
  /** Sorted; none for people whom nobody named. */
  readonly keys: readonly string[]
  readonly gone: boolean
}

/** Lists of fewer are looked through. */
const fewMax = 4

const keySets = new WeakMap<readonly Victim[], ReadonlySet<string>>()

/** All keys of a list. Pure; made once for a list. */
export function keySetOf(victims: readonly Victim[]): ReadonlySet<string> {
  const known = keySets.get(victims)
  if (known !== undefined) return known
  const keys = new Set(victims.flatMap(v => v.keys))
  keySets.set(victims, keys)
  return keys
}

/** True where some person of the list has one of the keys. O(keys) where the list was asked before. */
export function areAmong(victims: readonly Victim[], keys: readonly string[]): boolean {
  if (victims.length <= fewMax) return victims.some(v => v.keys.some(key => keys.includes(key)))
  const known = keySetOf(victims)
  return keys.some(key => known.has(key))
}

/** True where some person of the list has one of many keys. O(the fewer of both). */
export function haveAnyOf(victims: readonly Victim[], keys: ReadonlySet<string>): boolean {
  return victims.length <= fewMax ? victims.some(v => v.keys.some(key => keys.has(key))) : !keySetOf(victims).isDisjointFrom(keys)
}

/** The list with more people, or with what is now known of some: names that share a key are one person's. Pure; O(keys). */
export function withVictims(victims: readonly Victim[], more: readonly Victim[]): readonly Victim[] {
  const all = new Set(victims)
  const byKey = new Map<string, Victim>()
  const file = (victim: Victim) => {
    all.add(victim)
    // Those whom nobody named are one.
    for (const key of victim.keys.length === 0 ? [nobody] : victim.keys) byKey.set(key, victim)
  }
  for (const victim of victims) file(victim)
  for (const { keys, gone } of more) {
    const same = new Set((keys.length === 0 ? [nobody] : keys).flatMap(key => byKey.get(key) ?? []))
    for (const victim of same) all.delete(victim)
    const known = [...same]
    const united = [...new Set([...known.flatMap(v => v.keys), ...keys])].sort(compareText)
    file({ keys: united, gone: gone || known.some(v => v.gone) })
  }
  return [...all]
}

/** Stands for a key where there is none. */
const nobody = ''
