// Cache for functions of names: a feed repeats the same few thousand places, and folding a name
// takes longer than looking it up.

/** Cached names per function; when full, the cache is cleared. */
const namesMax = 8192
/** Longer names rarely repeat, characters. */
const lengthMax = 64

/** The same pure function with a cache of at most 8192 short names. */
export function withCacheByName(make: (name: string) => string): (name: string) => string {
  const made = new Map<string, string>()
  return name => {
    const known = made.get(name)
    if (known !== undefined) return known
    const result = make(name)
    if (name.length > lengthMax) return result
    if (made.size >= namesMax) made.clear()
    made.set(name, result)
    return result
  }
}
