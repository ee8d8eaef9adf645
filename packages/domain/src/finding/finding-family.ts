// Which findings and alerts can be matched with each other: those of one rule and, where its
// pattern tells each handling its own, of one layer. So no alert depends on one that its readers
// may not see.

import { type Handling, handlings } from '../report/handling.ts'
import type { Finding } from './finding.ts'
import type { FindingChange } from './finding-continuity.ts'

/** The name of a finding's family among those of all rules. */
export function familyOf(ruleId: string, layer: Handling | undefined): string {
  return layer === undefined ? ruleId : `${ruleId}|${layer}`
}

/** The part of a change that concerns one layer; undefined: the pattern has none. */
export interface LayerChange extends FindingChange {
  readonly layer: Handling | undefined
}

/** A change by layers, the most open first. */
export function byLayer(change: FindingChange): readonly LayerChange[] {
  const { removed, added } = change
  const [first] = removed.length === 0 ? added : removed
  const layer = first?.layer
  const isOfFirst = (finding: Finding) => finding.layer === layer
  if (removed.every(isOfFirst) && added.every(isOfFirst)) return [{ layer, removed, added }]
  return [undefined, ...handlings].flatMap(level => {
    const isOfLevel = (finding: Finding) => finding.layer === level
    const [gone, come] = [removed.filter(isOfLevel), added.filter(isOfLevel)]
    return gone.length + come.length === 0 ? [] : [{ layer: level, removed: gone, added: come }]
  })
}
