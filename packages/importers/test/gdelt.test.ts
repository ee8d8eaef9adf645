import { describe, expect, it } from 'vitest'
import { gdeltColumns } from '../src/gdelt/gdelt.ts'
import {
  contractErrors,
  importSample,
  importText,
  refusalsOf,
  reportOf,
  reportsOf
} from './import-sample.ts'

/** A row of one version with the given columns. */
function row(columns: readonly string[], cells: Readonly<Record<string, string>>): string {
  return columns.map(name => cells[name] ?? '').join('\t')
}
const event = {
  GLOBALEVENTID: '1200000001',
  SQLDATE: '20240301',
  EventCode: '195',
  EventRootCode: '19',
  Actor1Name: 'MILITARY',
  NumSources: '3',
  ActionGeo_Type: '4',
  ActionGeo_FullName: 'Khartoum, Al Khartum, Sudan',
  ActionGeo_CountryCode: 'SU',
  ActionGeo_Lat: '15.5881',
  ActionGeo_Long: '32.5342',
  DATEADDED: '20240302101500',
  SOURCEURL: 'https://news.example/a"b'
}

describe('GDELT', () => {
  it('is read with its header; non-violent events are left out and counted', async () => {
    const items = await importSample('gdelt-1.tsv', 'gdelt')
    expect(items).toHaveLength(15)
    expect(items.filter(item => item.kind === 'skipped')).toHaveLength(12)
    expect(reportsOf(items).map(item => item.report.category)).toEqual([
      'clash',
      'clash',
      'territory-seized'
    ])
    expect(contractErrors(items)).toEqual([])
  })

  it('is read without header in each version', async () => {
    expect(gdeltColumns.map(columns => columns.length)).toEqual([57, 58, 61])
    for (const columns of gdeltColumns) {
      const items = await importText(
        `${row(columns, event)}\n${row(columns, { ...event, GLOBALEVENTID: '2' })}\n`,
        'gdelt'
      )
      expect(items.map(item => [item.kind, item.row])).toEqual([
        ['report', 1],
        ['report', 2]
      ])
      expect(reportOf(items, '1200000001')).toMatchObject({
        source: { id: 'gdelt' },
        reportedAt: '2024-03-02T10:15:00Z',
        occurred: { from: '2024-03-01', to: '2024-03-01' },
        category: 'air-strike',
        credibility: 4,
        location: { name: 'Khartoum', country: 'SD', lat: 15.5881, lon: 32.5342, radiusKm: 10 },
        actors: [{ name: 'MILITARY', role: 'side-a' }]
      })
      expect(contractErrors(items)).toEqual([])
    }
  })

  it('is read with commas and a header, as BigQuery exports it', async () => {
    const columns = gdeltColumns[2] as readonly string[]
    const cell = (name: string) => {
      const text = (event as Readonly<Record<string, string>>)[name] ?? ''
      return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    }
    const items = await importText(`${columns.join()}\n${columns.map(cell).join()}\n`, 'gdelt')
    expect(reportOf(items, '1200000001')).toMatchObject({
      category: 'air-strike',
      location: { name: 'Khartoum', lat: 15.5881 },
      private: { links: ['https://news.example/a"b'] }
    })
  })

  it('refuses an event without a place, and an invalid month', async () => {
    const columns = gdeltColumns[1] as readonly string[]
    const bad = { ...event, SQLDATE: '20241301', ActionGeo_Lat: '' }
    const [item] = refusalsOf(await importText(row(columns, bad), 'gdelt'))
    expect(item?.faults.map(({ column, reason }) => `${column} ${reason}`)).toEqual([
      'sqldate malformed',
      'ActionGeo_Lat no-place'
    ])
  })

  it('restores a leading zero by the root code, and refuses an ambiguous code', async () => {
    const columns = gdeltColumns[1] as readonly string[]
    const outcome = async (EventCode: string, EventRootCode: string) => {
      const [item] = await importText(row(columns, { ...event, EventCode, EventRootCode }), 'gdelt')
      return item?.kind === 'report' ? item.report.category : item?.kind
    }
    expect(await outcome('20', '02')).toBe('skipped')
    expect(await outcome('20', '2')).toBe('skipped')
    expect(await outcome('20', '20')).toBe('attack-on-civilians')
    expect(await outcome('19', '')).toBe('refused')
    expect(await outcome('14', '')).toBe('refused')
    expect(await outcome('04', '')).toBe('skipped')
    expect(await outcome('190', '')).toBe('clash')
    expect(await outcome('190', '18')).toBe('refused')
    expect(await outcome('211', '02')).toBe('skipped')
    expect(await outcome('x', '')).toBe('refused')
  })
})
