import { describe, expect, it } from 'vitest'
import { BorderCities } from '../src/border/border-cities.ts'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

const city = { lat: -1.68, lon: 29.22, country: 'CD', reachKm: 8, isCity: true }
const town = { lat: -1.68, lon: 29.26, country: 'RW', reachKm: 4, isCity: false }
const cities = new BorderCities([city, town])

describe('a city at a border', () => {
  it('claims its centre, where no town of the neighbour is nearer by its radius', () => {
    expect(cities.claimOf({ lat: -1.68, lon: 29.23 }, 'RW')).toBe('CD')
    expect(cities.claimOf({ lat: -1.68, lon: 29.25 }, 'RW')).toBeNull()
  })

  it('claims nothing further out, nothing of its own country, and nothing of a third country', () => {
    expect(cities.claimOf({ lat: -1.72, lon: 29.22 }, 'RW')).toBeNull()
    expect(cities.claimOf({ lat: -1.68, lon: 29.22 }, 'CD')).toBeNull()
    expect(cities.claimOf({ lat: 10, lon: 10 }, 'RW')).toBeNull()
  })

  it('is not claimed by a town, however near', () => {
    expect(cities.claimOf({ lat: -1.68, lon: 29.26 }, 'CD')).toBeNull()
  })

  it('has its centre in its own country: Goma and Bangui, and their neighbours in theirs', () => {
    const at = (lat: number, lon: number) => openWorldGazetteer().reverse({ lat, lon }).country
    expect([at(-1.683333, 29.233333), at(-1.7, 29.26)]).toEqual(['CD', 'RW'])
    expect([at(4.366667, 18.583333), at(4.34, 18.6)]).toEqual(['CF', 'CD'])
  })
})
