import { describe, expect, it } from 'vitest'
import { findCodedArea } from '../src/cap/cap-codes.ts'
import { createImporter } from '../src/formats.ts'
import { bytesOf, contractErrors, importText, plainSettings, reportsOf } from './import-sample.ts'

describe('codes of areas', () => {
  it.each([
    ['SAME', '036061', 'US-NY'],
    ['FIPS6', '036061', 'US-NY'],
    ['FIPS', '36061', 'US-NY'],
    ['UGC', 'NYZ072', 'US-NY'],
    ['UGC', 'GMZ630', undefined],
    ['profile:CAP-CP:Location:0.3', '3520005', 'CA-ON'],
    ['ISO3166-2', 'ML-5', 'ML-5'],
    ['SAME', '099999', undefined]
  ])('%s %s', (system, code, admin1) => {
    expect(findCodedArea(system, code)?.admin1).toBe(admin1)
  })

  it('of Europe are countries', () => {
    expect(findCodedArea('EMMA_ID', 'EL001')).toEqual({ country: 'GR', admin1: null })
    expect(findCodedArea('NUTS3', 'DE911')).toEqual({ country: 'DE', admin1: null })
  })
})

const alert = (id: string, areas: string) =>
  `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${id}</identifier><sender>a@example.org</sender><sent>2024-05-01T00:00:00-00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>Flood</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty><area><areaDesc>Springfield</areaDesc>${areas}</area></info></alert>`
const geocode = (name: string, value: string) =>
  `<geocode><valueName>${name}</valueName><value>${value}</value></geocode>`

describe('an alert with codes alone', () => {
  it('is in the state of its codes', async () => {
    const codes = geocode('SAME', '017167') + geocode('UGC', 'ILZ051')
    const items = await importText(alert('1', codes), 'cap')
    expect(reportsOf(items)[0]?.report.location).toEqual({
      name: 'US-IL',
      country: 'US',
      admin1: 'US-IL'
    })
    expect(contractErrors(items)).toEqual([])
  })

  it('is counted, with its code systems, if they are unknown', async () => {
    const importer = createImporter('cap', null)
    const text = alert('1', geocode('AMOC', '7')) + alert('2', geocode('UGC', 'ILZ051'))
    const details: string[] = []
    for await (const items of importer.items(bytesOf([text]), plainSettings))
      for (const item of items)
        if (item.kind === 'refused') details.push(...item.faults.map(({ detail }) => detail))
    expect(details).toEqual([
      'has no circle, no polygon and no known code, only AMOC: it cannot be located'
    ])
    expect(importer.notes?.()[0]).toMatch(
      /^1 of 2 alerts cannot be placed: their areas have only codes of AMOC\./
    )
  })
})
