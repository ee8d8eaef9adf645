// Adjacency of areas, and seats of settlements. The map itself is the oracle for adjacency: two
// nearby points lie in one area or in two that touch.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readArea } from '../src/area/admin-areas.ts'
import { AreaNeighbours, listCodesWithin } from '../src/area/area-neighbours.ts'
import { parseBoundaries } from '../src/area/boundaries-file.ts'
import { AreaMap, listPointsAround } from '../src/map/area-map.ts'
import { decodeRings } from '../src/map/ring-codec.ts'
import { Tables } from '../src/table/table-file.ts'
import { createWorldGazetteer } from '../src/world-gazetteer.ts'
import { gazetteer, resolve } from './world.ts'

const world = (name: string) => readFileSync(new URL(`../src/world/${name}`, import.meta.url))
const table = new AreaNeighbours(world('area-neighbours.tsv').toString())
const tables = new Tables(world('areas.bin'))
const areas = tables.readLines('areas').map(readArea)

describe('the neighbours of an area', () => {
  it('are the areas that touch it, also across country borders', () => {
    expect(gazetteer.listNeighbours('ML-5')).toEqual([
      'BF-01',
      'BF-10',
      'BF-12',
      'ML-10',
      'ML-4',
      'ML-6'
    ])
    expect(gazetteer.listNeighbours('ML-BKO')).toEqual(['ML-2'])
    expect(gazetteer.listNeighbours('NE-8')).toEqual(['NE-6'])
  })

  it('are symmetric, irreflexive, unique and sorted, all over the world', () => {
    expect(table.codes.length).toBeGreaterThan(4_200)
    for (const code of table.codes) {
      const own = gazetteer.listNeighbours(code)
      expect(own, code).toEqual([...new Set(own)].sort())
      expect(own, code).not.toContain(code)
      for (const other of own)
        if (!gazetteer.listNeighbours(other).includes(code)) expect.fail(`${other} lacks ${code}`)
    }
  })

  it('include the areas of any two points half a kilometre apart, near any settlement', () => {
    const map = new AreaMap(
      decodeRings({
        ringLengths: tables.readU32('ringLengths'),
        ringAreas: tables.readU16('ringAreas'),
        corners: tables.readU8('corners')
      })
    )
    const codesAt = areas.map(listCodesWithin)
    let pairs = 0
    const near = fc.tuple(
      fc.nat(gazetteer.settlements.size - 1),
      fc.double({ min: 0.1, max: 20, noNaN: true }),
      fc.nat(15)
    )
    fc.assert(
      fc.property(near, ([row, km, turn]) => {
        const point = listPointsAround(gazetteer.settlements.getSettlement(row), km)[turn] as {
          lat: number
          lon: number
        }
        const own = codesAt[map.findArea(point)] ?? []
        for (const probe of listPointsAround(point, 0.5)) {
          const others = codesAt[map.findArea(probe)] ?? []
          for (const code of own)
            for (const other of others) {
              if (code === other) continue
              pairs++
              expect(gazetteer.listNeighbours(code)).toContain(other)
            }
        }
      }),
      { numRuns: 1000 }
    )
    expect(pairs).toBeGreaterThan(100)
  })

  it('of a boundaries file are those of its own map, and of the map around it', () => {
    const box = (west: number, east: number) => [
      [
        [west, -0.5],
        [east, -0.5],
        [east, 1.5],
        [west, 1.5],
        [west, -0.5]
      ]
    ]
    const feature = (code: string, coordinates: unknown) => ({
      type: 'Feature',
      properties: { code, country: 'KE', name: code },
      geometry: { type: 'Polygon', coordinates }
    })
    const features = [feature('KE-98', box(33.5, 36)), feature('KE-99', box(36, 38))]
    const own = createWorldGazetteer(parseBoundaries({ type: 'FeatureCollection', features }))
    expect(own.listNeighbours('KE-99')).toEqual(['KE-98'])
    const beyond = own.listNeighbours('KE-98').filter(code => code.startsWith('UG-'))
    expect(beyond.length).toBeGreaterThan(0)
    for (const code of beyond) expect(own.listNeighbours(code)).toContain('KE-98')
    expect(
      table.codes.flatMap(code => own.listNeighbours(code)).filter(code => /^KE-[0-8]/.test(code))
    ).toEqual([])
    expect(own.listNeighbours('ML-5')).toEqual(gazetteer.listNeighbours('ML-5'))
    expect(
      own.resolve({ name: null, country: null, admin1: null, lat: 1, lon: 37, radiusKm: null })
        .neighbours
    ).toEqual(['KE-98'])
  })
})

describe('a place', () => {
  it('has the neighbours of its area, and none if its area is unknown', () => {
    expect(resolve({ lat: 14.48, lon: -4.18 }).neighbours).toEqual(gazetteer.listNeighbours('ML-5'))
    expect(resolve({ name: 'région de Mopti', country: 'ML' }).neighbours).toEqual(
      gazetteer.listNeighbours('ML-5')
    )
    expect(resolve({ name: 'Nowhere at all', country: 'ML', admin1: 'ML-5' }).neighbours).toEqual(
      gazetteer.listNeighbours('ML-5')
    )
    for (const place of [
      resolve({ name: 'Mali', country: 'ML' }),
      resolve({ lat: 14.48, lon: -4.18, radiusKm: 500 }),
      resolve({ name: 'Nouakchott', country: 'MR' }),
      resolve({ name: 'Naha', country: 'JP', lat: 26.21, lon: 127.68 })
    ]) {
      expect(place).not.toHaveProperty('neighbours')
    }
  })

  it('has the seat level of its settlement', () => {
    const seatOf = (name: string, country = 'ML') => resolve({ name, country }).seat
    expect(resolve({ name: 'Bamako', country: 'ML' })).toMatchObject({
      admin1: 'ML-BKO',
      seat: 'country'
    })
    expect(['Mopti', 'Ménaka', 'Timbuktu'].map(name => seatOf(name))).toEqual([
      'admin1',
      'admin1',
      'admin1'
    ])
    expect(['Douentza', 'Ké Macina'].map(name => seatOf(name))).toEqual(['admin2', 'admin2'])
    expect([seatOf('The Hague', 'NL'), seatOf('Djibo', 'BF')]).toEqual(['admin1', 'admin2'])
    expect(resolve({ name: 'Bamako', country: 'ML', lat: 12.65, lon: -8 }).seat).toBe('country')
  })
})
