// Places kept by their query: found again for an equal query, and for no other.

import type { Place } from '@tocsin/domain/report/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlacesLately } from '../src/places-lately.ts'
import type { PlaceQuery } from '../src/port.ts'
import { worldGazetteer } from '../src/world-gazetteer.ts'

/** A place that says for which query it was made. */
const placeFor = (query: PlaceQuery) => ({ name: JSON.stringify(query) }) as Place

const query: fc.Arbitrary<PlaceQuery> = fc.record({
  name: fc.constantFrom(null, 'null', '', 'Dioura'),
  country: fc.constantFrom(null, 'ML', 'BF'),
  admin1: fc.constantFrom(null, 'ML-5'),
  lat: fc.constantFrom(14.5, 0),
  lon: fc.constantFrom(-5.25, 0),
  radiusKm: fc.constantFrom(null, 5)
})

describe('places kept by their query', () => {
  it('are found for an equal query alone', () => {
    fc.assert(
      fc.property(fc.array(query, { maxLength: 40 }), queries => {
        const lately = new PlacesLately()
        const kept = new Set<string>()
        for (const asked of queries) {
          const known = lately.find({ ...asked })
          expect(known).toEqual(kept.has(JSON.stringify(asked)) ? placeFor(asked) : null)
          if (known === null) lately.keep(asked, placeFor(asked))
          kept.add(JSON.stringify(asked))
        }
      })
    )
  })

  it('are forgotten when there are many, and then kept anew', () => {
    const lately = new PlacesLately()
    const at = (i: number): PlaceQuery => ({
      name: null,
      country: null,
      admin1: null,
      lat: i / 100,
      lon: 1,
      radiusKm: null
    })
    for (let i = 0; i < 5000; i++) lately.keep(at(i), placeFor(at(i)))
    expect(lately.find(at(0))).toBeNull()
    expect(lately.find(at(4999))).toEqual(placeFor(at(4999)))
  })

  it('are the same as those resolved anew', () => {
    const gazetteer = worldGazetteer(null)
    const asked = {
      name: 'Dioura',
      country: 'ML',
      admin1: null,
      lat: 14.824,
      lon: -5.2589,
      radiusKm: null
    }
    const first = gazetteer.resolve(asked)
    expect(first.settlement).not.toBeNull()
    expect(gazetteer.resolve({ ...asked })).toBe(first)
    expect(gazetteer.resolve({ ...asked, name: null })).not.toEqual(first)
    expect(gazetteer.resolve({ ...asked, radiusKm: 400 }).radiusKm).toBe(400)
  })
})
