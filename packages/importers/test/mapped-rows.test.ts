import { describe, expect, it } from 'vitest'
import { type Mapping, readMapping } from '../src/item/mapping-file.ts'
import { contractErrors, importText, refusalsOf, reportsOf } from './import-sample.ts'

const yaml = `
version: 1
description: a made-up incident log
dates: { formats: [DD/MM/YYYY, "DD/MM/YYYY HH:mm"], offset: "+01:00" }
skip: [{ column: Status, values: [rumour] }]
source: { value: ngo-log }
externalId: Ref
reportedAt: Logged
occurred: { from: Start, to: End }
category: { column: Type, values: { Armed attack: attack, Kidnapping: abduction, 12: looting } }
location: { name: Place, country: Country, admin1: Region, lat: Lat, lon: Lon, radiusKm: { column: Precision, values: { exact: 1, area: 40 }, otherwise: 25 } }
actors: [{ name: Group, role: { value: perpetrator } }]
targets: [Victims]
fatalities: { best: Killed }
credibility: { value: 3 }
handling: { value: partners }
private: { narrative: [Notes], links: [Link], persons: [{ name: Missing, role: { value: missing } }] }
`
const columns =
  'Ref,Logged,Start,End,Type,Place,Country,Region,Lat,Lon,Precision,Group,Victims,Killed,Notes,Link,Missing,Status'
const good =
  'N-1,03/06/2025 14:30,01/06/2025,,armed attack,Dioura,Mali,,14.8,-5.2,exact,Unknown men,civilians,2,A text,https://a.example/1,A Name,ok'

function mappingOf(text: string): Mapping {
  const read = readMapping(text)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  return read.mapping
}

describe('a CSV with a mapping', () => {
  const mapping = mappingOf(yaml)

  it('becomes reports that satisfy the contract', async () => {
    const items = await importText(`${columns}\n${good}\n`, 'csv', { mapping })
    expect(reportsOf(items)[0]?.report).toEqual({
      source: { id: 'ngo-log' },
      externalId: 'N-1',
      reportedAt: '2025-06-03T14:30:00+01:00',
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      location: { name: 'Dioura', country: 'ML', lat: 14.8, lon: -5.2, radiusKm: 1 },
      actors: [{ name: 'Unknown men', role: 'perpetrator' }],
      targets: [{ kind: 'civilians' }],
      fatalities: { low: null, best: 2, high: null },
      credibility: 3,
      handling: 'partners',
      private: {
        narrative: 'A text',
        links: ['https://a.example/1'],
        persons: [{ name: 'A Name', role: 'missing' }]
      }
    })
    expect(contractErrors(items)).toEqual([])
  })

  it('leaves out rows as mapped, and refuses values missing from the mapping', async () => {
    const rows = [
      good.replace(',ok', ',Rumour'),
      good.replace('armed attack', 'Bad weather').replace('03/06/2025', '2025-06-03')
    ]
    const items = await importText(`${columns}\n${rows.join('\n')}\n`, 'csv', { mapping })
    expect(items[0]).toMatchObject({ kind: 'skipped', reason: 'skipped-by-mapping' })
    expect(refusalsOf(items)[0]?.faults.map(({ column, reason }) => `${column} ${reason}`)).toEqual(
      ['Type unknown-value', 'Type missing', 'Logged malformed']
    )
  })

  it('names the missing columns of a file', async () => {
    await expect(importText('Ref,Start\n1,2\n', 'csv', { mapping })).rejects.toThrow(
      'it has no column Logged, End, Type'
    )
  })

  it('names the columns of a file without header', async () => {
    const bare = mappingOf(
      'version: 1\ntable: { delimiter: ";", header: [id, day, lat, lon] }\nsource: { value: s }\nexternalId: id\noccurred: { from: day }\ncategory: { value: attack }\nlocation: { lat: lat, lon: lon }'
    )
    expect(await importText('7;2024-01-02;1.5;2.5\n', 'csv', { mapping: bare })).toMatchObject([
      { kind: 'report', row: 1, report: { externalId: '7', location: { lat: 1.5, lon: 2.5 } } }
    ])
  })
})

describe('a mapping file', () => {
  const errorsOf = (text: string) => {
    const read = readMapping(text)
    return read.ok ? [] : read.errors
  }

  it('is validated, with the place of each fault', () => {
    expect(
      errorsOf('version: 1\nsource: s\noccurred: {}\ncategory: 7\nlocation: {}\nplace: x')
    ).toEqual(
      expect.arrayContaining([
        'the mapping has an unknown member: place',
        expect.stringContaining('/occurred must have required property'),
        '/category must be the name of a column, or an object with column, or one with value'
      ])
    )
    expect(errorsOf('a: [')[0]).toMatch(/^the mapping is neither YAML nor JSON/)
    expect(
      errorsOf(
        'version: 1\ndates: { formats: ["HH:mm:ss"] }\nsource: s\noccurred: { from: a }\ncategory: b\nlocation: {}'
      )
    ).toEqual(['/dates/formats the pattern "HH:mm:ss" must contain a year, a month and a day'])
    const hours = (offset: string) =>
      errorsOf(
        `version: 1\ndates: { formats: ["DD/MM/YYYY HH:mm"]${offset} }\nsource: s\noccurred: { from: a }\ncategory: b\nlocation: {}`
      )
    expect(hours('')).toEqual([expect.stringMatching(/^\/dates\/offset is required/)])
    expect(hours(', offset: "+01:00"')).toEqual([])
  })
})
