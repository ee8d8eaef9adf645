// Places in sorted lists, by binary search. What begins or comes last mostly goes last: callers
// that see that ask for it first.

/** The first index of what begins at a moment or later, of what is in order of its beginning. */
export function firstFrom(
  list: readonly { readonly fromMs: number }[],
  ms: number,
  to = list.length
): number {
  let [low, high] = [0, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as { readonly fromMs: number }).fromMs < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of ascending numbers are at most this. */
export function countUpTo(ascending: readonly number[], most: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) <= most) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of ascending numbers lie below one. */
export function countBelow(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The first index in a part of a list whose item does not precede something; `compare` as for
 * `sort`.
 */
export function placeOf<T, S>(
  list: readonly T[],
  sought: S,
  compare: (item: T, sought: S) => number,
  from = 0,
  to = list.length
): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(list[middle] as T, sought) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The first index whose item comes after something: behind its equals. */
export function placeAfter<T, S>(
  list: readonly T[],
  sought: S,
  compare: (item: T, sought: S) => number,
  from = 0
): number {
  let [low, high] = [from, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(list[middle] as T, sought) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
