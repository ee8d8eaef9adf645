// Finds the clusters of a rule from all pairs of incidents, without an index and without state: slow,
// and short enough to be checked by reading. It shares only the law of the rule with the engine.

import type { Incidents } from '../../src/data/incidents.ts'
import { never } from '../../src/data/time.ts'
import { flag } from '../../src/data/vocabulary.ts'
import { type ClusterRule, historySizeMax } from '../../src/rules/cluster-rule.ts'
import type { FoundFinding } from '../support/format-finding.ts'
import { findComponents, linkAllPairs, type Node } from './linked-pairs.ts'

export function findClusters(
  rule: ClusterRule,
  incidents: Incidents,
  rows: readonly number[],
  { today, watermarkDay }: { readonly today: number; readonly watermarkDay: number }
): FoundFinding[] {
  const { fromDay, toDay, flags, minute } = incidents.columns
  const nodes = linkAllPairs(rule, incidents, rows)
  const cores = new Set(nodes.filter(node => isCore(node, nodes)))
  return findComponents(cores).flatMap(component => {
    const linked = component
      .flatMap(core => [...core.links.keys()])
      .filter(node => !cores.has(node))
    const all = [...new Set([...component, ...linked])].sort(compareTime)
    const startDay = fromDay[all[0]!.row]!
    const lastDay = Math.max(...all.map(({ row }) => toDay[row]!))
    const untilDay = startDay + (rule.maxDays ?? never)
    const counted = all.filter(({ row }) => fromDay[row]! <= untilDay)
    const nodeByRow = new Map(all.map(node => [node.row, node]))
    const view = {
      incidents,
      size: counted.length,
      startDay,
      lastDay,
      firstRow: all[0]!.row,
      listMembers: () => counted.map(({ row }) => row),
      listByTime: () => counted.map(({ row }) => row),
      isDenseIn: (row: number, kind: number) => isDense(nodeByRow.get(row)!, nodes, kind),
      listGroups: (row: number) => rule.listGroups?.(incidents, row) ?? [],
      getMark: (row: number) => nodeByRow.get(row)!.mark,
      getMemberDay: (nth: number) => fromDay[counted[nth - 1]!.row]!,
      findEntryDay: () => replay(counted).entryDay,
      findMergeDays: () => replay(counted).mergeDays
    }
    const found = rule.assess(view)
    if (found === null) return []
    const members = found.rows ?? view.listMembers()
    const firstDay = Math.min(...members.map(row => fromDay[row]!))
    const quietDay =
      Math.max(...(found.rows ?? all.map(({ row }) => row)).map(row => toDay[row]!)) +
      rule.quietDays
    const { levelDays, absenceDay = never, overDay = quietDay } = found
    const lastOpenDay = Math.min(overDay, untilDay)
    const endDay = lastOpenDay < today ? lastOpenDay : never
    const isAbsent = absenceDay <= watermarkDay && absenceDay < endDay
    const levels = isAbsent ? [...levelDays, absenceDay].sort((a, b) => a - b) : levelDays
    const usual = { value: view.size, threshold: rule.minPoints[0]!, baseline: null }
    return {
      rule: rule.id,
      pattern: rule.pattern,
      group: rule.readGroup(view, found),
      isDrill: (flags[view.firstRow]! & flag.drill) !== 0,
      startDay: firstDay,
      endDay,
      levels,
      measure: rule.measure?.(view, found) ?? usual,
      certainty: rule.computeCertainty?.(view, found) ?? null,
      facts: {
        ...rule.listFacts?.(view, found),
        ...(found.levelKinds ? { levelKinds: found.levelKinds } : {})
      },
      rows: members
    }
  })

  function isCore(node: Node, among: readonly Node[]): boolean {
    return rule.minPoints.some((_, kind) => isDense(node, among, kind))
  }

  function isDense(node: Node, among: readonly Node[], kind: number): boolean {
    if (rule.canBeCore?.(node.mark) === false) return false
    const own = rule.countOwn?.(incidents, node.row, kind) ?? 1
    const linked = among.filter(other => ((node.links.get(other) ?? 0) & (1 << kind)) !== 0)
    return own + linked.length >= (isHot(node) ? rule.hotCell!.minPoints : rule.minPoints[kind]!)
  }

  function isHot(node: Node): boolean {
    if (rule.hotCell === undefined) return false
    const { gapDays, pastDays, getHotCount } = rule.hotCell
    const until = fromDay[node.row]! - gapDays
    const isPast = ({ row }: Node) => fromDay[row]! < until && fromDay[row]! >= until - pastDays
    const past = nodes.filter(other => isPast(other) && findCell(other) === findCell(node))
    return past.length >= getHotCount(incidents, node.row)
  }

  function findCell({ sites: [first = 0] }: Node): string {
    const { lat, lon } = incidents.sites
    return `${Math.floor(lat[first]! / 0.2)} ${Math.floor(lon[first]! / 0.2)}`
  }

  /** The first members as they were at the end of each day. */
  function replay(members: readonly Node[]) {
    const days = [...new Set(members.map(({ row }) => fromDay[row]!))]
    const mergeDays: number[] = []
    let [entryDay, before]: [number, Node[][]] = [0, []]
    for (const day of days) {
      const known = members.filter(({ row }) => fromDay[row]! <= day)
      if (known.length > historySizeMax) break
      const components = findComponents(new Set(known.filter(node => isCore(node, known))))
      if (components.length > 0) entryDay ||= day
      for (const component of components)
        for (const _ of before.filter(([core]) => component.includes(core!)).slice(1))
          mergeDays.push(day)
      before = components
    }
    return { entryDay: entryDay || days[0]!, mergeDays }
  }

  function compareTime({ row: a }: Node, { row: b }: Node): number {
    const order = fromDay[a]! - fromDay[b]! || minute[a]! - minute[b]!
    return order || (incidents.reports.ids[a]! < incidents.reports.ids[b]! ? -1 : 1)
  }
}
