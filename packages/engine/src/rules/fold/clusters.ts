// The clusters of a rule in space and time: connected components of core points, with the border
// points around them, as in DBSCAN. They are a function of the set of incidents: the order in which
// incidents come, change and go has no effect. The cost of a change is linear in the linked
// incidents.
//
// I1  The density of a row counts itself and each linked row, so both sides change together.
// I2  Between two calls a row has a cluster exactly if it is dense: it is a core point.
// I3  Linked core points have one cluster, and a cluster is one connected component.
// I4  `borders` maps each row that is linked to core points of a cluster, and is none itself, to
//     their number.
// I5  A cluster with a changed member is in #changed until `reportChanges`. It is stale if a member
//     that decided its first or last day has gone.
// I6  Of the parts of a split cluster, the one with most core points stays the same object, and so
//     keeps its alert; so does the cluster with most core points when clusters merge. Of equal ones
//     it is that with the lowest row: a restored fold makes the same choice.

import type { Incidents } from '../../data/incidents.ts'
import { never } from '../../data/time.ts'
import { flag } from '../../data/vocabulary.ts'
import type { ClusterRule } from '../cluster-rule.ts'
import type { FindingListener } from '../finding.ts'
import type { SpaceFold } from '../space-fold.ts'
import { Cluster, type ClusterGround, compareTime, type EvictedPart } from './cluster.ts'
import { HotCells } from './hot-cells.ts'
import { Membership, need } from './membership.ts'
import { Neighbours } from './neighbours.ts'
import { findSplitParts } from './split.ts'

const noClusters: readonly Cluster[] = []

export class Clusters implements ClusterGround, SpaceFold {
  readonly rule: ClusterRule
  readonly incidents: Incidents
  readonly neighbours: Neighbours
  readonly membership: Membership<Cluster>
  readonly #listener: FindingListener
  readonly #hotCells: HotCells
  readonly #changed = new Set<Cluster>()

  constructor(incidents: Incidents, rule: ClusterRule, listener: FindingListener) {
    this.incidents = incidents
    this.rule = rule
    this.#listener = listener
    this.neighbours = new Neighbours(incidents, rule)
    this.membership = new Membership<Cluster>(rule)
    this.#hotCells = new HotCells(incidents, this.neighbours, rule.hotCell)
  }

  getCluster(row: number): Cluster | undefined {
    return this.membership.clusters[row]
  }

  isCore(row: number): boolean {
    return this.membership.isCore(row)
  }

  add(row: number): void {
    if (!this.#isIncluded(row)) return
    const { membership } = this
    this.neighbours.add(row)
    this.#enter(row)
    const dense: number[] = []
    const others: number[] = []
    const adjacent = new Map<Cluster, number>()
    this.neighbours.visitLinked(row, (other, kinds, kindsOfOther) => {
      membership.count(row, kinds, 1) // I1
      membership.count(other, kindsOfOther, 1)
      const cluster = this.getCluster(other)
      if (cluster !== undefined) adjacent.set(cluster, (adjacent.get(cluster) ?? 0) + 1)
      else {
        others.push(other)
        if (membership.isDense(other)) dense.push(other)
      }
    })
    const later = this.#hotCells.add(row)
    if (membership.isDense(row)) this.#makeCore(row, [...adjacent.keys()], others)
    else for (const [cluster, coreCount] of adjacent) this.#changeBorder(cluster, row, coreCount)
    for (const core of sortRows(dense)) this.#addCore(core) // I2
    for (const other of sortRows(later)) this.#updateNeed(other)
  }

  #isIncluded(row: number): boolean {
    const { includes, listGroups } = this.rule
    if (!includes(this.incidents, row)) return false
    return listGroups === undefined || listGroups(this.incidents, row).length > 0
  }

  remove(row: number): void {
    const { membership } = this
    if (!membership.has(row)) return
    const own = this.getCluster(row)
    if (own !== undefined) this.#dropCore(row, own)
    const cores: number[] = []
    const sparse: number[] = []
    this.neighbours.visitLinked(row, (other, _, kindsOfOther) => {
      membership.count(other, kindsOfOther, -1) // I1
      const cluster = this.getCluster(other)
      if (cluster === undefined) {
        if (own !== undefined) this.#changeBorder(own, other, -1)
        return
      }
      if (own !== undefined) cores.push(other)
      else if (cluster.deleteBorder(row)) this.#markMember(cluster, row, false)
      if (!membership.isDense(other)) sparse.push(other)
    })
    if (own !== undefined) this.#markMember(own, row, false)
    const later = this.#hotCells.remove(row)
    this.neighbours.remove(row)
    membership.clear(row)
    if (own !== undefined) this.#splitCluster(own, cores) // I3
    for (const other of sortRows(sparse)) this.#removeCore(other) // I2
    for (const other of sortRows(later)) this.#updateNeed(other)
  }

