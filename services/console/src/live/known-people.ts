// The people that an alert can be assigned to, as known to this page: a name is free text, and a
// typo reaches no one. Pure.

import type { Watch } from '../shown/answers.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'

/** The reader, who acted on these alerts, and who is or was on shift. O(alerts). */
export function knownPeople(
  reader: string | null,
  alerts: Iterable<ShownAlert>,
  watches: readonly Watch[]
): readonly string[] {
  const names = new Set<string>()
  const add = (name: string | null | undefined) => {
    if (name) names.add(name)
  }
  add(reader)
  for (const { operator, action } of alerts) {
    add(operator.acknowledgedBy)
    add(action?.by)
  }
  for (const { shifts, onWatch } of watches)
    for (const { officer } of [...shifts, ...onWatch]) add(officer)
  return [...names].sort()
}

/** Whether somebody typed a name that no one has. */
export function isUnknownName(typed: string, names: readonly string[]): boolean {
  return typed.trim() !== '' && !names.includes(typed.trim())
}
