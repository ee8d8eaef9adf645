import { describe, expect, it } from 'vitest'
import { acledEvents } from '../src/acled/acled-tables.ts'
import { createImporter } from '../src/formats.ts'
import { readItems } from '../src/read-items.ts'
import {
  bytesOf,
  contractErrors,
  importSample,
  importText,
  plainSettings,
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

  it('counts a row as known at the weekly release, and a later change as a later revision', async () => {
    const head = 'event_id_cnty,event_date,sub_event_type,country,latitude,longitude,timestamp\n'
    const known = async (timestamp: string, day = '2024-01-01', settings = {}) =>
      (
        await importText(
          `${head}X1,${day},Armed clash,Mali,14,-5,${timestamp}\n`,
          'acled',
          settings
        )
      ).map(item => (item.kind === 'report' ? item.report.reportedAt : item.kind))[0]
    // Monday 1 January lies in the week to Friday 5 January, released on Tuesday 9 January.
    const changes = ['1710201600', '2024-03-13', '2025-03-12T08:00:00+02:00']
    const times = await Promise.all(changes.map(change => known(change)))
    for (const time of times) expect(time).toMatch(/^2024-01-09T/)
    expect([...times].sort()).toEqual(times)
    expect(new Set(times).size).toBe(3)
    expect(await known('03/04/2024')).toBe('2024-01-09T12:00:00.000Z')
    expect(await known('', '2024-01-06')).toBe('2024-01-16T12:00:00.000Z')
    // Changed before the release, or released after now.
    expect(await known('1704326400')).toBe('2024-01-04T00:00:00.000Z')
    expect(await known('', '2026-11-26')).toBeUndefined()
    expect(await known('1710201600', '2024-01-01', { knownAtColumn: 'timestamp' })).toBe(
      '2024-03-12T00:00:00.000Z'
    )
  })

  it('says what timestamp is, with medians', async () => {
    const head = 'event_id_cnty,event_date,sub_event_type,country,latitude,longitude,timestamp\n'
    const rows = ['05', '06', '07'].map(
      day => `X${day},2024-01-${day},Armed clash,Mali,14,-5,1710201600\n`
    )
    const importer = createImporter('acled', null)
    const bytes = bytesOf([head + rows.join('')])
    for await (const _ of readItems(importer, bytes, plainSettings));
    expect(importer.notes?.()).toEqual([
      expect.stringMatching(/not when it became known: 66 days .* in 100 % of rows/),
      expect.stringMatching(/weekly release, .*: 9 days after the event in the median/)
    ])
  })

  const early =
    'GWNO,EVENT_ID_CNTY,EVENT_ID_NO_CNTY,EVENT_DATE,YEAR,TIME_PRECISION,EVENT_TYPE,ACTOR1,ALLY_ACTOR_1,INTER1,ACTOR2,ALLY_ACTOR_2,INTER2,INTERACTION,COUNTRY,ADMIN1,ADMIN2,ADMIN3,LOCATION,LATITUDE,LONGITUDE,GEO_PRECISION,SOURCE,NOTES,FATALITIES'
  const earlyRow = (id: string, day: string, type: string, actor = 'Made up') =>
    `432,${id},1,${day},2015,1,${type},${actor},Ally,2,Other,,1,12,Mali,Segou,Niono,,Diabaly,14.6833,-6.0167,1,Made up,"Two lines\r\nof notes",3`

  it('is read as exported from 2015 to 2018', async () => {
    const text = [
      early,
      earlyRow('1MLI', '01-January-2015', 'Battle-No change of territory'),
      earlyRow('2MLI', '18/04/2015', 'Remote violence'),
      earlyRow('3MLI', '2015-04-18', 'Riots/Protests', 'Rioters (Mali)'),
      earlyRow('4MLI', '18 April 2015', 'Strategic development')
    ].join('\r\n')
    for (const file of [`\uFEFF${text}\r\n`, text.replaceAll(',', ';')]) {
      const read = await importText(file, 'acled')
      expect(contractErrors(read)).toEqual([])
      expect(reportsOf(read).map(({ report }) => [report.occurred.from, report.category])).toEqual([
        ['2015-01-01', 'clash'],
        ['2015-04-18', 'explosion'],
        ['2015-04-18', 'protest'],
        ['2015-04-18', 'other']
      ])
      expect(reportOf(read, '1MLI')).toMatchObject({
        reportedAt: '2015-01-06T12:00:00.000Z',
        location: { country: 'ML' },
        actors: [
          { name: 'Made up', role: 'side-a' },
          { name: 'Ally', role: 'side-a' },
          { name: 'Other', role: 'side-b' }
        ],
        fatalities: { best: 3 }
      })
    }
  })

  it('is read as the API answers it, also at sea', async () => {
    const answer = JSON.stringify({
      status: 200,
      success: true,
      count: 1,
      data: [
        {
          event_id_cnty: 'RED1',
          event_date: '2024-03-04',
          sub_event_type: 'Air/drone strike',
          country: 'Red Sea',
          latitude: '14.1',
          longitude: '42.1',
          fatalities: '0',
          timestamp: '1710201600'
        }
      ]
    })
    const read = await importText(answer, 'acled')
    expect(contractErrors(read)).toEqual([])
    expect(reportOf(read, 'RED1')).toMatchObject({
      category: 'air-strike',
      location: { lat: 14.1, lon: 42.1 }
    })
  })

  it('has deleted events withdrawn', async () => {
    const list = 'event_id_cnty,deleted_timestamp\nKEN90003,1710201600\n,1710201600\n'
    expect(await importText(list, 'acled')).toMatchObject([
      {
        kind: 'withdrawal',
        sourceId: 'acled',
        externalId: 'KEN90003',
        reason: 'ACLED deleted the event on 2024-03-12',
        ifAbsent: 'never-imported'
      },
      { kind: 'refused', faults: [{ column: 'event_id_cnty', reason: 'missing' }] }
    ])
  })

  it('has sums as statistics of an area, a centroid or a country', async () => {
    const areas = (name: string) => (['Mopti', 'ML05'].includes(name) ? 'ML-5' : null)
    const sums = async (text: string) => {
      const read = await importText(text, 'acled', { areas })
      expect(contractErrors(read)).toEqual([])
      return reportsOf(read).map(item => item.report)
    }
    const weekly =
      'WEEK,REGION,COUNTRY,ADMIN1,EVENT_TYPE,SUB_EVENT_TYPE,EVENTS,FATALITIES,CENTROID_LATITUDE,CENTROID_LONGITUDE\n'
    const [area, centroid] = await sums(
      `${weekly}2024-03-02,Western Africa,Mali,Mopti,Battles,Armed clash,12,30,14.5,-4\n2024-03-02,Western Africa,Mali,Elsewhere,Battles,Armed clash,1,0,14.5,-4\n`
    )
    expect(area).toMatchObject({
      externalId: 'sum/2024-03-02/Mali/Mopti/Battles/Armed clash',
      category: 'statistic',
      occurred: { from: '2024-03-02', to: '2024-03-08' },
      reportedAt: '2024-03-12T12:00:00.000Z',
      location: { name: 'ML-5', country: 'ML', admin1: 'ML-5' },
      fatalities: { best: 30 }
    })
    expect(centroid?.location).toEqual({ country: 'ML', lat: 14.5, lon: -4, radiusKm: 100 })
    const hapi =
      'location_code,has_hrp,in_gho,provider_admin1_name,provider_admin2_name,admin1_code,admin1_name,admin2_code,admin2_name,admin_level,event_type,events,fatalities,reference_period_start,reference_period_end\n#country+code,#meta+has_hrp,#meta+in_gho,#adm1+name+provider,#adm2+name+provider,#adm1+code,#adm1+name,#adm2+code,#adm2+name,#admin+level,#event+type,#event+num,#fatality+num,#date+start,#date+end\n'
    const [country] = await sums(
      `${hapi}MLI,True,True,,,,,,,0,political_violence,70,200,2026-11-01,2026-11-30\n`
    )
    expect(country).toMatchObject({
      occurred: { from: '2026-11-01', to: '2026-11-28' },
      location: { name: 'ML', country: 'ML' }
    })
    const [coded] = await sums(
      `${hapi}MLI,True,True,,,ML05,,,,1,political_violence,7,2,2026-10-01,2026-10-31\n`
    )
    expect(coded?.location).toEqual({ name: 'ML-5', country: 'ML', admin1: 'ML-5' })
    const [month] = await sums(
      'Country,Admin1,Admin2,ISO3,Month,Year,Events,Fatalities\nMali,Mopti,Djenne,MLI,February,2024,4,\n'
    )
    expect(month?.occurred).toEqual({ from: '2024-02-01', to: '2024-02-29' })
  })
})
