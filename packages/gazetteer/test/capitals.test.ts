// The capitals that patterns treat as hubs match the gazetteer: by name, country and place.

import { readFileSync } from 'node:fs'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import { describe, expect, it } from 'vitest'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

const gazetteer = openWorldGazetteer()
const file = new URL('../../engine/src/data/capitals.json', import.meta.url)
type Row = [country: string, name: string, lat: number, lon: number, admin1: string | null]
const rows = JSON.parse(readFileSync(file, 'utf8')) as Row[]
const capitals = rows.map(([country, name, lat, lon, admin1]) => ({
  ...{ country, name, lat, lon, admin1 }
}))

describe('the capitals of the world', () => {
  it('are one per country, and few countries have none', () => {
    expect(capitals.length).toBeGreaterThan(230)
    expect(new Set(capitals.map(c => c.country)).size).toBe(capitals.length)
  })

  it.each(capitals.map(c => [c.country, c] as const))(
    'of %s is where the gazetteer has it',
    (_, capital) => {
      const { candidates } = gazetteer.find({ name: capital.name, country: capital.country })
      const there = candidates.filter(
        c => c.country === capital.country && distanceKm(c, capital) < 1
      )
      expect(there.map(c => c.admin1)).toContain(capital.admin1)
    }
  )
})
