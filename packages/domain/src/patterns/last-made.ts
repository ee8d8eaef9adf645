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
