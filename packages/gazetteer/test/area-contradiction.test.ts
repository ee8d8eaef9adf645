// Coordinates far outside the stated area, and similar ones that are not.

import { describe, expect, it } from 'vitest'
import type { PlaceQuery } from '../src/port.ts'
import { resolve } from './world.ts'

const contradicts = (admin1: string, lat: number, lon: number, more: Partial<PlaceQuery> = {}) =>
  resolve({ country: admin1.slice(0, 2), admin1, lat, lon, radiusKm: 1, ...more }).contradiction ===
  'admin1'

describe('coordinates that contradict their area', () => {
  it('are kept beside it, with everything else that is known of them', () => {
    // Dioura is in Mopti; Kayes is 700 km away.
    expect(
      resolve({ name: 'Dioura', country: 'ML', admin1: 'ML-1', lat: 14.8252, lon: -5.2547 })
    ).toMatchObject({
      contradiction: 'admin1',
      country: 'ML',
      admin1: 'ML-1',
      statedAdmin1: 'ML-1',
      foundAdmin1: 'ML-5',
      lat: 14.8252,
      lon: -5.2547,
      resolution: 'stated'
    })
  })

  it('are beyond the tolerance plus their stated precision', () => {
    // Some 100 km from the area of Ségou.
    expect(contradicts('ML-4', 14.5, -4.2)).toBe(true)
    expect(contradicts('ML-4', 14.5, -4.2, { radiusKm: 150 })).toBe(false)
  })
})

describe('coordinates that contradict no area', () => {
  it('are in another country than the area: then the country is contradicted', () => {
    expect(resolve({ country: 'ML', admin1: 'ML-4', lat: 48.8566, lon: 2.3522 })).toMatchObject({
      contradiction: 'country'
    })
  })
})
