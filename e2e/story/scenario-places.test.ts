// Every place of the demonstration, resolved by the gazetteer in each way in which it might be
// reported.

import { readFileSync } from 'node:fs'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { describe, expect, it } from 'vitest'
import { readScenario } from '../harness/scenario-files.ts'
import { recordsOfScenario } from '../harness/scenario-records.ts'

interface Location {
  readonly name: string
  readonly country: string
  readonly admin1?: string
  readonly lat?: number
  readonly lon?: number
  readonly radiusKm?: number
}
interface Line {
  readonly report?: Body
  readonly put?: Body
}
interface Body {
  readonly location: Location
  readonly alsoAt?: readonly Location[]
}

const gazetteer = openWorldGazetteer()
const lines = ['sahel', 'diosso-appeal'].flatMap(story =>
  readFileSync(new URL(`../../packages/host/scenarios/${story}.ndjson`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
)
const stated = lines.flatMap(({ report, put }) =>
  [report, put].flatMap(body => (body?.location ? [body.location, ...(body.alsoAt ?? [])] : []))
)
const locations = [
  ...new Map(stated.map(location => [JSON.stringify(location), location])).values()
]
const located = locations.flatMap(l =>
  l.lat === undefined || l.lon === undefined ? [] : [{ ...l, lat: l.lat, lon: l.lon }]
)
const nothing = { name: null, admin1: null, lat: null, lon: null, radiusKm: null }

/**
 * Places where the map differs from the stated country or area: the stated one counts, and both are
 * kept.
 */
const elsewhereOnTheMap: Readonly<Record<string, string>> = {
  // Its region ends just before its point.
  'Boulkessi 14.437,-0.665': 'BF-12',
  // A reporting error, corrected three days later.
  'Dioura 15.2852,-5.2547': 'ML-4',
  // Made up, on a track along the border, where the map is accurate to some kilometres.
  'Border track, post 2 14.535,-1.85': 'ML-5'
}

describe('the places of the demonstration', () => {
  it('are about thirty, most of them with coordinates', () => {
    expect(locations.length).toBeGreaterThan(25)
    expect(located.length).toBeGreaterThan(15)
  })

  it.each(located.map(l => [`${l.name} ${l.lat},${l.lon}`, l] as const))(
    '%s lies in the country and area that are stated',
    (label, l) => {
      const found = gazetteer.reverse(l)
      const admin1 = elsewhereOnTheMap[label] ?? l.admin1
      expect(found.country).toBe(admin1?.slice(0, 2) ?? l.country)
      if (admin1 !== undefined) expect(found.admin1).toBe(admin1)
      const place = gazetteer.resolve({ ...nothing, ...l })
      expect(place).toMatchObject({
        country: l.country,
        admin1: l.admin1 ?? found.admin1,
        foundAdmin1: found.admin1
      })
    }
  )

  it.each(located.map(l => [`${l.name}, ${l.country}`, l] as const))(
    '%s by name alone is the same settlement, or has it among its candidates',
    (_, l) => {
      const exact = gazetteer.resolve({ ...nothing, ...l })
      if (exact.settlement === null) return
      const byName = gazetteer.resolve({ ...nothing, name: l.name, country: l.country })
      const known = gazetteer.find({ name: l.name, country: l.country }).candidates.map(c => c.id)
      const meant =
        byName.settlement === null ? byName.candidates.map(c => c.settlement) : [byName.settlement]
      // An unknown name, such as a road's, stays a separate settlement where it was reported.
      if (known.includes(exact.settlement)) expect(meant).toContain(exact.settlement)
      else expect(byName.resolution).not.toBe('gazetteer')
    }
  )

  it('are recorded with the neighbours of their areas, and with their seats', async () => {
    const places = recordsOfScenario(await readScenario('sahel')).flatMap(({ type, data }) =>
      type === 'report.received' ? [data.place, ...data.alsoAt] : []
    )
    expect(places.length).toBeGreaterThan(20)
    for (const place of places)
      expect(place.neighbours ?? []).toEqual(
        place.admin1 === null ? [] : gazetteer.neighboursOf(place.admin1)
      )
    expect(new Set(places.map(place => place.seat))).toEqual(
      new Set([undefined, 'admin1', 'admin2', 'country'])
    )
  })
})
