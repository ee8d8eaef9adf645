// What was made of the last few things, so that the same thing gives the same object. A WeakMap would keep all of them, and cost the collector more at
// every step than the step itself: each step of a fold makes a new state, and few are asked for twice.

/** Gives what was made of a thing, and makes it where it is not among the last `limit`. What is made must rest on the thing alone. */
export function keepsLast<K extends object, V>(limit: number): (thing: K, make: () => V) => V {
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
 * Gives what is made of each thing of a list. Most things stand where they stood in the list of the last time, and what was made of them is given again, and so
 * it is for one that moved, however many there are: `keepsLast` would make all anew once there are more than its limit. What is made must rest on the
 * thing alone.
 */
export function makesEach<K extends object, V>(): (things: readonly K[], make: (thing: K) => V) => readonly V[] {
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

/** Gives two lists as one: the very list of the last time where both hold the same things as then. */
export function joinsLast<V>(): (closed: readonly V[], open: readonly V[]) => readonly V[] {
  let last: { readonly closed: readonly V[]; readonly open: readonly V[]; readonly all: readonly V[] } | null = null
  return (closed, open) => {
    if (last !== null && last.closed === closed && areSame(last.open, open)) return last.all
    last = { closed, open, all: closed.concat(open) }
    return last.all
  }
}

/** The very same things in the same order. */
export function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
