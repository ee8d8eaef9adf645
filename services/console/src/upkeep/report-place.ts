// What a place that is pointed at on a map is in the fields of a report, and the other way round.
// Pure.

import { coordinateText, type Pointed } from '../map/pointed-place.ts'
import { readNumber } from './field-table.ts'
import type { ReportDraft } from './report-draft.ts'

type PlaceFields = Pick<ReportDraft, 'lat' | 'lon' | 'radiusKm'>

/** The place that is typed; null if it is none. */
export function pointTyped(draft: PlaceFields): Pointed | null {
  const [lat, lon] = [computeDegrees(draft.lat, 90), computeDegrees(draft.lon, 180)]
  if (lat === null || lon === null) return null
  const km = computeDegrees(draft.radiusKm, 5_000)
  return { lat, lon, km: km !== null && km >= 0 ? km : null }
}

function computeDegrees(text: string, most: number): number | null {
  if (!/^-?\d+([.,]\d+)?$/.test(text.trim())) return null
  const degrees = readNumber(text)
  return Math.abs(degrees) <= most ? degrees : null
}

/** The fields of a point. */
export function readPointFields({ lat, lon }: Pointed, km: number): PlaceFields {
  return { lat: coordinateText(lat, km), lon: coordinateText(lon, km), radiusKm: String(km) }
}

/**
 * What a point removes from the fields: the codes of another area than its own, and a name that was
 * made from them. Both together would be a report that contradicts itself. `area`: the point's
 * area, null: none. `findName`: as `readAreaFields` was given it.
 */
export function withoutOtherArea(
  { place, country, admin1 }: Pick<ReportDraft, 'place' | 'country' | 'admin1'>,
  area: string | null,
  nameOf: (code: string) => string
): Partial<ReportDraft> {
  const code = admin1.trim()
  if (code === '' || code === area) return {}
  const isThere = area !== null && country.trim().toUpperCase() === area.slice(0, 2)
  return {
    admin1: '',
    country: isThere ? country : '',
    place: place.trim() === nameOf(code) ? '' : place
  }
}

/**
 * The fields of an area: its code and its country, no coordinates, which would be a false pin. A
 * name that was typed stays.
 */
export function readAreaFields(
  code: string,
  name: string,
  { place }: Pick<ReportDraft, 'place'>
): Pick<ReportDraft, 'place' | 'country' | 'admin1' | 'lat' | 'lon' | 'radiusKm'> {
  return {
    place: place.trim() === '' ? name : place,
    country: code.slice(0, 2),
    admin1: code,
    lat: '',
    lon: '',
    radiusKm: ''
  }
}
