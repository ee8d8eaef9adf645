import { type Place, unknownPlace } from '@tocsin/contracts/theatre/report'
import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { isInPolygon } from '@tocsin/domain/space-time/polygon'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTheatre } from '../../src/theatre/theatre-assignment.ts'

const base = { clock: 'wall', retentionDays: 820 } as const
const world: TheatreConfig = { ...base, id: 'world', countries: null, polygon: null }
const sahel: TheatreConfig = { ...base, id: 'sahel', countries: ['ML', 'BF', 'NE'], polygon: null }
const lake: TheatreConfig = {
  ...base,
  id: 'lake',
  countries: null,
  polygon: [square(12, 13, 15, 15)]
}
const at = (lat: number, lon: number): Place => ({
  ...unknownPlace,
  lat,
  lon,
  radiusKm: 2,
  resolution: 'stated'
})
const candidate = (country: string, lat: number, lon: number) => ({
  settlement: `${country}/x`,
  name: 'X',
  country,
  admin1: null,
  lat,
  lon
})

describe('the theatre of a report', () => {
  it('is the world while nothing else is declared', () => {
    expect(findTheatre(at(14, -5), [])).toBe('world')
    expect(findTheatre(at(14, -5), [world])).toBe('world')
    expect(findTheatre(unknownPlace, [world])).toBe('world')
  })

  it('is unassigned if no declared theatre contains the place, although the world is still declared', () => {
    expect(findTheatre({ ...at(48, 2), country: 'FR' }, [world, sahel])).toBe('_unassigned')
    expect(findTheatre(unknownPlace, [sahel])).toBe('_unassigned')
  })

  it('uses the stated area before the coordinates', () => {
    const place = {
      ...at(14, 14),
      country: 'BF',
      statedAdmin1: 'ML-5',
      admin1: 'ML-5',
      foundAdmin1: 'TD-LC'
    }
    expect(findTheatre(place, [sahel, lake])).toBe('sahel')
  })

  it('uses the polygon if no theatre has the country', () => {
    expect(findTheatre({ ...at(13.5, 14), country: 'TD' }, [sahel, lake])).toBe('lake')
    expect(findTheatre({ ...at(16, 14), country: 'TD' }, [sahel, lake])).toBe('_unassigned')
  })

  it('assigns an ambiguous place only if all its candidates lie inside', () => {
    const both = {
      ...at(13.5, 14),
      resolution: 'ambiguous' as const,
      candidates: [candidate('TD', 13, 13.5), candidate('TD', 14, 14.5)]
    }
    expect(findTheatre(both, [lake])).toBe('lake')
    const one = { ...both, candidates: [candidate('TD', 13, 13.5), candidate('TD', 20, 14.5)] }
    expect(findTheatre(one, [lake])).toBe('_unassigned')
  })

  it('gives disputed land to the only theatre with a claimant, and to none of several', () => {
    const crimea = { ...at(45, 34), claimants: ['RU', 'UA'] }
    const ukraine = { ...sahel, id: 'ukraine', countries: ['UA'] }
    const russia = { ...sahel, id: 'russia', countries: ['RU'] }
    expect(findTheatre(crimea, [sahel, ukraine])).toBe('ukraine')
    expect(findTheatre(crimea, [{ ...ukraine, countries: ['RU', 'UA'] }])).toBe('ukraine')
    expect(findTheatre(crimea, [ukraine, russia])).toBe('_unassigned')
    expect(findTheatre({ ...crimea, country: 'RU' }, [ukraine, russia])).toBe('russia')
  })

  it('does not depend on the order in which theatres were declared', () => {
    const overlapping = [lake, { ...lake, id: 'alpha' }, sahel, world]
    fc.assert(
      fc.property(fc.shuffledSubarray(overlapping, { minLength: 4 }), theatres => {
        expect(findTheatre(at(13.5, 14), theatres)).toBe('alpha')
      })
    )
  })
})

describe('isInPolygon', () => {
  it('agrees with the square for every point, in either direction of its ring', () => {
    const coordinate = fc
      .double({ min: -20, max: 20, noNaN: true })
      .filter(x => x !== 0 && x !== 10)
    fc.assert(
      fc.property(coordinate, coordinate, (lat, lon) => {
        const ring = square(0, 0, 10, 10)
        const inside = lat > 0 && lat < 10 && lon > 0 && lon < 10
        expect(isInPolygon({ lat, lon }, [ring])).toBe(inside)
        expect(isInPolygon({ lat, lon }, [[...ring].reverse()])).toBe(inside)
      })
    )
  })
})

describe('an area across 180°', () => {
  const fiji = square(-20, 176, -14, -177)
  const inside = [
    [-16.8, 179.99],
    [-16.8, 176.5],
    [-16.8, -177.5]
  ] as const
  const outside = [
    [-16.8, 20],
    [-16.8, 175],
    [-16.8, -176],
    [-13, 179]
  ] as const

  it.each([
    ['drawn as one ring', [fiji]],
    ['in the other direction', [[...fiji].reverse()]],
    ['cut into two polygons', [square(-20, 176, -14, 180), square(-20, -180, -14, -177)]]
  ])('%s holds what lies between its sides', (_, rings) => {
    const holds = ([lat, lon]: readonly [number, number]) => isInPolygon({ lat, lon }, rings)
    expect(outside.filter(holds)).toEqual([])
    expect(inside.filter(holds)).toEqual(inside)
  })
})

/** A closed ring of [lon, lat]. */
function square(south: number, west: number, north: number, east: number): [number, number][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south]
  ]
}
