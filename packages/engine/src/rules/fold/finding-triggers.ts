// The incidents that a finding over findings names.

import type { Incidents } from '../../data/incidents.ts'
import type { Finding } from '../finding.ts'

/** Incidents named of each finding. */
const triggersMax = 50

/** Of each finding the first triggers, and the strictest one, which decides who may read it. */
export function pickTriggers(
  { columns }: Incidents,
  findings: Iterable<Pick<Finding, 'listTriggers'>>
): readonly number[] {
  const { fromDay, handling } = columns
  const rows = new Set<number>()
  for (const finding of findings) {
    const triggers = [...finding.listTriggers()].sort((a, b) => fromDay[a]! - fromDay[b]! || a - b)
    for (const row of triggers.slice(0, triggersMax)) rows.add(row)
    const [first] = triggers
    if (first !== undefined)
      rows.add(triggers.reduce((a, b) => (handling[b]! > handling[a]! ? b : a), first))
  }
  return [...rows]
}
