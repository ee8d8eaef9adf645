// Places and days of incidents as words for people at a terminal. Pure.

import { areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'

/** A place of an incident as the API shows it. */
export interface PlaceAnswer {
  readonly name?: string | null
  readonly settlementName?: string | null
  readonly admin1?: string | null
  readonly country?: string | null
}

/** From the smallest to the largest. */
export function formatPlace({ name, settlementName, admin1, country }: PlaceAnswer): string {
  const place = settlementName ?? name
  const area = admin1 ? areaName(admin1) : null
  const inArea = area === null || area === admin1 ? admin1 : `${area} (${admin1})`
  return [area === place ? null : place, inArea, admin1 || !country ? null : countryName(country)]
    .filter(Boolean)
    .join(', ')
}

/** One day, or the first and the last. */
export function formatDays({ from, to }: { readonly from: string; readonly to: string }): string {
  return [...new Set([formatDay(from), formatDay(to)])].join(' to ')
}

/** A day if the time is its start or end, as with most; else the time. */
function formatDay(time: string): string {
  return /T(?:00:00:00\.000|23:59:59\.999)Z$/.test(time) ? time.slice(0, 10) : time
}
