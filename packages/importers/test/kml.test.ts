import { describe, expect, it } from 'vitest'
import { readMapping } from '../src/item/mapping-file.ts'
import { contractErrors, importText, refusalsOf, reportsOf } from './import-sample.ts'

const read = readMapping(`version: 1
source: { value: map }
externalId: Ref
dates: { formats: [YYYY-MM-DD, YYYY-MM] }
occurred: { from: begin, to: end }
category: { column: Type, values: { Attack: attack } }
location: { lat: geometry.lat, lon: geometry.lon, radiusKm: geometry.radiusKm }
private: { narrative: [name, description] }
`)
if (!read.ok) throw new Error(read.errors.join())
const { mapping } = read

const placemark = (inner: string) => `<Placemark id="p1"><name>A &amp; B</name>${inner}</Placemark>`
const data =
  '<ExtendedData><Data name="Ref"><value>7</value></Data><Data name="Type"><value>Attack</value></Data></ExtendedData>'
const point = '<Point><coordinates>-4.2,14.5,0</coordinates></Point>'
const importKml = (...placemarks: readonly string[]) =>
  importText(
    `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>${placemarks.join('\n')}</Folder></Document></kml>`,
    'kml',
    { mapping }
  )

describe('KML', () => {
  it('gives a report for each placemark, with its time, data and geometry', async () => {
    const polygon =
      '<Polygon><outerBoundaryIs><LinearRing><coordinates>\n-4,14 -4.2,14 -4.2,14.2 -4,14\n</coordinates></LinearRing></outerBoundaryIs></Polygon>'
    const schema =
      '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="Ref">8</SimpleData><SimpleData name="Type">Attack</SimpleData></SchemaData></ExtendedData>'
    const items = await importKml(
      placemark(`<TimeStamp><when>2024-05-01</when></TimeStamp>${data}${point}`),
      placemark(
        `<description><![CDATA[A <b>text</b>]]></description><TimeSpan><begin>2024-05</begin><end>2024-06-02</end></TimeSpan>${schema}${polygon}`
      )
    )
    expect(refusalsOf(items)).toEqual([])
    const [first, second] = reportsOf(items).map(({ report }) => report)
    expect(first).toMatchObject({
      externalId: '7',
      occurred: { from: '2024-05-01', to: '2024-05-01' },
      category: 'attack',
      location: { lat: 14.5, lon: -4.2 },
      private: { narrative: 'A & B' }
    })
    expect(second).toMatchObject({
      externalId: '8',
      occurred: { from: '2024-05-01', to: '2024-06-02' },
      private: { narrative: 'A & B\nA <b>text</b>' }
    })
    expect(second?.location.radiusKm).toBeGreaterThan(10)
    expect(contractErrors(items)).toEqual([])
  })

  it('refuses a broken placemark, and reads those around it', async () => {
    const time = '<TimeStamp><when>2024-05-01</when></TimeStamp>'
    const items = await importKml(
      placemark(`${time}${data}<Point><coordinates>north</coordinates></Point>`),
      placemark(`${time}<b>${data}${point}`),
      placemark(`${time}${data}${point}`)
    )
    expect(items.map(item => item.kind)).toEqual(['refused', 'refused', 'report'])
    expect(refusalsOf(items)[0]?.faults[0]?.column).toBe('geometry')
  })

  it('takes a document type as text in CDATA, and refuses a declared one', async () => {
    const time = '<TimeStamp><when>2024-05-01</when></TimeStamp>'
    const page = '<description><![CDATA[<!DOCTYPE html><b>x</b>]]></description>'
    const [first] = reportsOf(await importKml(placemark(`${page}${time}${data}${point}`)))
    expect(first?.report.private?.narrative).toBe('A & B\n<!DOCTYPE html><b>x</b>')
    const declared = '<!DOCTYPE x [<!ENTITY a "b">]>'
    const inside = placemark(`${declared}${time}${data}${point}`)
    await expect(importKml(inside)).rejects.toThrow('declares a document type')
    const before = importText(`${declared}<kml>${placemark(point)}</kml>`, 'kml', { mapping })
    await expect(before).rejects.toThrow('declares a document type')
  })

  it('refuses a file without placemarks', async () => {
    await expect(importKml()).rejects.toThrow('there is no placemark of KML in the file')
  })
})
