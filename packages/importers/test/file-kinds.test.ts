// What a file is, by its first bytes and its first rows: a sentence for what can't be read; JSON,
// HXL tags and tables without a header are read.

import { describe, expect, it } from 'vitest'
import { importFormats } from '../src/formats.ts'
import { explainNoDay, explainNoNumber } from '../src/item/likely-causes.ts'
import type { Mapping } from '../src/item/mapping-file.ts'
import { bytesOf, importBytes, importText, refusalsOf, reportsOf } from './import-sample.ts'

const mapping: Mapping = {
  version: 1,
  source: { value: 's' },
  externalId: 'id',
  occurred: { from: 'day' },
  category: { value: 'attack' },
  location: { lat: 'lat', lon: 'lon' }
}
const csv = (text: string) => importText(text, 'csv', { mapping })
const latin1 = (text: string) => importBytes(bytesOf([Buffer.from(text, 'latin1')]), 'acled')

/** The header of a file in a zip archive. */
function zip(name: string): string {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(name.length, 26)
  return header.toString('latin1') + name
}

describe('a file that is no text of a format', () => {
  it.each([
    [zip('[Content_Types].xml'), 'workbook'],
    [zip('GEDEvent_v24_1.csv'), 'zip archive, and its first file is "GEDEvent_v24_1.csv"'],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'old Excel workbook'],
    ['%PDF-1.7\n', 'PDF'],
    ['BZh91AY', 'bzip2 archive'],
    ['\xfe\xff\0i\0d', 'big-endian'],
    ['\xef\xbb\xbf\r\n<!-- x -->\n<HTML><title>Sign in</title>', 'web page, titled "Sign in"'],
    ['<?xml version="1.0"?><a/>', 'XML']
  ])('is named: %j', async (text, name) => {
    await expect(latin1(text)).rejects.toThrow(name)
  })

  it('is a web page for every format', async () => {
    for (const format of importFormats)
      await expect(
        importText('<html><body>403</body></html>', format, { mapping })
      ).rejects.toThrow('this is a web page')
  })

  it('has no rows', async () => {
    for (const format of importFormats.filter(format => format !== 'cap'))
      await expect(importText('', format, { mapping })).rejects.toThrow('the file is empty')
    const lists = ['{"type":"FeatureCollection","features":[]}', '[]']
    for (const text of lists)
      await expect(importText(text, 'geojson')).rejects.toThrow('the file has no rows')
    const heads = [
      'id,day,lat,lon\n',
      'id,day,lat,lon\n#meta+id,#date+start,#geo+lat,#geo+lon\n',
      '{"data":[]}'
    ]
    for (const text of heads) await expect(csv(text)).rejects.toThrow('the file has no rows')
  })

  it('is an answer of an API with an error', async () => {
    await expect(importText('{"status":401,"error":"Invalid token"}', 'ucdp-ged')).rejects.toThrow(
      'an answer without rows, with status "401": "Invalid token"'
    )
    await expect(importText('{"error":{"message":"Quota"}}', 'acled')).rejects.toThrow('"Quota"')
  })

  it('is a table of another format, or one without a header', async () => {
    const ged = 'id,type_of_violence,latitude,longitude,country,date_start,date_end\n'
    await expect(importText(ged, 'acled')).rejects.toThrow('those of --format ucdp-ged')
    await expect(csv('1,2024-03-01,14,-5\n')).rejects.toThrow('the first row is data')
    await expect(csv('id,day\nx,2024-03-01\n')).rejects.toThrow('it has no column lat, lon')
    await expect(importText('[{"type":"Feature"}]', 'acled')).rejects.toThrow('--format geojson')
  })
})

describe('a table', () => {
  const row = 'x,2024-03-01,14,-5\n'

  it('may have titles, a second header and HXL tags before its rows, which are counted', async () => {
    const tags = '#meta+id, #date+start ,#geo +lat,\n'
    for (const [text, headings] of [
      [`id,day,lat,lon\n${tags}${row}`, [2]],
      [`id,day,lat,lon\nRef,When,North,East\n${tags}${row}`, [2, 3]],
      [`Ref,When,North,East\n\nid,day,lat,lon\n${tags}${row}`, [1, 4]],
      [`id,day,lat,lon\n${row}id,day,lat,lon\n`, [3]]
    ] as const) {
      const items = await csv(text)
      expect(items.filter(item => item.kind === 'skipped').map(item => item.row)).toEqual(headings)
      expect(reportsOf(items).map(item => item.report.externalId)).toEqual(['x'])
    }
  })

  it('may be JSON: a list, an answer with a list, or an object on each line', async () => {
    const one = '{"id":"x","day":"2024-03-01","lat":14,"lon":-5.5,"more":{"a":null}}'
    for (const text of [`[${one}]`, `{"status":200,"data":[${one}],"count":1}`, `${one}\n`])
      expect(reportsOf(await csv(text)).map(item => item.report.location)).toEqual([
        { lat: 14, lon: -5.5 }
      ])
    const items = await csv(`{"Result":[${one},5,{"id":"y"}]}`)
    expect(refusalsOf(items).map(({ row, faults }) => [row, faults[0]?.reason])).toEqual([
      [2, 'unreadable'],
      [3, 'missing']
    ])
  })

  it('of features has swapped coordinates refused with that cause', async () => {
    const feature = { type: 'Feature', geometry: { type: 'Point', coordinates: [14.6, 120.9] } }
    const items = await importText(JSON.stringify(feature), 'geojson', { source: 's' })
    expect(refusalsOf(items)[0]?.faults[0]?.detail).toContain('longitude comes first')
  })

  it('has a point off the globe refused, with the likely cause', async () => {
    const faults = async (lat: number, lon: number) =>
      refusalsOf(await csv(`id,day,lat,lon\nx,2024-03-01,${lat},${lon}\n`))[0]?.faults[0]
    expect(await faults(120.9, 14.6)).toMatchObject({
      column: 'lat',
      detail: expect.stringContaining('may be swapped')
    })
    expect(await faults(14.6, 12097)).toMatchObject({
      column: 'lon',
      detail: expect.stringContaining('decimal point may be missing')
    })
  })
})

describe('the likely cause', () => {
  it.each([
    ['45629', 'serial day of 2024-12-03'],
    ['45629.5', 'serial day of 2024-12-03'],
    ['3/12/2024', 'day or month first'],
    ['30-Apr-19', 'a year of two digits'],
    ['2024', 'a year alone'],
    ['March 2024', 'a month alone'],
    ['2024-02-30', 'not in the calendar'],
    ['1710201600', 'a Unix time'],
    ['########', 'too narrow'],
    ['unknown', 'no value'],
    ['someday', '']
  ])('of no day: %s', (text, cause) => {
    expect(explainNoDay(text)).toContain(cause)
    if (cause === '') expect(explainNoDay(text)).toBe('')
  })

  it.each([
    ['12,3703', 'a decimal comma: write 12.3703'],
    ['19.93, 39.07', 'two numbers in one cell'],
    ['1 234 567', 'thousands separators'],
    ['12°22\'13"N', 'decimal degrees'],
    ['5-Mar', 'Excel made a date'],
    ['#REF!', 'formula'],
    ['10-20', 'a range'],
    ['x', '']
  ])('of no number: %s', (text, cause) => {
    expect(explainNoNumber(text)).toContain(cause)
    if (cause === '') expect(explainNoNumber(text)).toBe('')
  })
})
