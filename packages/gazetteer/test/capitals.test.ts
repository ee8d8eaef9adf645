// The capitals that patterns take for hubs are those of the gazetteer: by name, in their country, at their place.

import { capitals } from '@tocsin/domain/space-time/capitals'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import { describe, expect, it } from 'vitest'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

const gazetteer = openWorldGazetteer()

describe('the capitals of the world', () => {
  it('are one for a country, and hardly a country has none', () => {
    expect(capitals.length).toBeGreaterThan(230)
    expect(new Set(capitals.map(c => c.country)).size).toBe(capitals.length)
  })

  it.each(capitals.map(c => [c.country, c] as const))('of %s lies where the gazetteer has it', (_, capital) => {
    const { candidates } = gazetteer.find({ name: capital.name, country: capital.country })
    const there = candidates.filter(c => c.country === capital.country && distanceKm(c, capital) < 1)
    expect(there.map(c => c.admin1)).toContain(capital.admin1)
  })
})
