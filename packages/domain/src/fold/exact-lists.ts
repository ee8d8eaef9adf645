// Lists that are kept for as long as a theatre: a list to which something is pushed, or spread
// before something, has room for 16 more, which is more memory than most of them need for what they
// hold.

const nothing: readonly never[] = []

/** The list with one more at its end. Pure; without room for others. */
export function withLast<T extends object | string | number>(
  list: readonly T[],
  value: T
): readonly T[] {
  return list.length === 0 ? [value] : list.concat([value])
}

/** The same list without room for others; empty lists are one. Pure. */
export function exactly<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? nothing : list.slice()
}
