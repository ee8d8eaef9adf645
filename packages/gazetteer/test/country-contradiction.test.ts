// Coordinates that contradict the stated country, and similar ones that do not.

import { describe, expect, it } from 'vitest'
import type { PlaceQuery } from '../src/port.ts'
import { gazetteer, resolve } from './world.ts'

const contradicts = (country: string, lat: number, lon: number, more: Partial<PlaceQuery> = {}) =>
  resolve({ country, lat, lon, radiusKm: 1, ...more }).contradiction === 'country'

describe('coordinates that contradict their country', () => {
  it('are kept as stated, with the country, and are in no area and no settlement', () => {
    const place = resolve({
      name: 'Bamako',
      country: 'ML',
      admin1: 'ML-BKO',
      lat: 48.8566,
      lon: 2.3522
    })
    expect(place).toMatchObject({
      contradiction: 'country',
      country: 'ML',
      lat: 48.8566,
      lon: 2.3522,
      statedAdmin1: 'ML-BKO',
      foundAdmin1: 'FR-75C',
      admin1: null,
      settlement: null,
      settlementName: null,
      resolution: 'stated'
    })
    expect(place).not.toHaveProperty('neighbours')
  })

  it('are beyond the tolerance plus their stated precision', () => {
    // 100 km and more from Mali.
    expect(contradicts('ML', 13.2, -1.6)).toBe(true)
    expect(contradicts('ML', 13.2, -1.6, { radiusKm: 150 })).toBe(false)
  })
})

describe('coordinates that contradict no country', () => {
  it('are in it, or state none', () => {
    expect(contradicts('ML', 14.8252, -5.2547)).toBe(false)
    expect(resolve({ lat: 48.8566, lon: 2.3522 })).not.toHaveProperty('contradiction')
  })

  it('are in land that it claims, or that is listed separately', () => {
    for (const [country, lat, lon] of [
      ['UA', 44.95, 34.1],
      ['RU', 44.95, 34.1],
      ['MA', 24.5, -13.5],
      ['EH', 27.15, -13.2],
      ['RS', 42.66, 21.16],
      ['IN', 34.1, 74.8],
      ['PK', 34.1, 74.8],
      ['SO', 9.56, 44.06],
      ['IL', 31.9, 35.2],
      ['SD', 4.85, 31.6],
      ['ET', 15.33, 38.93],
      ['ID', -8.56, 125.57],
      ['FR', -21.1, 55.5],
      ['FR', 4.92, -52.3],
      ['US', 18.4, -66.1]
    ] as const)
      expect([country, lat, lon, contradicts(country, lat, lon)]).toEqual([
        country,
        lat,
        lon,
        false
      ])
  })

  it('are those of every settlement with its own country', () => {
    const { settlements } = gazetteer
    const wrong: string[] = []
    // Every thirtieth of the world; a settlement is in its country by definition.
    for (let row = 0; row < settlements.size; row += 30) {
      const { lat, lon } = settlements.getSettlement(row)
      if (contradicts(settlements.getCountry(row), lat, lon))
        wrong.push(settlements.getSettlement(row).id)
    }
    expect(wrong).toEqual([])
  })
})
