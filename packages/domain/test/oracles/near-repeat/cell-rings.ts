// Short lists by grid cell as an immutable value: a change gives another value, since checkpoints
// share old states. Cells are the leaves of a small tree, placed by a hash of their name, so that a
// step copies a few dozen entries however many cells there are. Plain lists, so that snapshots
// store it as it is.

/** Branches of each of the two levels above the leaves. */
const width = 32

type Leaf<T> = readonly (readonly [cell: string, value: T])[]
export type CellRings<T> = readonly (readonly Leaf<T>[])[]

/** The value of a cell; undefined if it has none. */
export function inCell<T>(all: CellRings<T>, cell: string): T | undefined {
  const hash = hashOf(cell)
  const leaf = all[hash % width]?.[Math.floor(hash / width)]
  if (leaf === undefined) return undefined
  for (const [name, value] of leaf) if (name === cell) return value
  return undefined
}

/** The values of all cells, in no particular order. */
export function inAllCells<T>(all: CellRings<T>): readonly T[] {
  return all.flat(2).map(([, value]) => value)
}

/**
 * The tree with another value in one cell. Neighbouring cells of the tree that are no longer of use
 * are removed.
 */
export function withCell<T>(
  all: CellRings<T>,
  cell: string,
  value: T,
  isOfUse: (value: T) => boolean
): CellRings<T> {
  const hash = hashOf(cell)
  const [outer, inner] = [hash % width, Math.floor(hash / width)]
  const branch = all[outer] ?? []
  const others = (branch[inner] ?? []).filter(([name, other]) => name !== cell && isOfUse(other))
  return withAt(all, outer, withAt(branch, inner, [...others, [cell, value]]))
}

/** Only the cells that are of use; the same object if all are. */
export function cellsOfUse<T>(all: CellRings<T>, isOfUse: (value: T) => boolean): CellRings<T> {
  if (
    all.length > 0 &&
    all.every(branch => branch.every(leaf => leaf.every(([, value]) => isOfUse(value))))
  )
    return all
  const kept = all.map(branch => branch.map(leaf => leaf.filter(([, value]) => isOfUse(value))))
  return kept.some(branch => branch.some(leaf => leaf.length > 0)) ? kept : []
}

function withAt<T>(
  list: readonly (readonly T[])[],
  at: number,
  value: readonly T[]
): (readonly T[])[] {
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
