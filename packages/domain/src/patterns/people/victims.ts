// The people of a case by the keys of their names. A list of the abducted may hold thousands, so
// people are found by key, not by search.

import { compareText } from '../../incident/incident.ts'

export interface Victim {
  /** Sorted; empty for people without names. */
  readonly keys: readonly string[]
  readonly gone: boolean
}

/** Shorter lists are searched. */
const fewMax = 4

const keySets = new WeakMap<readonly Victim[], ReadonlySet<string>>()

/** All keys of a list. Pure; computed once per list. */
export function keySetOf(victims: readonly Victim[]): ReadonlySet<string> {
  const known = keySets.get(victims)
  if (known !== undefined) return known
  const keys = new Set<string>()
  for (const victim of victims) for (const key of victim.keys) keys.add(key)
  keySets.set(victims, keys)
  return keys
}

/** True if a person of the list has one of the keys. O(keys), after the first call for a list. */
export function areAmong(victims: readonly Victim[], keys: readonly string[]): boolean {
  if (victims.length <= fewMax) return victims.some(v => v.keys.some(key => keys.includes(key)))
  const known = keySetOf(victims)
  return keys.some(key => known.has(key))
}

/** True if a person of the list has one of many keys. O(the smaller of both). */
export function haveAnyOf(victims: readonly Victim[], keys: ReadonlySet<string>): boolean {
  return victims.length <= fewMax
    ? victims.some(v => v.keys.some(key => keys.has(key)))
    : !keySetOf(victims).isDisjointFrom(keys)
}

/**
 * The list with more people, or with new keys of known ones: names that share a key are one person.
 * Pure; O(keys).
 */
export function withVictims(
  victims: readonly Victim[],
  more: readonly Victim[]
): readonly Victim[] {
  const all = new Set(victims)
  const byKey = new Map<string, Victim>()
  const file = (victim: Victim) => {
    all.add(victim)
    // All people without names are one entry.
    for (const key of victim.keys.length === 0 ? [nobody] : victim.keys) byKey.set(key, victim)
  }
  for (const victim of victims) file(victim)
  for (const victim of more) {
    const { keys, gone } = victim
    const known = knownBy(byKey, keys)
    // Most people of a list are new, by one name.
    if (known.length === 0 && keys.length < 2) {
      file(victim)
      continue
    }
    for (const one of known) all.delete(one)
    const united = [...new Set([...known.flatMap(v => v.keys), ...keys])].sort(compareText)
    file({ keys: united, gone: gone || known.some(v => v.gone) })
  }
  return [...all]
}

/** Stands for the key of people without names. */
const nobody = ''
const nothing: readonly Victim[] = []

/** Those who have one of the keys, each once. */
function knownBy(byKey: ReadonlyMap<string, Victim>, keys: readonly string[]): readonly Victim[] {
  if (keys.length > 1) return [...new Set(keys.flatMap(key => byKey.get(key) ?? []))]
  const victim = byKey.get(keys[0] ?? nobody)
  return victim === undefined ? nothing : [victim]
}
