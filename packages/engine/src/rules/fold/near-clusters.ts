// Near misses of a cluster rule: linked incidents that would be a cluster with one more.

import type { Clusters } from './clusters.ts'

/** Linked rows of which one needs `least` linked ones, itself included, and lacks one. */
export interface NearCluster {
  readonly rows: readonly number[]
  readonly least: number
}

/** Those that an incident of this day could still join. Each row is in one at most. */
export function listNearClusters(
  { rule, incidents, membership, neighbours }: Clusters,
  today: number
): readonly NearCluster[] {
  const { toDay } = incidents.columns
  const firstDay = today - rule.linkDays
  const listed = new Set<number>()
  const near: NearCluster[] = []
  for (const row of membership.listRows()) {
    const least = listed.has(row) || toDay[row]! < firstDay ? 0 : membership.findNearLeast(row)
    if (least === 0) continue
    const rows = [row]
    let isInCluster = false
    neighbours.visitLinked(row, other => {
      rows.push(other)
      isInCluster ||= membership.isCore(other)
    })
    if (isInCluster) continue
    for (const one of rows) listed.add(one)
    near.push({ rows, least })
  }
  return near
}
