// The open cases that know a person, found by the keys of names. A mass abduction that is reported
// name by name has thousands of open cases: a report that looked at each of them would cost more
// with every report before it.

import type { Incident } from '../../incident/incident.ts'
import { type AbductionCase, isOfCaseOf, type Nearness } from './abduction-case.ts'
import type { PersonFate } from './person-fates.ts'

type Cases = readonly AbductionCase[]

/** Fewer are looked at one by one. */
const fewCases = 16

/** The cases of a list by key; it goes on with the list that follows. */
interface Index {
  /** The list that it has now: of an earlier one it says nothing any more. */
  of: Cases
  readonly byKey: Map<string, AbductionCase | Set<AbductionCase>>
}

const indexes = new WeakMap<Cases, Index>()

/**
 * Those that any of these fates concerns (`isOfCase`), in their order. O(keys) where all are named
 * and at most one case knows them.
 */
export function casesOf(
  open: Cases,
  incident: Incident,
  fates: readonly PersonFate[],
  nearness: Nearness
): Cases {
  if (open.length >= fewCases && fates.every(({ keys }) => keys.length > 0)) {
    const known = knowing(open, fates)
    if (known.size < 2) return [...known]
  }
  return open.filter(isOfCaseOf(incident, fates, nearness))
}

function knowing(open: Cases, fates: readonly PersonFate[]): ReadonlySet<AbductionCase> {
  const { byKey } = indexOf(open)
  const known = new Set<AbductionCase>()
  for (const { keys } of fates) {
    for (const key of keys) {
      const there = byKey.get(key)
      if (there instanceof Set) for (const one of there) known.add(one)
      else if (there !== undefined) known.add(there)
    }
  }
  return known
}

/**
 * The list with some cases replaced by others, the first at the position of the first; without any,
 * those are added.
 */
export function withCases(open: Cases, before: Cases, now: Cases): Cases {
  const next = open.slice()
  if (before.length === 0) next.push(...now)
  // From behind, so that the places before stay.
  for (let i = before.length - 1; i >= 0; i--) {
    const successor = now[i]
    next.splice(
      open.indexOf(before[i] as AbductionCase),
      1,
      ...(successor === undefined ? [] : [successor])
    )
  }
  const index = indexes.get(open)
  if (index?.of !== open) return next
  for (const one of before) remove(index.byKey, one)
  for (const one of now) add(index.byKey, one)
  index.of = next
  indexes.set(next, index)
  return next
}

function indexOf(open: Cases): Index {
  const known = indexes.get(open)
  if (known?.of === open) return known
  const byKey: Index['byKey'] = new Map()
  for (const one of open) add(byKey, one)
  const index: Index = { of: open, byKey }
  indexes.set(open, index)
  return index
}

function add(byKey: Index['byKey'], one: AbductionCase): void {
  for (const { keys } of one.victims) {
    for (const key of keys) {
      const there = byKey.get(key)
      if (there === undefined) byKey.set(key, one)
      else if (there instanceof Set) there.add(one)
      else if (there !== one) byKey.set(key, new Set([there, one]))
    }
  }
}

function remove(byKey: Index['byKey'], one: AbductionCase): void {
  for (const { keys } of one.victims) {
    for (const key of keys) {
      const there = byKey.get(key)
      if (there === one) byKey.delete(key)
      else if (there instanceof Set) there.delete(one)
    }
  }
}
