// A memory for what is made of names: reports of one feed name the same few thousand places over and over, and to fold a name takes longer than to
// look it up.

/** Names that are remembered by each function; beyond that all are forgotten. */
const namesMax = 8192
/** Longer ones are hardly met twice, characters. */
const lengthMax = 64

/** The same pure function, with a memory of at most 8192 short names. */
export function remembering(make: (name: string) => string): (name: string) => string {
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
