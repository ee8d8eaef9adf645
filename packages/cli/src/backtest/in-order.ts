// Merges sequences that are each in order into one. Pure, lazy: a sequence is asked for its next
// element only after the one before it was used.

export interface Ordered {
  readonly order: number
}

interface Head<T> {
  element: T
  readonly rest: Iterator<T>
  /** Its place among the sequences: of equal orders the earlier sequence comes first. */
  readonly nth: number
}

/** The elements of all sequences by order; O(log sequences) for each. */
export function* mergeInOrder<T extends Ordered>(sequences: readonly Iterable<T>[]): Generator<T> {
  const heads: Head<T>[] = []
  for (const [nth, sequence] of sequences.entries()) {
    const rest = sequence[Symbol.iterator]()
    const first = rest.next()
    if (first.done !== true) heads.push({ element: first.value, rest, nth })
  }
  // A sorted list is a heap.
  heads.sort((a, b) => (isBefore(a, b) ? -1 : 1))
  for (let least = heads[0]; least !== undefined; least = heads[0]) {
    yield least.element
    const next = least.rest.next()
    if (next.done !== true) least.element = next.value
    else {
      const last = heads.pop() as Head<T>
      if (last !== least) heads[0] = last
    }
    sink(heads)
  }
}

/** Restores the heap after its first element was changed. */
function sink(heads: Head<Ordered>[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [heads[2 * at + 1], heads[2 * at + 2]]
    if (left === undefined) return
    const child = right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1
    const [parent, least] = [heads[at] as Head<Ordered>, heads[child] as Head<Ordered>]
    if (!isBefore(least, parent)) return
    heads[at] = least
    heads[child] = parent
    at = child
  }
}

function isBefore(a: Head<Ordered>, b: Head<Ordered>): boolean {
  return a.element.order < b.element.order || (a.element.order === b.element.order && a.nth < b.nth)
}
