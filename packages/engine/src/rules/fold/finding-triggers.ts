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
    let triggers = finding.listTriggers()
    if (triggers.length > triggersMax) {
      triggers = triggers.toSorted((a, b) => fromDay[a]! - fromDay[b]! || a - b)
      rows.add(triggers.reduce((a, b) => (handling[b]! > handling[a]! ? b : a)))
    }
    for (const row of triggers.slice(0, triggersMax)) rows.add(row)
  }
  return [...rows]
}
