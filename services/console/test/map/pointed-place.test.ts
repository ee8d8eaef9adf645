// A place that is pointed at on a map, and the fields of a report.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areaAt,
  coordinateText,
  countryBounds,
  kmAt,
  pointKmMax,
  zoomFor
} from '../../src/map/pointed-place.ts'
import {
  blankReport,
  faultsIn,
  makeReportBody,
  pointTyped,
  readAreaFields,
  readPointFields,
  withoutOtherArea
} from '../../src/records/report.ts'
import { aSquare } from '../support/a-square.ts'

const land = {
  type: 'FeatureCollection' as const,
  features: [
    aSquare('ML-5', -5, 13, 2),
    aSquare('ML-4', -7, 13, 2),
    aSquare('X', 0, 0, 2),
    aSquare('BF-01', -5, 11, 2)
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
        const shown = pointTyped(readPointFields({ lat, lon, km }, km))
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
    const point = { ...draft, ...readPointFields({ lat: 14.5, lon: -4.2, km: 5 }, 5) }
    expect(faultsIn(point).size).toBe(0)
    expect(makeReportBody(point).location).toEqual({ lat: 14.5, lon: -4.2, radiusKm: 5 })
    const area = { ...point, ...readAreaFields('ML-5', 'region of Mopti', point) }
    expect(faultsIn(area).size).toBe(0)
    expect(makeReportBody(area).location).toEqual({
      name: 'region of Mopti',
      country: 'ML',
      admin1: 'ML-5'
    })
    expect(readAreaFields('ML-5', 'region of Mopti', { place: 'Koro' }).place).toBe('Koro')
  })

  const area = { place: 'region of ML-5', country: 'ML', admin1: 'ML-5' }
  const none = { place: '', country: '', admin1: '' }
  it.each<[object, string | null, typeof area]>([
    [{}, 'ML-5', area],
    [none, 'BF-54', area],
    [{ place: 'Koro', country: 'ML', admin1: '' }, 'ML-4', { ...area, place: 'Koro' }],
    [none, null, area],
    [{}, 'BF-54', { place: 'Koro', country: 'ML', admin1: '' }]
  ])('takes out the codes and the name of another area alone: %j at %s', (fields, code, typed) => {
    expect(withoutOtherArea(typed, code, each => `region of ${each}`)).toEqual(fields)
  })

  it.each([
    ['14,5', ' -4.2 ', '3', { lat: 14.5, lon: -4.2, km: 3 }],
    ['14.5', '-4.2', 'near', { lat: 14.5, lon: -4.2, km: null }],
    ['', '', '', null],
    ['14.5', '', '', null],
    ['91', '0', '', null],
    ['0', '181', '', null],
    ['1e1', '0', '', null],
    ['north', '0', '', null]
  ])('is read from what is typed: %s, %s, %s', (lat, lon, radiusKm, point) => {
    expect(pointTyped({ lat, lon, radiusKm })).toEqual(point)
  })

  it('lies in one area, or in none that has a code', () => {
    const corners = [
      [-4, 14],
      [-6, 14],
      [1, 1],
      [50, 50]
    ] as const
    expect(corners.map(corner => areaAt(land, [...corner]))).toEqual(['ML-5', 'ML-4', null, null])
    expect(countryBounds(land, 'ML')).toEqual([-7, 13, -3, 15])
    expect(countryBounds(land, 'ZZ')).toBeNull()
  })

  it('is looked at as closely as it is known', () => {
    expect(zoomFor({ lat: 14, lon: 0, km: 1 })).toBeGreaterThan(
      zoomFor({ lat: 14, lon: 0, km: 20 })
    )
    expect(kmAt(zoomFor({ lat: 14, lon: 0, km: 5 }), 14)).toBe(5)
  })
})
