// Areas with their incidents and open alerts. Pure.

import { isOpen, type ShownAlert, type ShownIncident } from '../shown/shown-alert.ts'

export interface AreaCount {
  /** `ML-4`; `ML` for what is known by its country alone. */
  readonly place: string
  readonly incidents: number
  readonly openAlerts: number
}

/**
 * Those with open alerts first, then by incidents. An alert counts in each of its areas. `only`:
 * of these areas alone, the quiet ones too.
 */
export function makeAreaCounts(
  incidents: readonly Pick<ShownIncident, 'place' | 'withdrawn'>[],
  alerts: readonly ShownAlert[],
  only: readonly string[] | null = null
): readonly AreaCount[] {
  const counts = new Map((only ?? []).map(code => [code, { incidents: 0, openAlerts: 0 }]))
  const of = (place: string) => {
    const known = counts.get(place) ?? { incidents: 0, openAlerts: 0 }
    counts.set(place, known)
    return known
  }
  for (const { place, withdrawn } of incidents) {
    const code = place.admin1 ?? place.country
    if (code !== null && !withdrawn) of(code).incidents += 1
  }
  for (const alert of alerts) {
    if (!isOpen(alert) || alert.partOf !== null || alert.drill) continue
    const { admin1, country } = alert.area
    for (const code of admin1.length > 0 ? admin1 : country) of(code).openAlerts += 1
  }
  return [...counts]
    .filter(([place]) => only?.includes(place) ?? true)
    .map(([place, count]) => ({ place, ...count }))
    .sort(
      (a, b) =>
        b.openAlerts - a.openAlerts || b.incidents - a.incidents || (a.place < b.place ? -1 : 1)
    )
}
