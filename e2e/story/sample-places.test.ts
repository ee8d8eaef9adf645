// The made-up places of benchmarks and load tests. A point outside its stated country triggers
// nothing by place: what should raise alerts would not, and ordinary reports would be something
// else.

import {
  makeFeedReport,
  makeOpeningReport,
  makeQuietReport,
  makeSiegeReport,
  villagesMax
} from '@tocsin/bench/load/reports'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { describe, expect, it } from 'vitest'
import { attackCells } from '../faults/attack-story.ts'

interface Location {
  readonly country: string
  readonly lat: number
  readonly lon: number
  readonly radiusKm: number
}

const gazetteer = openWorldGazetteer()
const nothing = { name: null, admin1: null }
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

function contradicting(locations: readonly Location[]): string[] {
  const wrong = locations.filter(
    location => gazetteer.resolve({ ...nothing, ...location }).contradiction === 'country'
  )
  return wrong.map(({ country, lat, lon }) => `${lat}, ${lon} is not in ${country}`)
}

describe('the made-up places of benchmarks and load tests lie in their stated country', () => {
  it('besieged villages, with all reports of one place', () => {
    const villages = numbers(villagesMax).map(village => makeOpeningReport(village).location)
    expect(contradicting(villages)).toEqual([])
    expect(new Set(villages.map(({ lat, lon }) => `${lat} ${lon}`)).size).toBe(villagesMax)
    expect(makeSiegeReport(7, 3).location).toEqual(makeOpeningReport(7).location)
  })

  it('ordinary reports', () => {
    expect(contradicting(numbers(2000).map(number => makeQuietReport(number).location))).toEqual([])
  })

  it('reports of the intake benchmark', () => {
    const bodies = numbers(2000).map(
      number => JSON.parse(makeFeedReport(number, false)) as { location: Location }
    )
    expect(contradicting(bodies.map(({ location }) => location))).toEqual([])
  })

  it('attacks posted while processes are killed', () => {
    const { rows, columns, south, west, apart, width } = attackCells
    const along = (from: number, count: number) =>
      numbers(count).flatMap(n => [from + n * apart, from + n * apart + width])
    const corners = along(south, rows).flatMap(lat =>
      along(west, columns).map(lon => ({ country: 'ML', lat, lon, radiusKm: 2 }))
    )
    expect(corners).toHaveLength(4 * rows * columns)
    expect(contradicting(corners)).toEqual([])
  })
})
