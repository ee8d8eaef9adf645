// Small caches of derived objects, so that the same input gives the same object. A WeakMap would
// retain all of them and cost the garbage collector more at each step than the step itself: each
// step makes a new state, and few states are asked for twice.

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

/** True if both have the same objects in the same order. */
export function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
