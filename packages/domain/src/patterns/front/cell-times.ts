// Times by grid cell, as a value: adding one gives another and leaves the first as it was, for checkpoints keep old states. Cells lie in a small tree by
// a hash of their name, so that a step copies some dozens of entries however many cells there are. Plain lists: it goes into snapshots as it is.

/** Branches of each of the two levels above the leaves. */
const width = 32

/** Two numbers for each moment at which something came: the moment, and how many times. */
type Runs = readonly number[]
type Leaf = readonly (readonly [cell: string, runs: Runs])[]
export type CellTimes = readonly (readonly Leaf[])[]

export const noCellTimes: CellTimes = []

const noRuns: Runs = []

/** How many times of a cell lie after a moment and not after another. */
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

/** The same with one more time. Times at or before `forgottenMs` go from the cells that lie beside it in the tree, and cells without any go too. */
export function withTime(all: CellTimes, cell: string, atMs: number, forgottenMs: number): CellTimes {
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
  // In the order of the fold, so that the first tells of all.
  if ((runs[0] ?? Number.POSITIVE_INFINITY) > forgottenMs) return runs
  return runs.filter((_, i) => (runs[i - (i % 2)] as number) > forgottenMs)
}

/** A village's day of hundreds is one moment. */
function withRun(runs: Runs, atMs: number): Runs {
  return runs.at(-2) === atMs ? runs.with(-1, (runs.at(-1) as number) + 1) : [...runs, atMs, 1]
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
