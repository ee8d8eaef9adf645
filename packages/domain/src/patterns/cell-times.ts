// Times by grid cell, as a value: adding one gives another and leaves the first as it was, for checkpoints keep old states. Cells lie in a small tree by
// a hash of their name, so that a step copies some dozens of entries however many cells there are. Plain lists: it goes into snapshots as it is.

/** Branches of each of the two levels above the leaves. */
const width = 32

type Leaf = readonly (readonly [cell: string, times: readonly number[]])[]
export type CellTimes = readonly (readonly Leaf[])[]

export const noCellTimes: CellTimes = []

const noTimes: readonly number[] = []

/** The times of a cell, in the order in which they were added. */
export function timesIn(all: CellTimes, cell: string): readonly number[] {
  const hash = hashOf(cell)
  const leaf = all[hash % width]?.[Math.floor(hash / width)]
  if (leaf !== undefined) for (const [name, times] of leaf) if (name === cell) return times
  return noTimes
}

/** The same with one more time. Times at or before `forgottenMs` go from the cells that lie beside it in the tree, and cells without any go too. */
export function withTime(all: CellTimes, cell: string, atMs: number, forgottenMs: number): CellTimes {
  const hash = hashOf(cell)
  const [outer, inner] = [hash % width, Math.floor(hash / width)]
  const branch = all[outer] ?? []
  const kept: [string, readonly number[]][] = []
  for (const [name, times] of branch[inner] ?? []) {
    if (name === cell || (times.at(-1) as number) <= forgottenMs) continue
    kept.push([name, times])
  }
  const times = timesIn(all, cell)
  // In the order of the fold, so that the first tells of all.
  const mine = (times[0] ?? atMs) > forgottenMs ? times : times.filter(ms => ms > forgottenMs)
  kept.push([cell, [...mine, atMs]])
  return withAt(all, outer, withAt(branch, inner, kept))
}

function withAt<T>(list: readonly (readonly T[])[], at: number, value: readonly T[]): (readonly T[])[] {
  const copy = list.slice()
  while (copy.length < at) copy.push([])
  copy[at] = value
  return copy
}

/** FNV-1a, 10 bits of it. */
function hashOf(cell: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < cell.length; i++) hash = Math.imul(hash ^ cell.charCodeAt(i), 0x01000193)
  return (hash >>> 8) % (width * width)
}
