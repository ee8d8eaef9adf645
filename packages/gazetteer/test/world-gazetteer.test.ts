import { readFileSync } from 'node:fs'
import type { Place } from '@tocsin/contracts/theatre/report'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bareRadiusMinKm } from '../src/coordinate-precision.ts'
import { gazetteer, resolve } from './world.ts'

const table = readFileSync(
  new URL('../build/tables/sahel-settlements.tsv', import.meta.url),
  'utf8'
)

describe('a name with coordinates', () => {
  it('denotes the known settlement of that name there', () => {
    expect(
      resolve({
        name: 'Dioura',
        country: 'ML',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547,
        radiusKm: 2
      })
    ).toEqual({
      name: 'Dioura',
      country: 'ML',
      admin1: 'ML-5',
      statedAdmin1: 'ML-5',
      foundAdmin1: 'ML-5',
      lat: 14.8252,
      lon: -5.2547,
      radiusKm: 2,
      settlement: 'ML-5/dioura',
      settlementName: 'Dioura',
      resolution: 'stated',
      candidates: [],
      neighbours: gazetteer.listNeighbours('ML-5')
    })
  })

  it('keeps both the stated area and the found one if they differ, and the stated one counts', () => {
    const place = resolve({
      name: 'Boulkessi',
      country: 'ML',
      admin1: 'ML-5',
      lat: 14.437,
      lon: -0.665
    })
    expect(place).toMatchObject({
      admin1: 'ML-5',
      statedAdmin1: 'ML-5',
      foundAdmin1: 'BF-12',
      country: 'ML',
      settlement: 'ML-5/boulkessi'
    })
  })

  it('is a new settlement if none of that name is near', () => {
    const far = resolve({ name: 'Diosso', country: 'ML', lat: 13.2, lon: -6.0 })
    expect(far).toMatchObject({
      settlement: 'ML-4/diosso@13.2,-6.0',
      radiusKm: 5.6,
      resolution: 'stated'
    })
    const unheardOf = resolve({ name: 'Nouveau Village', country: 'ML', lat: 13.2, lon: -6.0 })
    expect(unheardOf).toMatchObject({
      settlement: 'ML-4/nouveau-village',
      settlementName: 'Nouveau Village',
      admin1: 'ML-4'
    })
  })

  it('denotes no settlement if the name is known but the point is not', () => {
    const gao = { name: 'Gao', country: 'ML', lat: 16.2717, lon: -0.0447 }
    expect(resolve({ ...gao, radiusKm: 25 }).settlement).toBe('ML-7/gao')
    expect(resolve({ ...gao, radiusKm: 100 })).toMatchObject({
      settlement: null,
      settlementName: null,
      radiusKm: 100
    })
  })

  it('is in no certain area with a precision of 50 km or coarser, and the found one is kept', () => {
    const country = { name: 'Myanmar (Burma)', country: 'MM', lat: 22, lon: 96, radiusKm: 500 }
    expect(resolve(country)).toMatchObject({
      country: 'MM',
      admin1: null,
      settlement: null,
      radiusKm: 500
    })
    expect(resolve(country).foundAdmin1).toMatch(/^MM-/)
    expect(resolve({ ...country, admin1: 'MM-01' })).toMatchObject({
      admin1: 'MM-01',
      statedAdmin1: 'MM-01'
    })
    expect(resolve({ ...country, radiusKm: 50 }).admin1).toBe(resolve(country).foundAdmin1)
  })

  it('is in an area if its whole circle is, however wide', () => {
    const desert = { name: 'Aïr', country: 'NE', lat: 19.5, lon: 9.5 }
    expect(resolve({ ...desert, radiusKm: 150 })).toMatchObject({
      admin1: 'NE-1',
      settlement: null
    })
    expect(resolve({ ...desert, radiusKm: 600 })).toMatchObject({
      admin1: null,
      foundAdmin1: 'NE-1'
    })
  })
})

