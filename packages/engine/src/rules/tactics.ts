// Tactics that a rule's parameters name. Those of the vocabulary are bits; others (`other:…`) are
// compared as texts.

import type { Incidents } from '../data/incidents.ts'
import { isKnownTactic, makeTacticMask } from '../data/vocabulary.ts'

export type IncidentTest = (incidents: Incidents, row: number) => boolean

export function makeTacticTest(tactics: readonly string[]): IncidentTest {
  const mask = makeTacticMask(tactics)
  const others = new Set(tactics.filter(tactic => !isKnownTactic(tactic)))
  return (incidents, row) => {
    if ((incidents.columns.tactics[row]! & mask) !== 0) return true
    if (others.size === 0) return false
    const { names } = incidents.reports
    return incidents.listOtherTactics(row).some(tactic => others.has(names.getText(tactic)))
  }
}
