// Which of the places of an incident is in a settlement.

import type { Incidents } from '../data/incidents.ts'

export interface SettlementPlace {
  /** Precision; NaN if unknown. */
  readonly km: number
  readonly flags: number
}

/** The place of an incident that names the settlement. */
export function findPlace(
  { columns, otherPlaces }: Incidents,
  row: number,
  settlement: number
): SettlementPlace | undefined {
  if (columns.settlement[row] === settlement)
    return { km: columns.km[row]!, flags: columns.flags[row]! }
  return otherPlaces.get(row)?.find(place => place.settlement === settlement)
}
