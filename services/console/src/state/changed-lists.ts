// Lists that the suite says have changed: they are read again then, and now and then besides, since
// not every change is said to every key, and none by the feed.

/** By the name that a frame has. */
export type ChangingList =
  | 'silences'
  | 'watches'
  | 'views'
  | 'subscriptions'
  | 'sources'
  | 'theatres'
  | 'rules'
  | 'deliveries'

const readers = new Map<string, Set<() => void>>()

/** Returns what ends it. */
export function onListChanged(list: ChangingList, read: () => void): () => void {
  const known = readers.get(list) ?? new Set()
  readers.set(list, known.add(read))
  return () => known.delete(read)
}

export function noteListChanged(list: string): void {
  for (const read of readers.get(list) ?? []) read()
}

/** The link was gone, and may have missed some. */
export function noteListsMissed(): void {
  for (const list of readers.keys()) noteListChanged(list)
}
