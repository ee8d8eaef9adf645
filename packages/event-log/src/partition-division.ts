// Divides the partitions of a topic among the members of a group: evenly by weight, with the fewest
// moves. Pure; shared by the log in memory and the Kafka adapter.

export interface DivisionMember {
  readonly id: string
  /** Its current partitions; a partition claimed by several members goes to the first by id. */
  readonly held: readonly number[]
}

/**
 * The partitions of each member, ascending, by its id. Every partition has exactly one member; no
 * move or exchange of a partition would balance the loads better. The same arguments give the
 * same division, in any order of the members. `weights[i]` is the weight of partition i, ≥ 0;
 * partitions of weight 0 are spread evenly too. Throws RangeError without members.
 */
export function dividePartitions(
  weights: readonly number[],
  members: readonly DivisionMember[]
): ReadonlyMap<string, readonly number[]> {
  if (members.length === 0) throw new RangeError('there are no members to take the partitions')
  const parts = members
    .map(({ id }) => ({ id, partitions: new Set<number>(), load: 0 }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  // An empty partition has a tiny weight: all of them together weigh less than the smallest
  // difference that counts.
  const sumLoad = (partition: number) => (weights[partition] ?? 0) * (weights.length + 1) + 1
  const give = (part: Part, partition: number) => {
    part.partitions.add(partition)
    part.load += sumLoad(partition)
  }
  const free = new Set(weights.keys())
  const heldBy = new Map(members.map(({ id, held }) => [id, held]))
  for (const part of parts)
    for (const partition of heldBy.get(part.id) ?? [])
      if (free.delete(partition)) give(part, partition)
  for (const partition of [...free].sort((a, b) => sumLoad(b) - sumLoad(a) || a - b))
    give(lightest(parts), partition)
  while (evenOut(parts, sumLoad));
  return new Map(parts.map(({ id, partitions }) => [id, [...partitions].sort((a, b) => a - b)]))
}

/** Imbalance of a division: the greatest load minus the least, in weights. Pure. */
export function measureUnevenness(
  weights: readonly number[],
  division: Iterable<readonly number[]>
): number {
  const loads = [...division].map(partitions =>
    partitions.reduce((sum, p) => sum + (weights[p] ?? 0), 0)
  )
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

/**
 * Moves one partition to the lightest member from the heaviest that can spare one, or exchanges it
 * for a lighter one. False if no change improves the balance.
 */
function evenOut(parts: readonly Part[], sumLoad: (partition: number) => number): boolean {
  const to = lightest(parts)
  for (const from of parts.toSorted((a, b) => b.load - a.load)) {
    const best = findBestChange(from, to, sumLoad)
    if (best === null) continue
    pass(from, to, best.gives, sumLoad)
    if (best.takes !== null) pass(to, from, best.takes, sumLoad)
    return true
  }
  return false
}

interface Change {
  readonly gives: number
  readonly takes: number | null
}

/**
 * The change between two members that brings their loads closest; a move is preferred to an
 * exchange. Null if none brings them closer.
 */
function findBestChange(
  from: Part,
  to: Part,
  sumLoad: (partition: number) => number
): Change | null {
  const difference = from.load - to.load
  let best: Change | null = null
  let bestMiss = difference / 2
  for (const takes of [null, ...to.partitions]) {
    for (const gives of from.partitions) {
      const moved = sumLoad(gives) - (takes === null ? 0 : sumLoad(takes))
      const miss = Math.abs(difference / 2 - moved)
      if (moved <= 0 || miss >= bestMiss) continue
      best = { gives, takes }
      bestMiss = miss
    }
  }
  return best
}

function pass(
  from: Part,
  to: Part,
  partition: number,
  sumLoad: (partition: number) => number
): void {
  from.partitions.delete(partition)
  from.load -= sumLoad(partition)
  to.partitions.add(partition)
  to.load += sumLoad(partition)
}
