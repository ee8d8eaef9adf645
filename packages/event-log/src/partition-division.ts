// How the partitions of a topic are divided among the members of a group: evenly by weight, and moving no more than that needs. Pure; the log in
// memory and the Kafka adapter share it.

export interface DivisionMember {
  readonly id: string
  /** What it has now; what another of them has too goes to the first by id. */
  readonly held: readonly number[]
}

/**
 * The partitions of each member, ascending, by its id. Every partition has exactly one member; no single move would make the parts evener. The same
 * arguments give the same division, whatever the order of the members. `weights[i]` is of partition i, ≥ 0; partitions of no weight are
 * spread evenly too. Throws RangeError without members.
 */
export function dividePartitions(
  weights: readonly number[],
  members: readonly DivisionMember[]
): ReadonlyMap<string, readonly number[]> {
  if (members.length === 0) throw new RangeError('nobody is there to take the partitions')
  const parts = members.map(({ id }) => ({ id, partitions: new Set<number>(), load: 0 })).sort((a, b) => (a.id < b.id ? -1 : 1))
  // An empty partition weighs a little: less, all together, than the least difference that counts.
  const loadOf = (partition: number) => (weights[partition] ?? 0) * (weights.length + 1) + 1
  const give = (part: Part, partition: number) => {
    part.partitions.add(partition)
    part.load += loadOf(partition)
  }
  const free = new Set(weights.keys())
  const heldBy = new Map(members.map(({ id, held }) => [id, held]))
  for (const part of parts) for (const partition of heldBy.get(part.id) ?? []) if (free.delete(partition)) give(part, partition)
  for (const partition of [...free].sort((a, b) => loadOf(b) - loadOf(a) || a - b)) give(lightest(parts), partition)
  while (evenOut(parts, loadOf));
  return new Map(parts.map(({ id, partitions }) => [id, [...partitions].sort((a, b) => a - b)]))
}

/** How uneven a division is: the greatest load less the least, in weights. Pure. */
export function unevenness(weights: readonly number[], division: Iterable<readonly number[]>): number {
  const loads = [...division].map(partitions => partitions.reduce((sum, p) => sum + (weights[p] ?? 0), 0))
  return loads.length === 0 ? 0 : Math.max(...loads) - Math.min(...loads)
}

interface Part {
  readonly id: string
  readonly partitions: Set<number>
  load: number
}

function lightest(parts: readonly Part[]): Part {
  return parts.reduce((least, part) => (part.load < least.load ? part : least))
}

/** Moves one partition from the heaviest part that has one to spare to the lightest. False when no move makes it evener. */
function evenOut(parts: readonly Part[], loadOf: (partition: number) => number): boolean {
  const to = lightest(parts)
  for (const from of parts.toSorted((a, b) => b.load - a.load)) {
    const difference = from.load - to.load
    const spare = [...from.partitions].filter(p => loadOf(p) < difference)
    if (spare.length === 0) continue
    const best = spare.reduce((a, b) => (Math.abs(difference / 2 - loadOf(b)) < Math.abs(difference / 2 - loadOf(a)) ? b : a))
    from.partitions.delete(best)
    from.load -= loadOf(best)
    to.partitions.add(best)
    to.load += loadOf(best)
    return true
  }
  return false
}
