import type { Cluster } from './cluster.ts'

/** The clusters around a row, each with the number of core points that are linked to it. */
export class AdjacentClusters {
  readonly clusters: Cluster[] = []
  readonly coreCounts: number[] = []
  #last = -1

  count(cluster: Cluster): void {
    // Most neighbours are in one cluster.
    if (this.clusters[this.#last] !== cluster) this.#last = this.clusters.indexOf(cluster)
    if (this.#last < 0) {
      this.#last = this.clusters.push(cluster) - 1
      this.coreCounts.push(0)
    }
    this.coreCounts[this.#last]! += 1
  }
}