  /** Files a row with what it adds to its own density. */
  #enter(row: number): void {
    const { rule, membership } = this
    membership.setNeed(row, this.#computeNeed(row))
    for (let kind = 0; kind < rule.minPoints.length; kind++)
      membership.setOwn(row, kind, rule.countOwn?.(this.incidents, row, kind) ?? 1)
  }

  #computeNeed(row: number): number {
    if (this.rule.canBeCore?.(this.neighbours.getMark(row)) === false) return need.border
    return this.#hotCells.isHot(row) ? need.hot : need.usual
  }

  /** The cell of a row may have become hot, or be so no more. */
  #updateNeed(row: number): void {
    const needs = this.#computeNeed(row)
    if (needs === this.membership.getNeed(row)) return
    this.membership.setNeed(row, needs)
    const isDense = this.membership.isDense(row) // I2
    const cluster = this.getCluster(row)
    if (isDense && cluster === undefined) this.#addCore(row)
    else if (!isDense && cluster !== undefined) this.#removeCore(row)
    // It may have become a core point on another day.
    else if (cluster !== undefined) this.#markMember(cluster, row, true)
  }

  #addCore(row: number): void {
    const adjacent = new Set<Cluster>()
    const others: number[] = []
    this.neighbours.visitLinked(row, other => {
      const cluster = this.getCluster(other)
      if (cluster === undefined) others.push(other)
      else adjacent.add(cluster)
    })
    this.#makeCore(row, [...adjacent], others)
  }

  /** `others`: linked rows that are no core points. */
  #makeCore(row: number, adjacent: readonly Cluster[], others: readonly number[]): void {
    const into = this.#joinClusters(adjacent, row) // I3
    into.deleteBorder(row)
    // Most clusters have one core point: a list that grows has room for many.
    if (into.cores.length === 0) into.cores = [row]
    else into.cores.push(row)
    this.membership.clusters[row] = into
    this.#markMember(into, row, true)
    for (const other of others) this.#changeBorder(into, other, 1)
  }

  /** Merges clusters into the largest. Without any, returns a new one. */
  #joinClusters(clusters: readonly Cluster[], row: number): Cluster {
    const [first] = clusters
    if (first === undefined) {
      const isDrill = (this.incidents.columns.flags[row]! & flag.drill) !== 0
      return new Cluster(this, isDrill)
    }
    if (clusters.length === 1) return first
    const [into, ...others] = clusters.toSorted((a, b) => compareSize(a.cores, b.cores)) // I6
    for (const from of others) this.#mergeClusters(from, into!)
    return into!
  }

  #mergeClusters(from: Cluster, into: Cluster): void {
    const members = from.listAllMembers()
    for (const core of from.cores) {
      this.membership.clusters[core] = into
      into.cores.push(core)
    }
    for (const [row, coreCount] of from.borders)
      into.setBorder(row, (into.borders.get(row) ?? 0) + coreCount)
    into.absorb(from)
    from.clear()
    for (const row of members) this.#markMember(into, row, true)
    this.#changed.delete(from)
    this.#listener.onMerged(from, into)
  }

  /** Makes a core point a border point. */
  #removeCore(row: number): void {
    const cluster = this.getCluster(row)!
    this.#dropCore(row, cluster)
    const cores: number[] = []
    this.neighbours.visitLinked(row, other => {
      if (this.isCore(other)) cores.push(other)
      else this.#changeBorder(cluster, other, -1)
    })
    cluster.setBorder(row, cores.length) // I4
    this.#markMember(cluster, row, cores.length > 0)
    this.#splitCluster(cluster, cores) // I3
  }

  #dropCore(row: number, { cores }: Cluster): void {
    this.membership.clusters[row] = undefined
    cores.splice(cores.lastIndexOf(row), 1)
  }

  /** `seeds`: core points, at least one in each part. */
  #splitCluster(cluster: Cluster, seeds: readonly number[]): void {
    if (seeds.length < 2) return
    const parts = findSplitParts(seeds, {
      visitNeighbours: (row, visit) =>
        this.neighbours.visitLinked(row, other => {
          if (this.isCore(other)) visit(other)
        }),
      areTwins: (a, b) => this.neighbours.areTwins(a, b)
    })
    if (parts.length === 0) return
    const separated = new Set(parts.flat())
    const rest = cluster.cores.filter(core => !separated.has(core))
    const [largest] = [rest, ...parts].sort(compareSize) // I6
    for (const part of [rest, ...parts]) if (part !== largest) this.#moveCores(cluster, part)
  }

  /** Moves core points, and the border points around them, to a new cluster. */
  #moveCores(from: Cluster, part: readonly number[]): void {
    const into = new Cluster(this, from.isDrill)
    const leaving = new Set(part)
    from.cores = from.cores.filter(core => !leaving.has(core))
    for (const core of part) {
      this.membership.clusters[core] = into
      into.cores.push(core)
      this.#markMember(from, core, false)
      this.#markMember(into, core, true)
    }
    for (const core of part)
      this.neighbours.visitLinked(core, other => {
        if (this.isCore(other)) return
        this.#changeBorder(from, other, -1)
        this.#changeBorder(into, other, 1)
      })
  }

  /** Adds to the number of core points that a border point is linked to. (I4) */
  #changeBorder(cluster: Cluster, row: number, change: number): void {
    const before = cluster.borders.get(row) ?? 0
    cluster.setBorder(row, before + change)
    if (before + change === 0) this.#markMember(cluster, row, false)
    else if (before === 0) this.#markMember(cluster, row, true)
  }

  /** A row has joined or left a cluster, or has changed between core and border point. (I5) */
  #markMember(cluster: Cluster, row: number, isMember: boolean): void {
    const { toDay } = this.incidents.columns
    cluster.markChanged(row, isMember)
    this.#changed.add(cluster)
    if (isMember) this.#widen(cluster, row)
    else if (row === cluster.firstRow || toDay[row] === cluster.lastDay) cluster.isStale = true
  }

  /** Adds a member to the summary of a cluster. */
  #widen(cluster: Cluster, row: number): void {
    const { fromDay, toDay } = this.incidents.columns
    if (fromDay[row]! < cluster.startDay) cluster.startDay = fromDay[row]!
    if (toDay[row]! > cluster.lastDay) cluster.lastDay = toDay[row]!
    const { firstRow } = cluster
    if (firstRow < 0 || compareTime(this.incidents, row, firstRow) < 0) cluster.firstRow = row
  }

  #computeSummary(cluster: Cluster): void {
    cluster.isStale = false
    cluster.startDay = cluster.evictedPart?.startDay ?? never
    cluster.lastDay = 0
    cluster.firstRow = -1
    for (const row of cluster.listAllMembers()) this.#widen(cluster, row)
  }

  /** Reports the clusters that the record has changed. (I5) */
  reportChanges(): void {
    if (this.#changed.size === 0) return
    for (const cluster of this.#changed) this.#report(cluster)
    this.#changed.clear()
  }

  /** The same for one of them; false if there is none. */
  reportOne(): boolean {
    for (const cluster of this.#changed) {
      this.#report(cluster)
      return this.#changed.delete(cluster)
    }
    return false
  }

  /** Its rule is gone: a timer that is set has no effect. Returns what it had found. */
  clear(): readonly Cluster[] {
    const found = [...this.listClusters()].filter(cluster => cluster.isFound)
    for (const cluster of this.listClusters()) cluster.clear()
    return found
  }

  #report(cluster: Cluster): void {
    if (cluster.isStale) this.#computeSummary(cluster)
    if (!cluster.assess()) {
      this.#listener.onVanished(cluster)
      return
    }
    const { today, watermarkDay } = this.#listener
    cluster.setTime(today, watermarkDay)
    this.#listener.onChanged(cluster)
    this.#scheduleTimers(cluster)
  }

  #scheduleTimers(cluster: Cluster): void {
    const endTimerDay = cluster.computeLastDay() + 1
    if (cluster.endDay === never && endTimerDay !== cluster.endTimerDay) {
      cluster.endTimerDay = endTimerDay
      this.#listener.scheduleTimer(cluster, endTimerDay, 'ticks')
    }
    // The watermark may pass the day of an absence when the cluster has ended.
    const { absenceDay } = cluster
    if (absenceDay === cluster.absenceTimerDay) return
    cluster.absenceTimerDay = absenceDay
    if (absenceDay > this.#listener.watermarkDay && absenceDay !== never)
      this.#listener.scheduleTimer(cluster, absenceDay, 'watermark')
  }

  /** Time may have ended the cluster, or raised its level. */
  onTimer(cluster: Cluster): void {
    if (cluster.cores.length === 0) return
    const { today, watermarkDay } = this.#listener
    if (today >= cluster.endTimerDay || watermarkDay >= cluster.absenceTimerDay)
      this.#report(cluster)
  }

  *listFindings(): Generator<Cluster> {
    for (const cluster of this.listClusters()) if (cluster.isFound) yield cluster
  }

  findFinding(core: number): Cluster | null {
    return this.getCluster(core) ?? null
  }

  listClusters(): Set<Cluster> {
    return new Set(this.membership.clusters.filter(cluster => cluster !== undefined))
  }

  /** Removes rows that can no longer change. Their clusters remember what they were. */
  evict(rows: readonly number[]): void {
    const byBorder = this.#mapBorders()
    for (const row of rows) {
      if (!this.membership.has(row)) continue
      const cluster = this.getCluster(row)
      if (cluster !== undefined) this.#evictCore(cluster, row)
      else for (const one of byBorder.get(row) ?? noClusters) this.#evictBorder(one, row)
      this.neighbours.remove(row)
      this.membership.clear(row)
    }
  }

  /** The clusters of each border point. To search them around each row would cost more. */
  #mapBorders(): ReadonlyMap<number, readonly Cluster[]> {
    const byBorder = new Map<number, Cluster[]>()
    for (const cluster of this.listClusters())
      for (const row of cluster.borders.keys()) {
        const clusters = byBorder.get(row)
        if (clusters === undefined) byBorder.set(row, [cluster])
        else clusters.push(cluster)
      }
    return byBorder
  }

  #evictCore(cluster: Cluster, row: number): void {
    this.#evictMember(cluster)
    cluster.cores.splice(cluster.cores.indexOf(row), 1)
    if (cluster.cores.length > 0) return
    this.#changed.delete(cluster)
    this.#listener.onEvicted(cluster)
  }

  #evictMember(cluster: Cluster): void {
    cluster.addEvicted()
    this.#changed.add(cluster)
  }

  #evictBorder(cluster: Cluster, row: number): void {
    if (cluster.cores.length === 0) return
    this.#evictMember(cluster)
    cluster.deleteBorder(row)
  }

  /** Forgets the past of cells before a day. */
  evictBefore(day: number): void {
    this.#hotCells.evictBefore(day)
  }

  exportCheckpoint(cutOffDay: number): ClusterCheckpoint {
    return exportCheckpoint(this, cutOffDay)
  }

  /** Restores the index of a snapshot: rows of the checkpoint as they were, all others as added. */
  loadCheckpoint(incidents: readonly number[], checkpoint: ClusterCheckpoint): void {
    const rows = incidents.filter(row => this.#isIncluded(row))
    for (const row of rows) {
      this.neighbours.add(row)
      this.#hotCells.add(row)
    }
    const loaded = new Map(this.membership.loadRows(checkpoint.rows))
    const later = rows.filter(row => !loaded.has(row))
    for (const row of later) this.#enter(row)
    for (const row of later)
      this.neighbours.visitLinked(row, (_, kinds) => this.membership.count(row, kinds, 1))
    this.#restoreClusters(loaded, checkpoint)
    for (const row of later) if (this.membership.isDense(row)) this.#addCore(row)
  }

  #restoreClusters(loaded: ReadonlyMap<number, number>, checkpoint: ClusterCheckpoint): void {
    const { evictedParts, evictedLinks } = checkpoint
    const clusters: Cluster[] = []
    for (const [row, number] of loaded) {
      if (number < 0) continue
      const cluster = clusters[number] ?? this.#joinClusters([], row)
      clusters[number] = cluster
      cluster.evictedPart = evictedParts[number] ?? null
      cluster.isStale = true
      cluster.cores.push(row)
      this.membership.clusters[row] = cluster
      this.#markMember(cluster, row, true)
    }
    for (const row of loaded.keys()) {
      const cluster = this.getCluster(row)
      if (cluster === undefined) continue
      this.neighbours.visitLinked(row, other => {
        if (!this.isCore(other)) this.#changeBorder(cluster, other, 1)
      })
    }
    for (let at = 0; at < evictedLinks.length; at += 3) {
      const cluster = clusters[evictedLinks[at + 1]!]!
      const row = evictedLinks[at]!
      cluster.setBorder(row, (cluster.borders.get(row) ?? 0) + evictedLinks[at + 2]!)
      this.#markMember(cluster, row, true)
    }
  }
}

/** The longest list of rows comes first; of equally long ones that with the lowest row. */
function compareSize(a: readonly number[], b: readonly number[]): number {
  return b.length - a.length || Math.min(...a) - Math.min(...b)
}

/** In an order that does not depend on the index: a restored fold has another one. */
function sortRows(rows: readonly number[]): readonly number[] {
  return rows.length > 1 ? rows.toSorted((a, b) => a - b) : rows
}

/** The rows before the cut-off day of a snapshot, and the clusters that they are in. */
interface ClusterCheckpoint {
  /** For each row: the row, its need, its cluster or -1, and its density of each kind. */
  readonly rows: Int32Array
  /** By cluster: the members beyond retention. */
  readonly evictedParts: readonly (EvictedPart | null)[]
  /** A border point, its cluster, and the number of core points beyond retention that it is linked to. */
  readonly evictedLinks: Int32Array
}

/** What a restore needs of the days before the cut-off: later days are computed again. */
function exportCheckpoint(ground: ClusterGround, cutOffDay: number): ClusterCheckpoint {
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
