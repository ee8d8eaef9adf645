// A place that is pointed at on a map, and the fields of a report.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Corner, Feature, Polygon } from '../../src/map/base-map.ts'
import {
  areaAt,
  areaBounds,
  coordinateText,
  countryBounds,
  kmAt,
  pointKmMax,
  zoomFor
} from '../../src/map/pointed-place.ts'
import {
  fieldsOfArea,
  fieldsOfPoint,
  pointTyped,
  withoutOtherArea
} from '../../src/upkeep/report-place.ts'
import { blankReport, bodyOfReport, faultsIn } from '../../src/upkeep/reports/report-draft.ts'

function square(code: string, west: number, south: number): Feature<Polygon> {
  const corners: Corner[] = [
    [west, south],
    [west + 2, south],
    [west + 2, south + 2],
    [west, south + 2],
    [west, south]
  ]
  return {
    type: 'Feature',
    properties: { code },
    geometry: { type: 'Polygon', coordinates: [corners] }
  }
}
const land = {
  type: 'FeatureCollection' as const,
  features: [
    square('ML-5', -5, 13),
    square('ML-4', -7, 13),
    square('X', 0, 0),
    square('BF-01', -5, 11)
  ]
}
const draft = { ...blankReport('x', 'field-7'), from: '2026-01-02', category: 'attack' }

describe('a pointed place', () => {
  it('is never more exact than it was pointed at', () => {
    const place = fc.record({
      lat: fc.double({ min: -80, max: 80, noNaN: true }),
      lon: fc.double({ min: -179, max: 179, noNaN: true }),
      zoom: fc.double({ min: 0, max: 10, noNaN: true })
    })
    fc.assert(
      fc.property(place, ({ lat, lon, zoom }) => {
        const km = kmAt(zoom, lat)
        const shown = pointTyped(fieldsOfPoint({ lat, lon, km }, km))
        // What the decimals drop is little beside the precision.
        expect(Math.abs((shown?.lat ?? 999) - lat) * 111.2).toBeLessThanOrEqual(km / 3)
        expect(kmAt(Math.min(10, zoom + 1), lat)).toBeLessThanOrEqual(km)
        expect(shown?.km).toBe(km)
      }),
      { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 300) }
    )
    expect(kmAt(3, 14)).toBeGreaterThan(pointKmMax)
    expect(kmAt(10, 14)).toBeLessThan(5)
    expect([
      coordinateText(14.52349, 1),
      coordinateText(14.52349, 5),
      coordinateText(14.52349, 20)
    ]).toEqual([...['14.523', '14.52', '14.5']])
  })

  it('is a complete place of a report, and its area is one without coordinates', () => {
    const point = { ...draft, ...fieldsOfPoint({ lat: 14.5, lon: -4.2, km: 5 }, 5) }
    expect(faultsIn(point).size).toBe(0)
    expect(bodyOfReport(point).location).toEqual({ lat: 14.5, lon: -4.2, radiusKm: 5 })
    const area = { ...point, ...fieldsOfArea('ML-5', 'region of Mopti', point) }
    expect(faultsIn(area).size).toBe(0)
    expect(bodyOfReport(area).location).toEqual({
      name: 'region of Mopti',
      country: 'ML',
      admin1: 'ML-5'
    })
    expect(fieldsOfArea('ML-5', 'region of Mopti', { place: 'Koro' }).place).toBe('Koro')
  })

  it('takes the codes of another area out, with the name that was made of them, and leaves those of its own', () => {
    const nameOf = (code: string) => `region of ${code}`
    const area = { place: 'region of ML-5', country: 'ML', admin1: 'ML-5' }
    expect(withoutOtherArea(area, 'ML-5', nameOf)).toEqual({})
    expect(withoutOtherArea(area, 'BF-54', nameOf)).toEqual({ place: '', country: '', admin1: '' })
    expect(withoutOtherArea({ ...area, place: 'Koro' }, 'ML-4', nameOf)).toEqual({
      place: 'Koro',
      country: 'ML',
      admin1: ''
    })
    expect(withoutOtherArea(area, null, nameOf)).toEqual({ place: '', country: '', admin1: '' })
    expect(withoutOtherArea({ place: 'Koro', country: 'ML', admin1: '' }, 'BF-54', nameOf)).toEqual(
      {}
    )
  })

  it('is read from what is typed, with a decimal comma too; what is no place marks none', () => {
    const typed = (lat: string, lon: string, radiusKm = '') => pointTyped({ lat, lon, radiusKm })
    expect(typed('14,5', ' -4.2 ', '3')).toEqual({ lat: 14.5, lon: -4.2, km: 3 })
    expect(typed('14.5', '-4.2', 'near')).toEqual({ lat: 14.5, lon: -4.2, km: null })
    for (const [lat, lon] of [
      ['', ''],
      ['14.5', ''],
      ['91', '0'],
      ['0', '181'],
      ['1e1', '0'],
      ['north', '0']
    ] as const)
      expect(typed(lat, lon)).toBeNull()
  })

  it('lies in one area, or in none that has a code', () => {
    expect([
      areaAt(land, [-4, 14]),
      areaAt(land, [-6, 14]),
      areaAt(land, [1, 1]),
      areaAt(land, [50, 50])
    ]).toEqual([...['ML-5', 'ML-4', null, null]])
    expect(countryBounds(land, 'ML')).toEqual([-7, 13, -3, 15])
    expect(countryBounds(land, 'ZZ')).toBeNull()
    expect(areaBounds(land, ['ML-5', 'ZZ-1'])).toEqual([-5, 13, -3, 15])
    expect(areaBounds(land, [])).toBeNull()
  })

  it('is looked at as closely as it is known', () => {
    expect(zoomFor({ lat: 14, lon: 0, km: 1 })).toBeGreaterThan(
      zoomFor({ lat: 14, lon: 0, km: 20 })
    )
    expect(kmAt(zoomFor({ lat: 14, lon: 0, km: 5 }), 14)).toBe(5)
  })
})
