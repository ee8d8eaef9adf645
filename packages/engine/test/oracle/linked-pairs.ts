// Links the incidents of a cluster rule by trying all pairs, and finds what is connected.

import type { Incidents } from '../../src/data/incidents.ts'
import { flag } from '../../src/data/vocabulary.ts'
import { type ClusterRule, notLinked } from '../../src/rules/cluster-rule.ts'

export interface Node {
  readonly row: number
  readonly mark: number
  readonly sites: readonly number[]
  readonly keys: readonly number[]
  /** Linked nodes, with the kinds of density that they add. */
  readonly links: Map<Node, number>
}

export function linkAllPairs(
  rule: ClusterRule,
  incidents: Incidents,
  rows: readonly number[]
): Node[] {
  const { fromDay, toDay, flags, site, km } = incidents.columns
  const listGroups = (row: number) => rule.listGroups?.(incidents, row) ?? [0]
  const isIncluded = (row: number) => rule.includes(incidents, row) && listGroups(row).length > 0
  const nodes = rows.filter(isIncluded).map(makeNode)
  for (const a of nodes) for (const b of nodes) if (a !== b) link(a, b)
  return nodes

  function makeNode(row: number): Node {
    const maxKm = rule.getPointKm?.(incidents, row) ?? rule.linkKm
    const main = { site: site[row]!, km: km[row]! }
    const places = [main, ...(incidents.otherPlaces.get(row) ?? [])]
    const precise = places.filter(place => place.site >= 0 && place.km <= maxKm)
    const keys: number[] = []
    rule.listKeys?.(incidents, row, keys)
    const mark = rule.getMark?.(incidents, row) ?? 0
    return { row, mark, sites: precise.map(place => place.site), keys, links: new Map() }
  }

  function link(a: Node, b: Node): void {
    if (((flags[a.row]! ^ flags[b.row]!) & flag.drill) !== 0) return
    const groups = listGroups(b.row)
    if (!listGroups(a.row).some(group => groups.includes(group))) return
    const daysApart = Math.max(0, fromDay[b.row]! - toDay[a.row]!, fromDay[a.row]! - toDay[b.row]!)
    const areNear = (x: number, y: number) => incidents.sites.computeKm(x, y) <= rule.linkKm
    const reasons: number[] = []
    if (daysApart <= rule.linkDays && a.sites.some(x => b.sites.some(y => areNear(x, y))))
      reasons.push(-1)
    const common = a.keys.filter(key => b.keys.includes(key))
    reasons.push(...common.filter(key => daysApart <= rule.getKeyLinkDays!(key)))
    for (const key of reasons) {
      const pair = { incidents, a: a.row, b: b.row, daysApart, key, markA: a.mark, markB: b.mark }
      const kinds = rule.getLink?.(pair) ?? 1
      if (kinds !== notLinked && !a.links.has(b)) a.links.set(b, kinds)
    }
  }
}

export function findComponents(cores: ReadonlySet<Node>): Node[][] {
  const done = new Set<Node>()
  return [...cores].flatMap(first => {
    const component = done.has(first) ? [] : [first]
    for (const core of component) {
      done.add(core)
      for (const other of core.links.keys())
        if (cores.has(other) && !component.includes(other)) component.push(other)
    }
    return component.length === 0 ? [] : [component]
  })
}
