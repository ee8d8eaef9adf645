import { describe, expect, it } from 'vitest'
import { acledEvents } from '../src/acled/acled-tables.ts'
import {
  contractErrors,
  importSample,
  importText,
  refusalsOf,
  reportOf,
  reportsOf
} from './import-sample.ts'

const items = await importSample('acled-shaped.csv', 'acled')

describe('ACLED', () => {
  it('is read with every sub-event type, and every report satisfies the contract', () => {
    expect(reportsOf(items)).toHaveLength(Object.keys(acledEvents).length)
    expect(contractErrors(items)).toEqual([])
  })

  it('reads days with month names, and keeps weeks and months as intervals that end by the day of knowledge', () => {
    expect(reportOf(items, 'MLI90002').occurred).toEqual({ from: '2024-03-02', to: '2024-03-08' })
    expect(reportOf(items, 'MLI90003').occurred).toEqual({ from: '2024-03-01', to: '2024-03-12' })
  })

  it('distinguishes attacks on civilians by civilian_targeting', () => {
    expect(reportOf(items, 'IND90016').category).toBe('protest')
    expect(reportOf(items, 'IND90017')).toMatchObject({
      category: 'attack-on-civilians',
      targets: [{ kind: 'civilians' }]
    })
  })

  it('refuses an ambiguous day, an unknown type, an unknown country, missing coordinates and a truncated row', () => {
    const refusals = refusalsOf(items).map(({ row, faults }) => [
      row,
      ...faults.map(({ column, reason }) => `${column} ${reason}`)
    ])
    expect(refusals).toEqual([
      [27, 'event_date malformed'],
      [28, 'sub_event_type unknown-value'],
      [29, 'country unknown-value'],
      [30, 'latitude missing', 'longitude missing', 'fatalities malformed'],
      [31, 'null unreadable']
    ])
  })

  it('reads the report time from seconds, a day or an instant with an offset, and from no ambiguous text', async () => {
    const head = 'event_id_cnty,event_date,sub_event_type,country,latitude,longitude,timestamp\n'
    const known = async (timestamp: string) =>
      (await importText(`${head}X1,2024-01-01,Armed clash,Mali,14,-5,${timestamp}\n`, 'acled')).map(
        item => (item.kind === 'report' ? [item.report.reportedAt, ...item.warnings] : item.kind)
      )[0]
    expect(await known('1710201600')).toEqual(['2024-03-12T00:00:00.000Z'])
    expect(await known('2024-03-12')).toEqual(['2024-03-12T23:59:59Z'])
    expect(await known('2024-03-12T08:00:00+02:00')).toEqual(['2024-03-12T08:00:00+02:00'])
    for (const text of [
      '03/04/2024',
      '2024-03-12 08:00:00',
      '12 March 2024 08:00',
      '2024-13-01',
      '1.7e9'
    ])
      expect(await known(text)).toEqual([undefined, 'no-date-of-knowledge'])
  })
})
