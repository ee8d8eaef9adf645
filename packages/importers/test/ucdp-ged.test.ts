import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  contractErrors,
  importSample,
  importText,
  refusalsOf,
  reportOf,
  reportsOf,
  samplePath
} from './import-sample.ts'

const header =
  'id,type_of_violence,side_a,side_b,latitude,longitude,country,date_start,date_end,low,best,high'
const one = (row: string, more = '') => importText(`${header}${more}\n${row}\n`, 'ucdp-ged')

describe('UCDP GED', () => {
  it('is read with all its columns, and every report satisfies the contract', async () => {
    const items = await importSample('ucdp-ged-49-columns.csv', 'ucdp-ged')
    expect(items).toHaveLength(45)
    expect(reportsOf(items)).toHaveLength(45)
    expect(contractErrors(items)).toEqual([])
  })

  it('is read without a header by the order of its columns, and as answers of the API', async () => {
    const text = readFileSync(samplePath('ucdp-ged-49-columns.csv'), 'utf8')
    const whole = reportsOf(await importText(text, 'ucdp-ged'))
    const bare = await importText(text.slice(text.indexOf('\n') + 1), 'ucdp-ged')
    expect(reportsOf(bare).map(item => item.report)).toEqual(whole.map(item => item.report))
    const answer =
      '{"TotalCount":1,"NextPageUrl":"","Result":[{"id":1,"type_of_violence":1,"active_year":true,"side_a":"A","side_b":"B","latitude":8.21972,"longitude":43.5675,"country":"Ethiopia","country_id":530,"date_prec":1,"date_start":"2010-05-13T00:00:00","date_end":"2010-05-13T00:00:00","best":3,"high":5,"low":3,"gwnob":null}]}'
    const items = await importText(answer, 'ucdp-ged')
    expect(contractErrors(items)).toEqual([])
    expect(reportOf(items, '1')).toMatchObject({
      occurred: { from: '2010-05-13', to: '2010-05-13' },
      fatalities: { low: 3, best: 3, high: 5 }
    })
  })

  it('lowers the credibility of candidate events that UCDP has not checked', async () => {
    const credibility = async (status: string, sources: string) =>
      reportOf(
        await one(
          `8,1,A,B,13.5,2.1,Niger,2020-02-02,2020-02-02,0,1,2,${status},${sources}`,
          ',code_status,number_of_sources'
        ),
        '8'
      )?.credibility
    expect(await credibility('Clear', '3')).toBe(2)
    expect(await credibility('Check deaths', '3')).toBe(3)
    expect(await credibility('Check deaths', '1')).toBe(4)
    expect(await credibility('Check deaths', '-1')).toBe(4)
  })

  it('has a report time if the file has one: the first on which the whole event could be known', async () => {
    const known = async (dates: string) =>
      (await one(`1,1,A,B,1,2,Mali,2020-01-02,2020-01-05,0,1,2,${dates}`, ',source_date')).map(
        item => (item.kind === 'report' ? [item.report.reportedAt, ...item.warnings] : item.kind)
      )[0]
    expect(await known('2020-01-07')).toEqual(['2020-01-07T23:59:59Z'])
    expect(await known('2020-01-03;2020-01-09;2020-01-06')).toEqual(['2020-01-06T23:59:59Z'])
    expect(await known('2020-01-03')).toEqual(['2020-01-03T23:59:59Z'])
    expect(await known('2019-12-31')).toEqual([undefined, 'no-date-of-knowledge'])
    expect(await known('')).toEqual([undefined, 'no-date-of-knowledge'])
  })

  it('is as precise as where_prec, and a summary is a statistic', async () => {
    const items = await importSample('ucdp-ged-49-columns.csv', 'ucdp-ged')
    const radii = new Set(reportsOf(items).map(item => item.report.location.radiusKm))
    expect([...radii].sort((a, b) => Number(a) - Number(b))).toEqual([5, 25, 50, 150, 300, 500])
    expect(reportsOf(items).some(item => item.report.category === 'statistic')).toBe(true)
  })

  it('accepts an area that the gazetteer knows, with or without its suffix, and drops any other with a warning', async () => {
    const areas = (name: string) => (name === 'Kayin' ? 'MM-13' : null)
    const items = await importSample('ucdp-ged-49-columns.csv', 'ucdp-ged', { areas })
    const stated = reportsOf(items).filter(item => item.report.location.admin1 !== undefined)
    expect(stated.length).toBeGreaterThan(0)
    expect(new Set(stated.map(item => item.report.location.admin1))).toEqual(new Set(['MM-13']))
    expect(stated.every(item => !item.warnings.includes('area-unknown'))).toBe(true)
    expect(reportsOf(items).some(item => item.warnings.includes('area-unknown'))).toBe(true)
  })

  it('prefers coordinates in another country than stated, and keeps UCDP’s country in the narrative', async () => {
    const otherCountry = (lat: number) => (lat < 9 ? 'SS' : null)
    const areas = (name: string, country: string) =>
      name === 'Jonglei' && country === 'SS' ? 'SS-JG' : null
    const text = (lat: number) =>
      `${header},adm_1\n1,1,A,B,${lat},33,Sudan,1989-01-26,1989-01-26,0,1,2,Jonglei state\n`
    const [south] = reportsOf(await importText(text(8.6), 'ucdp-ged', { otherCountry, areas }))
    expect(south?.report.location).toEqual({ admin1: 'SS-JG', lat: 8.6, lon: 33, radiusKm: 50 })
    expect(south?.report.private?.narrative).toBe('UCDP has event 1 in Sudan')
    expect(south?.warnings).toContain('country-differs')
    const [north] = reportsOf(await importText(text(15), 'ucdp-ged', { otherCountry, areas }))
    expect(north?.report.location.country).toBe('SD')
    expect(north?.report.private).toBeUndefined()
    expect(north?.warnings).not.toContain('country-differs')
  })

  it('widens a single first of a month to that month, unless the file states the precision', async () => {
    const row = (from: string, to: string) => `8,1,A,B,13.5,2.1,Niger,${from},${to},0,1,2`
    const lasts = async (items: ReturnType<typeof one>) => reportOf(await items, '8')?.occurred
    expect(await lasts(one(row('2020-02-01', '2020-02-01')))).toEqual({
      from: '2020-02-01',
      to: '2020-02-29'
    })
    expect(await lasts(one(row('2020-02-02', '2020-02-02')))).toEqual({
      from: '2020-02-02',
      to: '2020-02-02'
    })
    expect(await lasts(one(row('2020-02-01', '2020-02-03')))).toEqual({
      from: '2020-02-01',
      to: '2020-02-03'
    })
    const exact = one(`${row('2020-02-01', '2020-02-01')},1`, ',date_prec')
    expect(await lasts(exact)).toEqual({ from: '2020-02-01', to: '2020-02-01' })
    // Of the rows of Myanmar that begin on 1 January, three in four are known to the year or less.
    expect(await lasts(one(row('2020-01-01', '2020-01-01')))).toEqual({
      from: '2020-01-01',
      to: '2020-12-31'
    })
    const newYear = one(`${row('2020-01-01', '2020-01-01')},1`, ',date_prec')
    expect(await lasts(newYear)).toEqual({ from: '2020-01-01', to: '2020-01-01' })
  })

  it('widens a single day as date_prec says, and leaves two days unchanged', async () => {
    const lasts = async (precision: number, from: string, to = from) =>
      reportOf(
        await one(`8,1,A,B,13.5,2.1,Niger,${from},${to},0,1,2,${precision}`, ',date_prec'),
        '8'
      )?.occurred
    expect(await lasts(2, '2019-12-29')).toEqual({ from: '2019-12-29', to: '2020-01-03' })
    expect(await lasts(3, '2020-02-25')).toEqual({ from: '2020-02-25', to: '2020-03-02' })
    expect(await lasts(4, '2020-02-15')).toEqual({ from: '2020-02-01', to: '2020-02-29' })
    expect(await lasts(5, '2020-06-15')).toEqual({ from: '2020-01-01', to: '2020-12-31' })
    expect(await lasts(5, '2020-06-15', '2021-03-01')).toEqual({
      from: '2020-06-15',
      to: '2021-03-01'
    })
  })

  it('has credibility by the number of its sources, which is unknown for old rows', async () => {
    const credibility = async (sources: string) =>
      reportOf(
        await one(
          `8,1,A,B,13.5,2.1,Niger,2020-02-02,2020-02-02,0,1,2,${sources}`,
          ',number_of_sources'
        ),
        '8'
      )?.credibility
    expect(await credibility('1')).toBe(3)
    expect(await credibility('9')).toBe(2)
    expect(await credibility('-1')).toBeUndefined()
    expect(await credibility('')).toBeUndefined()
    const [item] = refusalsOf(
      await one('8,1,A,B,13.5,2.1,Niger,2020-02-02,2020-02-02,0,1,2,many', ',number_of_sources')
    )
    expect(item?.faults.map(({ column }) => column)).toEqual(['number_of_sources'])
  })

  it('refuses a row with column and reason, all faults at once', async () => {
    const [item] = refusalsOf(await one('1,9,A,B,x,2,Atlantis,02/01/2020,2020-02-30,1.5,,'))
    expect(item?.faults.map(({ column, reason }) => [column, reason])).toEqual([
      ['date_start', 'malformed'],
      ['date_end', 'malformed'],
      ['type_of_violence', 'unknown-value'],
      ['latitude', 'malformed'],
      ['country', 'unknown-value'],
      ['low', 'malformed']
    ])
    expect(item?.raw).toBe('1,9,A,B,x,2,Atlantis,02/01/2020,2020-02-30,1.5,,')
    expect(refusalsOf(await one('1,1,A,B'))).toMatchObject([
      { faults: [{ column: null, reason: 'unreadable' }] }
    ])
  })
})
