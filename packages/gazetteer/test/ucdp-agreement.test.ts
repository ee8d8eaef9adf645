// Reverse look-ups against what coders of conflict data read in their sources: 2,000 events of the UCDP Georeferenced Event Dataset 24.1 (Myanmar,
// CC BY 4.0, Uppsala Conflict Data Program; Sundberg and Melander 2013) that name a first-level area. Where the two differ, the test says why.

import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

interface Row {
  readonly lat: number
  readonly lon: number
  readonly country: string | null
  readonly admin1: string | null
  readonly where: string
}

const gazetteer = openWorldGazetteer()
const rows: readonly Row[] = readFileSync(new URL('./golden/ucdp-myanmar.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map(line => {
    const [, lat = '', lon = '', countryName = '', areaName = '', where = ''] = line.split('\t')
    const country = gazetteer.countryNamed(countryName)
    const area = country === null ? null : gazetteer.admin1Of(areaName, country)
    return { lat: Number(lat), lon: Number(lon), country, admin1: area?.kind === 'known' ? area.code : null, where }
  })

const found = rows.map(row => ({ ...row, answer: gazetteer.reverse(row) }))
const otherCountry = found.filter(row => row.answer.country !== row.country)
const otherArea = found.filter(row => row.answer.country === row.country && row.answer.admin1 !== row.admin1)

/** Why a row disagrees: at sea, at a border within what the map is good for, or elsewhere. */
function reasonOf({ lat, lon, country, answer }: (typeof found)[number]): string {
  if (answer.country === null) return 'at sea, further than 5 km from any land of the map'
  const km = country === null ? null : gazetteer.depthInto({ lat, lon }, country, 3)
  return km === null ? 'elsewhere' : `across a border that is drawn to some 2 km (here ${km} km or less)`
}

describe('events with admin names', () => {
  it('are 2,000, and their countries and areas are known by name', () => {
    expect(rows).toHaveLength(2000)
    expect(rows.filter(row => row.country !== 'MM')).toEqual([])
    expect(rows.filter(row => row.admin1 === null).length).toBeLessThanOrEqual(1)
  })

  it('agree at country in at least 98 of 100', () => {
    expect(otherCountry.length).toBeLessThanOrEqual(rows.length * 0.02)
  })

  it('agree at the first-level area in at least 97 of 100', () => {
    expect(otherCountry.length + otherArea.length).toBeLessThanOrEqual(rows.length * 0.03)
  })

  it('disagree at a border, at sea or at a place that was coded coarsely', () => {
    const elsewhere = otherCountry.filter(row => reasonOf(row) === 'elsewhere').map(row => row.where)
    expect([...new Set(elsewhere)]).toEqual(['Pong Lao army camp'])
  })
})

afterAll(() => {
  const agree = (n: number) => `${(100 * (1 - n / rows.length)).toFixed(2)} %`
  console.log(
    `UCDP: ${agree(otherCountry.length)} agree at country, ${agree(otherCountry.length + otherArea.length)} at the first-level area`
  )
  const lines = otherCountry.map(row => `${row.where}: ${row.answer.country ?? 'none'}, ${reasonOf(row)}`)
  for (const [line, times] of Map.groupBy(lines, line => line)) console.log(`${times.length} × ${line}`)
})
