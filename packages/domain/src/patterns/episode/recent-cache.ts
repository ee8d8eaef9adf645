// Small caches of derived objects, so that the same input gives the same object. A WeakMap would retain all of them and cost the
// garbage collector more at each step than the step itself: each step makes a new state, and few states are asked for twice.

/** Returns a cache of the last `limit` results by key. `make` must depend on the key alone. */
export function recentCache<K extends object, V>(limit: number): (thing: K, make: () => V) => V {
  const things: K[] = []
  const made: V[] = []
  let next = 0
  return (thing, make) => {
    const at = things.indexOf(thing)
    if (at !== -1) return made[at] as V
    const value = make()
    things[next] = thing
    made[next] = value
    next = (next + 1) % limit
    return value
  }
}

/**
 * Returns a cache of the results for the items of a list. An item that was in the previous list gives the same result again,
 * whether or not it moved; unlike `recentCache` it has no limit that a long list would exceed. `make` must depend on the item
 * alone.
 */
export function perItemCache<K extends object, V>(): (things: readonly K[], make: (thing: K) => V) => readonly V[] {
  const known = new WeakMap<K, { readonly value: V }>()
  let last: { readonly things: readonly K[]; readonly made: readonly V[] } = { things: [], made: [] }
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
    const made = things.map((thing, i) => (before.things[i] === thing ? (before.made[i] as V) : madeOf(thing, make)))
    last = { things, made }
    return made
  }
}

/** Returns a function that concatenates two lists, and gives the previous result if both have the same items as before. */
export function concatCache<V>(): (closed: readonly V[], open: readonly V[]) => readonly V[] {
  let last: { readonly closed: readonly V[]; readonly open: readonly V[]; readonly all: readonly V[] } | null = null
  return (closed, open) => {
    if (last !== null && last.closed === closed && areSame(last.open, open)) return last.all
    last = { closed, open, all: closed.concat(open) }
    return last.all
  }
}

/** True if both have the same objects in the same order. */
export function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
