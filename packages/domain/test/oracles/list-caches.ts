// Caches of the old folds: the same items give the same list again.

import { areSame } from '../../src/patterns/episode/recent-cache.ts'

/**
 * Returns a cache of the results for the items of a list. An item that was in the previous list
 * gives the same result again, whether or not it moved; unlike `recentCache` it has no limit that a
 * long list would exceed. `make` must depend on the item alone.
 */
export function perItemCache<K extends object, V>(): (
  things: readonly K[],
  make: (thing: K) => V
) => readonly V[] {
  const known = new WeakMap<K, { readonly value: V }>()
  let last: { readonly things: readonly K[]; readonly made: readonly V[] } = {
    things: [],
    made: []
  }
  const madeOf = (thing: K, make: (thing: K) => V): V => {
    const before = known.get(thing)
    if (before !== undefined) return before.value
    const value = make(thing)
    known.set(thing, { value })
    return value
  }
  return (things, make) => {
    if (last.things === things) return last.made
    const before = last
    const made = things.map((thing, i) =>
      before.things[i] === thing ? (before.made[i] as V) : madeOf(thing, make)
    )
    last = { things, made }
    return made
  }
}

/**
 * Returns a function that concatenates two lists, and gives the previous result if both have the
 * same items as before.
 */
export function concatCache<V>(): (closed: readonly V[], open: readonly V[]) => readonly V[] {
  let last: {
    readonly closed: readonly V[]
    readonly open: readonly V[]
    readonly all: readonly V[]
  } | null = null
  return (closed, open) => {
    if (last !== null && last.closed === closed && areSame(last.open, open)) return last.all
    last = { closed, open, all: closed.concat(open) }
    return last.all
  }
}
