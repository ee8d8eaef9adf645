// Since when somebody has an alert: by its events, of which each carries who had it then. Pure.

import type { ShownAlert, ShownRevision } from '../shown/shown-alert.ts'

/** Who has it, by name; null: nobody. Whose name may not be read is an officer like any other. */
export function findHolder({ assignedTo, acknowledgedBy }: ShownAlert['operator']): string | null {
  return assignedTo ?? acknowledgedBy
}

/**
 * Since when who has it last has had it without a break, ISO 8601: also where it was taken again
 * meanwhile, or assigned to who had taken it. Null: nobody has it, or it was before the events that
 * are known. `omitted`: how many earlier ones are not.
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
