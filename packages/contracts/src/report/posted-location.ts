// A place as it is posted: its format and its normal form.

import { local, number, optional, record, text, type ValueOf } from '../format/format.ts'
import { normalizeNameOrNull } from './normal-text.ts'
import { closed, line } from './posted-text.ts'

export const locationFormat = record(
  {
    name: optional(line('the name of a place, at most 200 characters on one line', 200)),
    country: optional(
      text('a country code of ISO 3166-1, two capital letters', { pattern: '^[A-Z]{2}$' })
    ),
    admin1: optional(
      line('a code of ISO 3166-2, such as ML-4, or the name of an area in the stated country', 100)
    ),
    lat: optional(number('a latitude in degrees from -90 to 90', { minimum: -90, maximum: 90 })),
    lon: optional(
      number('a longitude in degrees from -180 to 180', { minimum: -180, maximum: 180 })
    ),
    radiusKm: optional(
      number('a radius of precision in kilometres from 0 to 5000', { minimum: 0, maximum: 5000 })
    )
  },
  {
    ...closed('a place: lat with lon, or a name with a country'),
    dependentRequired: { lat: ['lon'], lon: ['lat'] },
    anyOf: [{ required: ['lat', 'lon'] }, { required: ['name', 'country'] }]
  }
)
export type PostedLocation = ValueOf<typeof locationFormat>
export const location = local('location', locationFormat)

export type LocationInput = ReturnType<typeof normalizeLocation>

export const adminCodePattern = /^[A-Z]{2}-[A-Z0-9]{1,3}$/

/** The normal form of a place. Pure. */
export function normalizeLocation(place: PostedLocation) {
  const { lat = null, lon = null, radiusKm = null } = place
  const admin1 = normalizeNameOrNull(place.admin1)
  const stated = admin1 !== null && adminCodePattern.test(admin1) ? admin1.slice(0, 2) : null
  return {
    name: normalizeNameOrNull(place.name),
    country: place.country ?? stated,
    /** A code of the country, or the name of one of its areas, which the gazetteer resolves. */
    admin1,
    ...{ lat, lon, radiusKm }
  }
}
