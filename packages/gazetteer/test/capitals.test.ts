// The capitals that patterns treat as hubs match the gazetteer: by name, country and place.

import { capitals } from '@tocsin/domain/space-time/capitals'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import { describe, expect, it } from 'vitest'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

const gazetteer = openWorldGazetteer()

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
