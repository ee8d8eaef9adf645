// Where places are relative to hubs: capitals, declared hubs and the ways into them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countApart,
  type Hub,
  type HubParameters,
  listHubFaults,
  listHubs,
  listHubsNear,
  locate
} from '../../src/rules/supply-hubs.ts'

const defaults: HubParameters = {
  hubs: [],
  nationalCapitals: true,
  radiusKm: 400,
  hubKm: 20,
  sectorDegrees: 45,
  corridorKm: 30
}
const bamako: Hub = {
  name: 'Bamako',
  country: 'ML',
  lat: 12.65,
  lon: -8,
  corridors: [
    {
      name: 'Dakar road',
      points: [
        [13.8, -9.5],
        [14.45, -11.45]
      ]
    },
    { name: 'Sikasso road', bearing: 135 }
  ]
}

function listNames(parameters: HubParameters, country: string, lat: number, lon: number) {
  const place = { country, lat, lon, km: 2 }
  return listHubsNear(listHubs(parameters), place, parameters).map(({ name }) => name)
}

describe('hubs', () => {
  it('are those of the country of the place, else the nearest in reach', () => {
    expect(listNames(defaults, 'ML', 12.0, -8.5)).toEqual(['Bamako'])
    // Maroua is in Cameroon, whose capital is far: goods for Chad come through it.
    expect(listNames(defaults, 'CM', 10.6, 14.3)).toEqual(["N'Djamena"])
    expect(listNames(defaults, 'ML', 22.0, -3.0)).toEqual([])
    expect(listNames(defaults, 'CD', -4.4, 15.4)).toEqual(['Kinshasa'])
  })

  it('that are declared replace a capital, and have ways of their own beyond the border', () => {
    const parameters = { ...defaults, hubs: [bamako] }
    expect(listHubs(parameters).filter(({ country }) => country === 'ML')).toEqual([bamako])
    expect(listNames(parameters, 'SN', 14.2, -10.7)).toContain('Bamako')
    const where = (lat: number, lon: number, km = 2) =>
      locate(bamako, { country: 'ML', lat, lon, km }, parameters)
    expect(where(13.8, -9.5).corridor).toBe('Dakar road')
    expect(where(13.2, -8.8).corridor).toBe('Dakar road')
    expect(where(11.75, -7.2).corridor).toBe('Sikasso road')
    expect(where(11.75, -7.2, 60).corridor).toBeNull()
    expect(where(12.65, -6.5)).toEqual({ isInHub: false, corridor: null })
    expect(where(12.7, -8.05).isInHub).toBe(true)
    expect(where(12.7, -8.05, 30).isInHub).toBe(false)
  })

  it('have corridors across the date line', () => {
    const points = [[-18.1, -179]] as const
    const suva: Hub = {
      name: 'Suva',
      country: 'FJ',
      lat: -18.1,
      lon: 178.4,
      corridors: [{ name: 'east', points }]
    }
    const place = { country: 'FJ', lat: -18.1, lon: -179.5, km: 2 }
    expect(locate(suva, place, defaults).corridor).toBe('east')
  })

  it('count bearings with enough degrees between any two as a trial of all choices does', () => {
    const bearings = fc.uniqueArray(
      fc.integer({ min: 0, max: 71 }).map(step => step * 5),
      { maxLength: 9 }
    )
    fc.assert(
      fc.property(bearings, fc.constantFrom(30, 45, 60, 90), (list, degrees) => {
        expect(countApart(list, degrees)).toBe(countByTrial(list, degrees))
      }),
      { numRuns: 100 }
    )
  })

  it('from a file are checked member by member', () => {
    expect(listHubFaults(bamako)).toEqual([])
    const paths = (hub: unknown) => listHubFaults(hub).map(({ path }) => path.join('.'))
    expect(paths(7)).toEqual([''])
    expect(paths({ name: ' ', country: 'Mali', lat: 91, lon: 0, roads: [] })).toEqual([
      'name',
      'roads',
      'country',
      'lat'
    ])
    const corridors = [{ name: 'a' }, { name: 'b', bearing: 361 }, { name: 'c', points: [[1]] }]
    expect(paths({ ...bamako, corridors })).toEqual([
      'corridors.0',
      'corridors.1.bearing',
      'corridors.2.points.0'
    ])
  })
})

function countByTrial(bearings: readonly number[], degrees: number): number {
  const isApart = (a: number, b: number) =>
    Math.min(Math.abs(a - b), 360 - Math.abs(a - b)) >= degrees
  let most = 0
  for (let chosen = 0; chosen < 1 << bearings.length; chosen++) {
    const picked = bearings.filter((_, i) => chosen & (1 << i))
    if (picked.every((a, i) => picked.slice(i + 1).every(b => isApart(a, b))))
      most = Math.max(most, picked.length)
  }
  return most
}