describe('bare coordinates', () => {
  it('are in the area of the map, with the precision of their decimals', () => {
    expect(resolve({ lat: 13.5, lon: -5.36 })).toMatchObject({
      country: 'ML',
      admin1: 'ML-4',
      foundAdmin1: 'ML-4',
      radiusKm: bareRadiusMinKm,
      precision: 'assumed',
      settlement: null
    })
  })

  it('have a country and an area anywhere on land, and none at sea', () => {
    expect(resolve({ lat: 48.85, lon: 2.35 })).toMatchObject({
      country: 'FR',
      admin1: 'FR-75C',
      settlement: 'FR-75C/paris'
    })
    expect(resolve({ lat: -9.65, lon: 20.4 })).toMatchObject({ country: 'AO', admin1: 'AO-LSU' })
    expect(resolve({ lat: 0, lon: -30 })).toMatchObject({
      country: null,
      admin1: null,
      resolution: 'stated'
    })
  })
})

describe('a name alone', () => {
  it('denotes the one settlement of that name in the country', () => {
    expect(resolve({ name: 'Djibo', country: 'BF' })).toMatchObject({
      resolution: 'gazetteer',
      settlement: 'BF-12/djibo',
      admin1: 'BF-12',
      lat: 14.0994,
      lon: -1.62554
    })
  })

  it('stays ambiguous if the area has two of that name: all candidates, and a circle that covers them', () => {
    const place = resolve({ name: 'Kamona', country: 'ML', admin1: 'ML-4' })
    expect(place).toMatchObject({
      resolution: 'ambiguous',
      settlement: null,
      admin1: 'ML-4',
      foundAdmin1: 'ML-4'
    })
    expect(place.candidates.map(c => c.settlement)).toEqual([
      'ML-4/kamona@12.9,-5.7',
      'ML-4/kamona@14.0,-5.9'
    ])
    expectCovered(place)
  })

  it('stays ambiguous if it is known only outside the stated area, and the circle covers that area too', () => {
    const place = resolve({ name: 'Balle', country: 'ML', admin1: 'ML-4' })
    expect(place).toMatchObject({
      resolution: 'ambiguous',
      settlement: null,
      admin1: 'ML-4',
      foundAdmin1: null
    })
    expect(place.candidates.map(c => c.settlement)).toEqual(['ML-2/balle'])
    expectCovered(place)
    const middle = { lat: place.lat as number, lon: place.lon as number }
    for (const [lat, lon] of [
      [12.9, -5.1],
      [15.4, -6.3]
    ] as const) {
      expect(distanceKm(middle, { lat, lon })).toBeLessThan(place.radiusKm as number)
    }
  })

  it('is unresolved if it is unknown, and keeps the stated area', () => {
    expect(resolve({ name: 'Nulle Part', country: 'ML', admin1: 'ML-3' })).toMatchObject({
      resolution: 'unresolved',
      lat: null,
      lon: null,
      radiusKm: null,
      admin1: 'ML-3',
      country: 'ML'
    })
    expect(resolve({ name: 'Diosso', country: 'BF' }).resolution).toBe('unresolved')
  })

  it('denotes an area or a country if it says so, or if no settlement has the name', () => {
    expect(resolve({ name: 'Ségou', country: 'ML' }).settlement).toBe('ML-4/segou')
    expect(resolve({ name: 'région de Ségou', country: 'ML' })).toMatchObject({
      settlement: null,
      admin1: 'ML-4',
      resolution: 'gazetteer'
    })
    expect(resolve({ name: 'Centre-Nord', country: 'BF' })).toMatchObject({
      settlement: null,
      admin1: 'BF-05',
      resolution: 'gazetteer'
    })
    expect(resolve({ name: 'Mali', country: 'ML' })).toMatchObject({
      settlement: null,
      admin1: null,
      resolution: 'gazetteer'
    })
  })
})

describe('every answer', () => {
  const names = table
    .split('\n')
    .slice(1, -1)
    .map(line => line.split('\t')[1] as string)
  const query = fc.record({
    name: fc.option(fc.oneof(fc.constantFrom(...names), fc.string())),
    country: fc.option(fc.constantFrom('ML', 'BF', 'NE', 'MM')),
    admin1: fc.option(fc.constantFrom('ML-4', 'ML-5', 'BF-12', 'NE-2')),
    at: fc.option(
      fc.record({
        lat: fc.double({ min: -90, max: 90, noNaN: true }),
        lon: fc.double({ min: -180, max: 180, noNaN: true })
      })
    ),
    radiusKm: fc.option(fc.double({ min: 0, max: 5000, noNaN: true }))
  })

  it('has coordinates with a radius or neither, a settlement only if it is certain, and covers its candidates', () => {
    fc.assert(
      fc.property(query, ({ at, ...rest }) => {
        const place = gazetteer.resolve({ ...rest, lat: at?.lat ?? null, lon: at?.lon ?? null })
        expect(place.lat === null).toBe(place.radiusKm === null)
        expect(place.resolution === 'ambiguous').toBe(place.candidates.length > 0)
        if (place.resolution === 'ambiguous') expect(place.settlement).toBeNull()
        if (at !== null)
          expect(place).toMatchObject({ lat: at.lat, lon: at.lon, resolution: 'stated' })
        if (rest.admin1 !== null)
          expect(place.admin1).toBe(place.contradiction === 'country' ? null : rest.admin1)
        expectCovered(place)
      })
    )
  })
})

