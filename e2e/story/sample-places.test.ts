// The made-up places of benches and of tests under load. A point outside of the country that is stated beside it starts nothing by place: what is to raise
// alerts would raise none, and what is to be ordinary news would be something else.

import { reportBody } from '@tocsin/bench/intake/intake-reports'
import { openingReport, quietReport, tellingReport, villagesMax } from '@tocsin/bench/path/path-reports'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { describe, expect, it } from 'vitest'
import { attackCells } from '../faults/report-poster.ts'

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
  const wrong = locations.filter(location => gazetteer.resolve({ ...nothing, ...location }).contradiction === 'country')
  return wrong.map(({ country, lat, lon }) => `${lat}, ${lon} is not in ${country}`)
}

describe('the made-up places of benches and tests under load lie in the country that they state', () => {
  it('the villages under siege, whose every report is of one place', () => {
    const villages = numbers(villagesMax).map(village => openingReport(village).location)
    expect(contradicting(villages)).toEqual([])
    expect(new Set(villages.map(({ lat, lon }) => `${lat} ${lon}`)).size).toBe(villagesMax)
    expect(tellingReport(7, 3).location).toEqual(openingReport(7).location)
  })

  it('the ordinary news beside them', () => {
    expect(contradicting(numbers(2000).map(number => quietReport(number).location))).toEqual([])
  })

  it('the reports of the intake bench', () => {
    const bodies = numbers(2000).map(number => JSON.parse(reportBody(number, false)) as { location: Location })
    expect(contradicting(bodies.map(({ location }) => location))).toEqual([])
  })

  it('the attacks that are posted while processes are killed', () => {
    const { rows, columns, south, west, apart, width } = attackCells
    const along = (from: number, count: number) => numbers(count).flatMap(n => [from + n * apart, from + n * apart + width])
    const corners = along(south, rows).flatMap(lat => along(west, columns).map(lon => ({ country: 'ML', lat, lon, radiusKm: 2 })))
    expect(corners).toHaveLength(4 * rows * columns)
    expect(contradicting(corners)).toEqual([])
  })
})
