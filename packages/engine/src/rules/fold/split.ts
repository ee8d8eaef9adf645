// Finds the parts of a cluster that are no longer connected. One search starts at each seed; all
// take steps in turn, and those that meet go on as one. They stop when one is left, so the largest
// part is hardly ever searched to its end.

interface Search {
  /** Rows with known neighbours, and rows that wait for a search. */
  readonly done: number[]
  readonly waiting: number[]
  joined: Search | null
}

export interface Graph {
  visitNeighbours(row: number, visit: (other: number) => void): void
  /** True if two rows have the same further neighbours. */
  areTwins(a: number, b: number): boolean
}

/** Lists the rows of each part but one. That one was searched least, and may be of any size. */
export function findSplitParts(seeds: readonly number[], graph: Graph): number[][] {
  if (areLinkedToFirst(seeds, graph)) return []
  const searchByRow = new Map<number, Search>()
  const meet = (row: number, search: Search) => {
    const known = searchByRow.get(row)
    if (known !== undefined) {
      joinSearches(findRoot(known), findRoot(search))
      return
    }
    searchByRow.set(row, search)
    search.waiting.push(row)
  }
  let active = seeds.map((seed): Search => {
    const search: Search = { done: [], waiting: [seed], joined: null }
    searchByRow.set(seed, search)
    return search
  })
  const parts: number[][] = []
  while (active.length > 1) {
    for (const search of active) {
      if (search.joined !== null) continue
      const row = search.waiting.pop()
      if (row === undefined) {
        parts.push(search.done)
        continue
      }
      const last = search.done.at(-1)
      search.done.push(row)
      if (last !== undefined && graph.areTwins(last, row)) continue
      graph.visitNeighbours(row, other => meet(other, findRoot(search)))
    }
    active = active.filter(search => search.joined === null && !parts.includes(search.done))
  }
  return parts
}

/** The usual case in a crowd: the first seed alone connects all others. */
function areLinkedToFirst(seeds: readonly number[], graph: Graph): boolean {
  const missing = new Set(seeds)
  missing.delete(seeds[0]!)
  graph.visitNeighbours(seeds[0]!, other => missing.delete(other))
  return missing.size === 0
}

function joinSearches(a: Search, b: Search): void {
  if (a === b) return
  const [from, into] =
    a.done.length + a.waiting.length < b.done.length + b.waiting.length ? [a, b] : [b, a]
  from.joined = into
  for (const row of from.done) into.done.push(row)
  for (const row of from.waiting) into.waiting.push(row)
}

function findRoot(search: Search): Search {
  let root = search
  while (root.joined !== null) root = root.joined
  return root
}
