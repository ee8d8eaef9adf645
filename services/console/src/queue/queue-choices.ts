// What the facets of the list offer: the values that the open alerts carry, each with how many, and
// what is chosen already. Pure.

import { isOpen, type ShownAlert } from '../shown/shown-alert.ts'
import type { Facet } from './facet.ts'
import { listOwners, me, noOwner } from './queue-filter.ts'

/** In the order in which they are offered. */
export const facetNames = ['country', 'admin1', 'pattern', 'owner', 'certainty', 'theatre'] as const
export type FacetName = (typeof facetNames)[number]

export type Counted = readonly (readonly [value: string, count: number])[]
/** The most frequent values first. */
export type Choices = Readonly<Record<FacetName, Counted>>

export const noChoices: Choices = {
  country: [],
  admin1: [],
  pattern: [],
  owner: [],
  certainty: [],
  theatre: []
}

/** O(alerts). */
export function choicesAmong(alerts: Iterable<ShownAlert>, myName: string): Choices {
  const found = Object.fromEntries(
    facetNames.map(name => [name, new Map<string, number>()] as const)
  ) as Record<FacetName, Map<string, number>>
  const count = (name: FacetName, values: readonly string[]) => {
    for (const value of values) found[name].set(value, (found[name].get(value) ?? 0) + 1)
  }
  for (const alert of alerts) {
    if (!isOpen(alert)) continue
    count('country', alert.area.country)
    count('admin1', alert.area.admin1)
    count('pattern', [alert.pattern])
    // Who is signed in is offered once.
    count('owner', listOwners(alert, myName).slice(0, 1))
    count('certainty', [alert.certainty])
    count('theatre', [alert.theatre])
  }
  return Object.fromEntries(
    facetNames.map(name => [name, [...found[name]].sort(name === 'owner' ? byOwner : byCount)])
  ) as unknown as Choices
}

type Value = readonly [value: string, count: number]

function byCount([a, m]: Value, [b, n]: Value): number {
  return n - m || (a < b ? -1 : 1)
}

function byOwner(one: Value, other: Value): number {
  const rank = ([value]: Value) => [noOwner, me].indexOf(value as typeof me | typeof noOwner)
  return rank(other) >= 0 || rank(one) >= 0
    ? computeRank(rank(one)) - computeRank(rank(other))
    : byCount(one, other)
}

const computeRank = (place: number): number => (place < 0 ? 2 : place)

/**
 * With what is chosen, although no open alert has it: an address may name it, and the list must say
 * what holds.
 */
export function withChosen(known: Counted, chosen: Facet): Counted {
  const missing = chosen
    .map(each => each.replace(/^-/, ''))
    .filter(value => !known.some(([each]) => each === value))
  return [...known, ...missing.map(value => [value, 0] as const)]
}
