// Since when somebody has an alert: by its events, each with the owner at that time. Pure.

import type { ShownAlert, ShownRevision } from '../shown/shown-alert.ts'

/** The owner's name; null: unassigned. An owner with a hidden name counts as any other officer. */
export function findHolder({ assignedTo, acknowledgedBy }: ShownAlert['operator']): string | null {
  return assignedTo ?? acknowledgedBy
}

/**
 * Since when the last owner has had it without a break, ISO 8601: also if they took it again
 * meanwhile, or were assigned what they had taken. Null: unassigned, or it was before the known
 * events. `omitted`: how many earlier ones are unknown.
 */
export function computeTakenSince(
  revisions: readonly {
    readonly time: string
    readonly data: Pick<ShownRevision['data'], 'operator'>
  }[],
  omitted: number
): string | null {
  const last = revisions.at(-1)
  const holder = last === undefined ? null : findHolder(last.data.operator)
  if (holder === null) return null
  const other = revisions.findLastIndex(({ data }) => findHolder(data.operator) !== holder)
  if (other < 0 && omitted > 0) return null
  return revisions[other + 1]?.time ?? null
}
