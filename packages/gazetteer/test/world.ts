// The world's gazetteer, asked for a place by what is said of it.

import type { Place } from '@tocsin/contracts/theatre/report'
import type { PlaceQuery } from '../src/port.ts'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

export const gazetteer = openWorldGazetteer()

export function resolve(query: Partial<PlaceQuery>): Place {
  return gazetteer.resolve({
    name: null,
    country: null,
    admin1: null,
    lat: null,
    lon: null,
    radiusKm: null,
    ...query
  })
}
