// Times by grid cell as an immutable value: an addition gives another value, since checkpoints
// share old states. Cells are the leaves of a small tree, placed by a hash of their name, so that a
// step copies a few dozen entries however many cells there are. Plain lists, so that snapshots
// store it as it is.

/** Branches of each of the two levels above the leaves. */
const width = 32

/** Two numbers for each moment: the moment, and how many times. */
type Runs = readonly number[]
type Leaf = readonly (readonly [cell: string, runs: Runs])[]
export type CellTimes = readonly (readonly Leaf[])[]

export const noCellTimes: CellTimes = []

const noRuns: Runs = []

/** Number of times in a cell after `afterMs` up to `untilMs`. */
export function countIn(all: CellTimes, cell: string, afterMs: number, untilMs: number): number {
  const runs = runsIn(all, cell)
  let count = 0
  for (let i = 0; i < runs.length; i += 2) {
    const ms = runs[i] as number
    if (ms > afterMs && ms <= untilMs) count += runs[i + 1] as number
  }
  return count
}

function runsIn(all: CellTimes, cell: string): Runs {
  const hash = hashOf(cell)
  const leaf = all[hash % width]?.[Math.floor(hash / width)]
  if (leaf !== undefined) for (const [name, runs] of leaf) if (name === cell) return runs
  return noRuns
}

/**
 * The value with one more time. From the neighbouring cells of the tree, times at or before
 * `forgottenMs` and empty cells are removed.
 */
export function withTime(
  all: CellTimes,
  cell: string,
  atMs: number,
  forgottenMs: number
): CellTimes {
  const hash = hashOf(cell)
  const [outer, inner] = [hash % width, Math.floor(hash / width)]
  const branch = all[outer] ?? []
  const kept: [string, Runs][] = []
  for (const [name, runs] of branch[inner] ?? []) {
    if (name === cell || (runs.at(-2) as number) <= forgottenMs) continue
    kept.push([name, runs])
  }
  kept.push([cell, withRun(young(runsIn(all, cell), forgottenMs), atMs)])
  return withAt(all, outer, withAt(branch, inner, kept))
}

/** Without times at or before a moment. */
function young(runs: Runs, forgottenMs: number): Runs {
  // In order of the fold: if the first is young, all are.
  if ((runs[0] ?? Number.POSITIVE_INFINITY) > forgottenMs) return runs
  return runs.filter((_, i) => (runs[i - (i % 2)] as number) > forgottenMs)
}

/** A village's day with hundreds of attacks is one moment. */
function withRun(runs: Runs, atMs: number): Runs {
  return runs.at(-2) === atMs ? runs.with(-1, (runs.at(-1) as number) + 1) : [...runs, atMs, 1]
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
