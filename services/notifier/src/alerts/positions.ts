// Positions over the partitions of one topic as arrays: the next position to read in each. Pure.

export type Positions = readonly bigint[]

export function furthest(a: Positions, b: Positions): Positions {
  return a.map((position, i) => (b[i] !== undefined && b[i] > position ? b[i] : position))
}

export function nearest(a: Positions, b: Positions): Positions {
  return a.map((position, i) => (b[i] !== undefined && b[i] < position ? b[i] : position))
}

/** True if `a` is at or past `b` in every partition. */
export function hasPassed(a: Positions, b: Positions): boolean {
  return b.every((position, i) => (a[i] ?? 0n) >= position)
}

/** A copy advanced past the given record if it was before it. */
export function behind(positions: Positions, partition: number, position: bigint): Positions {
  return positions.map((each, i) => (i === partition && each <= position ? position + 1n : each))
}

export function samePositions(a: Positions, b: Positions): boolean {
  return a.length === b.length && a.every((position, i) => position === b[i])
}
