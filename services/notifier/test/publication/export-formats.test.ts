import { describe, expect, it } from 'vitest'
import type { ExportKind } from '../../src/publication/export-formats.ts'
import { createWriter } from '../../src/publication/export-formats.ts'

const kind: ExportKind<{ readonly text: string | readonly string[] }> = {
  columns: { first: () => 'a', text: ({ text }) => text },
  idOf: () => 'a',
  discOf: () => null
}

describe('a text in a CSV export', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ["x;=cmd|'/C calc'!A0;y", "x;'=cmd|'/C calc'!A0;y"],
    ['x; @SUM(1)', "x;' @SUM(1)"],
    ['a;＝1', "a;'＝1"],
    [' =1+1', "' =1+1"],
    ['\u200b\ufeff=1+1', "'\u200b\ufeff=1+1"],
    ['a;\u200b=1', "a;'\u200b=1"],
    ['\u200bName', '\u200bName'],
    ['\u00ad=1', "'\u00ad=1"],
    ['a;\u2066\u{e0020}=1', "a;'\u2066\u{e0020}=1"],
    ['\t=1+1', "'\t'=1+1"],
    [' \t=1', "' \t'=1"],
    ['\tName', "'\tName"],
    [['x', '=1', '+2'], "x;'=1;'+2"],
    ['a;b - c', 'a;b - c']
  ])('%j is no formula, whichever separator the spreadsheet has', (text, expected) => {
    expect(createWriter('csv', kind).row({ text }, 0)).toBe(`a,${expected}\n`)
  })
})

interface Row {
  readonly admin1: string | null
  readonly place: string
}
const places: ExportKind<Row> = {
  columns: {
    incidentId: () => 'i1',
    occurredFrom: () => '2026-01-01',
    place: ({ place }) => place,
    admin1: ({ admin1 }) => admin1,
    lat: () => 14.5,
    independentSources: () => 2
  },
  idOf: () => 'i1',
  discOf: () => [14.5, -4.2, 0.5]
}

describe('a CSV export', () => {
  it('has tags and p-codes for HXL, and a mark for Excel, if they are asked for', () => {
    const writer = createWriter('csv', places, { hxl: true, bom: true })
    expect(writer.head()).toBe(
      '\ufeffincidentId,occurredFrom,place,admin1,lat,independentSources,admin1Pcode\n' +
        '#event+id,#date+occurred+start,#loc+name,#adm1+code+v_iso3166_2,#geo+lat,#meta+independent_sources,#adm1+code+v_pcode\n'
    )
    expect(writer.row({ admin1: 'ML-5', place: 'Mopti' }, 0)).toMatch(/,ML-5,14.5,2,ML05\n$/)
    expect(writer.row({ admin1: 'FR-75', place: 'Paris' }, 1)).toMatch(/,FR-75,14.5,2,\n$/)
    expect(createWriter('csv', places).head()).toMatch(/^incidentId,.*\n$/)
  })
})

describe('a KML export', () => {
  it('has a placemark for each row, with its time, data and place', () => {
    const text = createWriter('kml', places).row({ admin1: null, place: 'A & <B>\u0001' }, 0)
    expect(text).toBe(
      '<Placemark><name>A &amp; &lt;B&gt;?</name><TimeSpan><begin>2026-01-01</begin></TimeSpan><ExtendedData>' +
        '<Data name="incidentId"><value>i1</value></Data><Data name="occurredFrom"><value>2026-01-01</value></Data>' +
        '<Data name="place"><value>A &amp; &lt;B&gt;?</value></Data><Data name="lat"><value>14.5</value></Data>' +
        '<Data name="independentSources"><value>2</value></Data></ExtendedData>' +
        '<Point><coordinates>-4.2,14.5</coordinates></Point></Placemark>\n'
    )
    const wide = { ...places, discOf: () => [14.5, -4.2, 10] as const }
    expect(createWriter('kml', wide).row({ admin1: null, place: 'B' }, 0)).toMatch(
      /<LinearRing><coordinates>-4\.\d+,14\.5 .*<\/coordinates><\/LinearRing>/
    )
  })
})
