import { describe, expect, it } from 'vitest'
import type { Mapping } from '../src/item/mapping-file.ts'
import { readMapping } from '../src/item/mapping-file.ts'
import { contractErrors, importText, refusalsOf, reportsOf } from './import-sample.ts'

const mapping = (
  extra: string,
  occurred = '{ from: Day }',
  location = '{ lat: Lat, lon: Lon }'
) => {
  const text = `version: 1\nsource: { value: s }\nexternalId: Id\ncategory: { value: attack }\noccurred: ${occurred}\nlocation: ${location}\n${extra}`
  const read = readMapping(text)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  return read.mapping
}
const areas = (name: string, country: string) =>
  country === 'ML' && ['Mopti', 'ML05', 'ML-5'].includes(name) ? 'ML-5' : null

async function readOne(header: string, cells: string, mapped: Mapping, settings = {}) {
  const items = await importText(`${header}\n${cells}\n`, 'csv', {
    mapping: mapped,
    areas,
    ...settings
  })
  expect(contractErrors(items)).toEqual([])
  return {
    report: reportsOf(items)[0]?.report,
    warnings: reportsOf(items)[0]?.warnings,
    faults: refusalsOf(items)[0]?.faults.map(({ column, detail }) => `${column} ${detail}`)
  }
}

describe('days of a sheet', () => {
  it.each([
    ['[D-MMM-YY]', '30-Apr-19', '2019-04-30', '2019-04-30'],
    ['[DD/MM/YY]', '01/02/69', '1969-02-01', '1969-02-01'],
    ['[DD/MM/YY]', '01/02/68', '2068-02-01', '2068-02-01'],
    ['[YYYY]', '2019', '2019-01-01', '2019-12-31'],
    ['[MM/YYYY]', '02/2024', '2024-02-01', '2024-02-29'],
    ['[MMM YYYY]', 'April 2019', '2019-04-01', '2019-04-30'],
    ['[excel]', '45629', '2024-12-03', '2024-12-03'],
    ['[excel]', '45629.75', '2024-12-03', '2024-12-03'],
    ['[DD/MM/YYYY]', '2024-03-01T00:00:00', '2024-03-01', '2024-03-01']
  ])('by the pattern %s: %s', async (formats, text, from, to) => {
    const mapped = mapping(`dates: { formats: ${formats} }`)
    const { report } = await readOne('Id,Day,Lat,Lon', `1,${text},1,2`, mapped)
    expect(report?.occurred).toEqual({ from, to })
  })

  it('have their hours where an offset is stated', async () => {
    const mapped = mapping('dates: { formats: [excel], offset: "+01:00" }')
    const { report } = await readOne('Id,Day,Lat,Lon', '1,45629.75,1,2', mapped)
    expect(report?.occurred.from).toBe('2024-12-03T18:00:00+01:00')
  })

  const parts = '{ from: { year: Y, month: M, day: D } }'
  it.each([
    ['2019,4,30', '2019-04-30', '2019-04-30'],
    ['2019,4,0', '2019-04-01', '2019-04-30'],
    ['2019,April,', '2019-04-01', '2019-04-30'],
    ['2019,0,0', '2019-01-01', '2019-12-31'],
    ['2019,,12', '2019-01-01', '2019-12-31']
  ])('in three columns: %s', async (cells, from, to) => {
    const { report } = await readOne('Id,Y,M,D,Lat,Lon', `1,${cells},1,2`, mapping('', parts))
    expect(report?.occurred).toEqual({ from, to })
  })

  it('are refused if there is no such month, day or year', async () => {
    for (const cells of ['2019,13,1', '2019,2,30', '19x,1,1']) {
      const { faults } = await readOne('Id,Y,M,D,Lat,Lon', `1,${cells},1,2`, mapping('', parts))
      expect(faults?.[0]).toMatch(/^Y is not a day/)
    }
  })

  it('are as exact as a column says, and end when they were reported', async () => {
    const mapped = mapping(
      'reportedAt: Told',
      '{ from: Day, precision: { column: P, values: { 1: day, 2: week, 3: month } } }'
    )
    const days = async (cells: string) =>
      (await readOne('Id,Day,Told,P,Lat,Lon', `1,${cells},1,2`, mapped)).report?.occurred
    expect(await days('2024-05-10,2024-06-10,2')).toEqual({ from: '2024-05-07', to: '2024-05-13' })
    expect(await days('2024-05-10,2024-05-20,3')).toEqual({ from: '2024-05-01', to: '2024-05-20' })
    expect(await days('2024-05-10,2024-05-09,1')).toEqual({ from: '2024-05-10', to: '2024-05-10' })
  })
})

