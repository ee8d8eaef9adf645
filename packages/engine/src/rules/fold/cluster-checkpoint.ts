// The part of a snapshot with the clusters of days that can no longer change.

import type { Cluster, ClusterGround, EvictedPart } from './cluster.ts'

/** The rows before the cut-off day of a snapshot, and the clusters that they are in. */
export interface ClusterCheckpoint {
  /** For each row: the row, its need, its cluster or -1, and its density of each kind. */
  readonly rows: Int32Array
  /** By cluster: the members beyond retention. */
  readonly evictedParts: readonly (EvictedPart | null)[]
  /** A border point, its cluster, and the number of core points beyond retention that it is linked to. */
  readonly evictedLinks: Int32Array
}

/** What a restore needs of the days before the cut-off: later days are computed again. */
export function exportCheckpoint(ground: ClusterGround, cutOffDay: number): ClusterCheckpoint {
  const { clusters, rows } = ground.membership.exportRows(cutOffDay, ground.incidents)
  const evictedLinks: number[] = []
  for (const [number, cluster] of clusters.entries())
    if (cluster.evictedPart !== null)
      for (const [row, coreCount] of cluster.borders) {
        const evicted = coreCount - countCores(ground, cluster, row)
        if (evicted > 0) evictedLinks.push(row, number, evicted)
      }
  return {
    rows: Int32Array.from(rows),
    evictedParts: clusters.map(({ evictedPart }) => evictedPart),
    evictedLinks: Int32Array.from(evictedLinks)
  }
}

/** Counts the present core points of a cluster that a border point is linked to. */
function countCores(ground: ClusterGround, cluster: Cluster, row: number): number {
  let count = 0
  ground.neighbours.visitLinked(row, other => {
    if (ground.getCluster(other) === cluster) count += 1
  })
  return count
}