describe('admin1Of', () => {
  it.each([
    ['ML-4', 'ML', 'ML-4'],
    ['ml-4', 'ML', 'ML-4'],
    ['Ségou', 'ML', 'ML-4'],
    ['Segou Region', 'ML', 'ML-4'],
    ['région de Ségou', 'ML', 'ML-4'],
    ['Timbuktu', 'ML', 'ML-6'],
    ['Soum', 'BF', 'BF-12'],
    ['BF-SOM', 'BF', 'BF-12'],
    ['Liptako', 'BF', 'BF-12'],
    ['Tillabery', 'NE', 'NE-6'],
    ['Rakhine state', 'MM', 'MM-16'],
    ['Nord Kivu', 'CD', 'CD-NK'],
    ['Донецкая область', 'UA', 'UA-14'],
    ['Tigray Region', 'ET', 'ET-TI'],
    ['KE-30', 'KE', 'KE-30'],
    ['Banadir', 'SO', 'SO-BN'],
    ['Kyiv City', 'UA', 'UA-30'],
    ['Shan-North', 'MM', 'MM-17'],
    ['Bago-West', 'MM', 'MM-02'],
    ['Rural Damascus', 'SY', 'SY-RD'],
    ['West Darfur', 'SD', 'SD-DW']
  ])('takes %s in %s for %s', (name, country, code) => {
    expect(gazetteer.findAdmin1(name, country)).toEqual({ kind: 'known', code })
  })

  it('distinguishes unknown codes from countries without listed areas', () => {
    expect(gazetteer.findAdmin1('ML-99', 'ML')).toEqual({ kind: 'unknown' })
    expect(gazetteer.findAdmin1('Atlantis', 'ML')).toEqual({ kind: 'unknown' })
    expect(gazetteer.findAdmin1('MM-99', 'MM')).toEqual({ kind: 'unknown' })
    expect(gazetteer.findAdmin1('HK-1', 'HK')).toEqual({ kind: 'unlisted' })
  })
})

describe('looksSwapped', () => {
  it('distinguishes swapped coordinates from those that are abroad', () => {
    expect(gazetteer.looksSwapped('ML', -5.2547, 14.8252)).toBe(true)
    expect(gazetteer.looksSwapped('ML', 14.8252, -5.2547)).toBe(false)
    expect(gazetteer.looksSwapped('ML', 48.85, 2.35)).toBe(false)
    expect(gazetteer.looksSwapped('MM', 96.2, 16.8)).toBe(true)
  })
})

describe('the ids of settlements', () => {
  const { settlements } = gazetteer
  const ids = Array.from(
    { length: settlements.size },
    (_, row) => settlements.getSettlement(row).id
  )

  it('are unique', () => {
    const twice = ids.toSorted().filter((id, i, sorted) => id === sorted[i - 1])
    expect(twice).toEqual([])
  })

  it('never change: every id ever given is still valid', () => {
    // All of the Sahel, and every hundredth of the rest of the world.
    const given = ['settlement-ids', 'world-settlement-ids'].flatMap(name =>
      readFileSync(new URL(`./golden/${name}.txt`, import.meta.url), 'utf8')
        .trim()
        .split('\n')
    )
    const held = new Set(ids)
    expect(given.filter(id => !held.has(id))).toEqual([])
    expect(given.length).toBeGreaterThan(1600)
  })
})

function expectCovered(place: Place): void {
  for (const candidate of place.candidates) {
    const km = distanceKm({ lat: place.lat as number, lon: place.lon as number }, candidate)
    expect(km).toBeLessThanOrEqual(place.radiusKm as number)
  }
}