describe('numbers and places of a sheet', () => {
  it.each([
    ['latLon', '', '"19.93, 39.07"'],
    ['latLon', '', '(19.93; 39.07)'],
    ['lonLat', '', 'POINT (39.07 19.93)'],
    ['latLon', 'decimal: ","', '"19,93; 39,07"'],
    ['latLon', 'decimal: ","', '"19,93, 39,07"']
  ])('%s %s: %s', async (member, extra, cell) => {
    const mapped = mapping(extra, '{ from: Day }', `{ ${member}: Where }`)
    const { report } = await readOne('Id,Day,Where', `1,2024-05-01,${cell}`, mapped)
    expect(report?.location).toEqual({ lat: 19.93, lon: 39.07 })
  })

  it('refuse a cell without two coordinates, and half a pair', async () => {
    const both = mapping('', '{ from: Day }', '{ latLon: Where }')
    expect((await readOne('Id,Day,Where', '1,2024-05-01,19.93', both)).faults?.[0]).toBe(
      'Where is not two coordinates: "19.93"'
    )
    expect((await readOne('Id,Day,Lat,Lon', '1,2024-05-01,1,', mapping(''))).faults?.[0]).toBe(
      'Lon is empty, and the other coordinate is not'
    )
  })

  it('have a decimal comma, sums and texts for nothing', async () => {
    const mapped = mapping(
      'decimal: ","\nempty: [Unknown, -99]\nfatalities: { best: { sum: [A, B, Absent] } }',
      '{ from: Day }',
      '{ lat: Lat, lon: Lon, name: Town, radiusKm: { column: P, values: { "(1)*": 2.5, "": 50 } } }'
    )
    const read = (cells: string) => readOne('Id;Day;Lat;Lon;Town;P;A;B', cells, mapped)
    const { report } = await read('1;2024-05-01;12,3703;-1,5;Unknown;(1) Exact ;2;-99')
    expect(report?.location).toEqual({ lat: 12.3703, lon: -1.5, radiusKm: 2.5 })
    expect(report?.fatalities).toEqual({ low: null, best: 2, high: null })
    expect((await read('1;2024-05-01;12;-1;;;2;3')).report).toMatchObject({
      location: { radiusKm: 50 },
      fatalities: { best: 5 }
    })
  })

  it('mean the region where only it is stated, not a town with its name', async () => {
    const area = (location: string) => mapping('', '{ from: Day }', location)
    const columns = 'Id,Day,Country,admin1_code,admin1_name'
    for (const location of [
      '{ country: Country, admin1: admin1_code }',
      '{ country: Country, admin1: admin1_code, name: admin1_name }',
      '{ country: Country, admin1: admin1_name, name: admin1_name }'
    ]) {
      const { report, warnings } = await readOne(
        columns,
        '1,2024-05-01,Mali,ML05,Mopti',
        area(location)
      )
      expect(report?.location).toEqual({ name: 'ML-5', country: 'ML', admin1: 'ML-5' })
      expect(warnings).toEqual(['no-date-of-knowledge'])
    }
    const unknown = await readOne(
      columns,
      '1,2024-05-01,Mali,ML99,Nowhere',
      area('{ country: Country, admin1: admin1_code }')
    )
    expect(unknown.faults).toEqual([
      'admin1_code has no coordinates, and its area is unknown: "ML99"'
    ])
  })

  it('are a country for statistics alone', async () => {
    const country = mapping('', '{ from: Day }', '{ country: Country }')
    const read = (mapped: Mapping) => readOne('Id,Day,Country', '1,2024-05-01,Mali', mapped)
    expect((await read({ ...country, category: { value: 'statistic' } })).report?.location).toEqual(
      {
        name: 'Mali',
        country: 'ML'
      }
    )
    expect((await read(country)).faults?.[0]).toMatch(/^Country has neither coordinates/)
  })

  it('warn of rows without an id', async () => {
    const { warnings } = await readOne('Id,Day,Lat,Lon', ',2024-05-01,1,2', mapping(''))
    expect(warnings).toContain('no-id')
  })
})
