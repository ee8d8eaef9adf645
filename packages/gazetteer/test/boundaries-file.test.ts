import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BoundariesError, parseBoundaries, readBoundaries } from '../src/area/boundaries-file.ts'
import { createWorldGazetteer, openWorldGazetteer } from '../src/world-gazetteer.ts'

const box = (w: number, s: number, e: number, n: number) => [
  [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
    [w, s]
  ]
]
const feature = (
  properties: object,
  coordinates: unknown = box(36, -2, 38, 0),
  type = 'Polygon'
) => ({
  type: 'Feature',
  properties,
  geometry: { type, coordinates }
})
const collection = (...features: object[]) => ({ type: 'FeatureCollection', features })
const nairobi = { code: 'KE-99', country: 'KE', name: 'Nairobi City', names: ['Nairobi County'] }
const ask = { name: null, country: null, admin1: null, radiusKm: null }

describe('a boundaries file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('replaces the map of its countries, and of no other', () => {
    const path = join(folder, 'kenya.geojson')
    writeFileSync(path, JSON.stringify(collection(feature(nairobi))))
    const gazetteer = openWorldGazetteer({ boundariesPath: path })
    expect(gazetteer.resolve({ ...ask, lat: -1.28, lon: 36.82 })).toMatchObject({
      country: 'KE',
      admin1: 'KE-99',
      settlement: 'KE-30/nairobi'
    })
    expect(gazetteer.reverse({ lat: -1.28, lon: 36.82 })).toMatchObject({
      admin1: 'KE-99',
      admin1Name: 'Nairobi City'
    })
    expect(gazetteer.reverse({ lat: 3.1, lon: 39.5 }).country).toBeNull()
    expect(gazetteer.reverse({ lat: 13.88, lon: -5.36 }).admin1).toBe('ML-4')
    expect(gazetteer.findAdmin1('nairobi county', 'KE')).toEqual({ kind: 'known', code: 'KE-99' })
    expect(openWorldGazetteer().reverse({ lat: -1.28, lon: 36.82 }).admin1).toBe('KE-30')
  })

  it('draws disputed land as disputed', () => {
    const claimed = { country: null, claimants: ['SS', 'KE'], dispute: 'A triangle' }
    const gazetteer = createWorldGazetteer(parseBoundaries(collection(feature(claimed))))
    expect(gazetteer.reverse({ lat: -1, lon: 37 })).toMatchObject({
      country: null,
      dispute: { name: 'A triangle', claimants: ['KE', 'SS'] }
    })
  })

  it.each([
    ['no collection', { type: 'Feature' }, 'FeatureCollection'],
    ['an empty collection', collection(), 'FeatureCollection'],
    [
      'a code of another country',
      collection(feature({ ...nairobi, country: 'UG' })),
      'KE-99 does not belong to the country UG'
    ],
    [
      'an invalid code',
      collection(feature({ ...nairobi, code: 'Nairobi' })),
      'features[0].properties.code'
    ],
    [
      'neither a country nor claimants',
      collection(feature({ name: 'X' })),
      'neither a country nor claimants'
    ],
    [
      'a line',
      collection(
        feature(
          nairobi,
          [
            [1, 2],
            [3, 4]
          ],
          'LineString'
        )
      ),
      'features[0].geometry'
    ],
    [
      'an open ring',
      collection(
        feature(nairobi, [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1]
          ]
        ])
      ),
      'is not closed'
    ],
    [
      'coordinates off the world',
      collection(
        feature(nairobi, [
          [
            [0, 0],
            [200, 0],
            [1, 1],
            [0, 0]
          ]
        ])
      ),
      'corner 1'
    ]
  ])('is refused with the reason: %s', (_, document, words) => {
    expect(() => parseBoundaries(document)).toThrow(BoundariesError)
    expect(() => parseBoundaries(document)).toThrow(words)
  })

  it('is refused with its path if it is missing or not JSON', () => {
    expect(() => readBoundaries(join(folder, 'gone.geojson'))).toThrow(
      /gone\.geojson cannot be used/
    )
    const path = join(folder, 'text.geojson')
    writeFileSync(path, 'not JSON')
    expect(() => openWorldGazetteer({ boundariesPath: path })).toThrow(BoundariesError)
  })
})
