// Known faults of the most used data set: dates with false precision, centroids, summaries,
// repeated rows, sides without a name. None raises the alert that the same rows without the fault
// raise.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertsOf, type Row, raisedBy as raisedIn, row, without } from '../support/ucdp-rows.ts'

let dir: string
beforeAll(async () => {
  dir = await makeTempDir()
})
afterAll(() => removeDir(dir))

const raisedBy = (rows: readonly Row[]) => raisedIn(dir, rows)
const actorsIn = (raised: readonly AlertState[]) =>
  raised.filter(({ pattern }) => pattern === 'new-actor').map(({ group }) => group.actor)

/** Towns more than 100 km from each other. */
const towns: readonly Row[] = [
  { latitude: 14.4843, longitude: -4.1829 },
  { latitude: 13.4317, longitude: -6.2157 },
  { latitude: 16.2717, longitude: -0.0447 }
]
const atTowns = (day: string) => towns.map(place => row(day, place))
const daysOf = (...days: readonly string[]) => days.map(day => row(day))

describe('a fault of UCDP raises nothing:', () => {
  it('months coded as their first day', async () => {
    expect(await raisedBy(without(atTowns('2012-05-02'), 'date_prec'))).toContain(
      'coordinated-attack'
    )
    const first = await raisedBy(without(atTowns('2012-05-01'), 'date_prec'))
    expect(first).not.toContain('coordinated-attack')
    expect(first).not.toContain('widening-arc')
    expect(await raisedBy(atTowns('2012-05-01'))).toContain('coordinated-attack')
    expect(
      await raisedBy(atTowns('2012-05-02').map(one => ({ ...one, date_prec: 4 })))
    ).not.toContain('coordinated-attack')
  })

  it('years coded as their first day', async () => {
    const of = (day: string) =>
      without(
        Array.from({ length: 6 }, () => row(day)),
        'date_prec'
      )
    expect(await raisedBy(of('2012-01-02'))).toEqual(
      expect.arrayContaining(['surge', 'sustained-threat', 'repeat-victimisation'])
    )
    const first = await raisedBy(of('2012-01-01'))
    for (const pattern of ['surge', 'sustained-threat', 'widening-arc'])
      expect(first).not.toContain(pattern)
  })

  it('centroids, by their precision or by none', async () => {
    const exact = daysOf('2012-05-02', '2012-05-04', '2012-05-06', '2012-05-09')
    expect(await raisedBy(exact)).toEqual(
      expect.arrayContaining(['front', 'near-repeat', 'repeat-victimisation'])
    )
    const centroid = exact.map(one => ({ ...one, latitude: 14.5, longitude: -4 }))
    for (const rows of [
      centroid.map(one => ({ ...one, where_prec: 4 })),
      without(centroid, 'where_prec')
    ]) {
      const raised = await raisedBy(rows)
      for (const pattern of ['front', 'near-repeat']) expect(raised).not.toContain(pattern)
    }
  })

  it('events that are somewhere in the country', async () => {
    const days = ['2012-05-02', '2012-05-04', '2012-05-06']
    expect(await raisedBy(daysOf(...days))).toContain('surge')
    const somewhere = days.map(day => row(day, { where_prec: 6, latitude: 17, longitude: -4 }))
    expect(await raisedBy(somewhere)).toEqual([])
  })

  it('summaries of indistinguishable events', async () => {
    const rows = ['2012-05-02', '2012-05-03', '2012-05-05'].map(day =>
      row(day, { low: 40, best: 60, high: 90 })
    )
    expect(await raisedBy(rows)).toEqual(
      expect.arrayContaining(['mass-casualty', 'cumulative-deaths', 'surge'])
    )
    expect(await raisedBy(rows.map(one => ({ ...one, event_clarity: 2 })))).toEqual([])
  })

  it('the deaths of a year in one row', async () => {
    const dead = { low: 200, best: 200, high: 200 }
    expect(await raisedBy([row('2012-05-02', dead)])).toEqual(
      expect.arrayContaining(['cumulative-deaths', 'mass-casualty'])
    )
    const year = [row('2012-01-01', { ...dead, date_end: '2012-12-31', date_prec: 5 })]
    expect(await raisedBy(year)).toEqual(['new-actor'])
  })

  it('repeated rows', async () => {
    const days = ['2012-05-02', '2012-05-04', '2012-05-06']
    const [one] = daysOf('2012-05-02') as [Row]
    expect(await raisedBy(daysOf(...days))).toContain('surge')
    expect(await raisedBy([one, one, one, one])).toEqual(['new-actor'])
    // A later edition of a row is the same event.
    expect(
      await raisedBy([
        one,
        { ...one, best: 2 },
        { ...one, date_start: '2012-05-03', date_end: '2012-05-03' }
      ])
    ).toEqual(['new-actor'])
  })

  it('sides that have no name', async () => {
    expect(await raisedBy([row('2012-05-02')])).toEqual(['new-actor'])
    for (const side_a of ['XXX264', 'Unknown', 'Civilians', ''])
      expect(await raisedBy([row('2012-05-02', { side_a })])).toEqual([])
    expect(
      await raisedBy(atTowns('2012-05-02').map(one => ({ ...one, side_a: 'XXX264' })))
    ).not.toContain('coordinated-attack')
  })

  it('an alliance of known sides', async () => {
    const before = [row('2012-05-02'), row('2012-05-03', { side_a: 'Group B' })]
    const joint = async (side_a: string) =>
      actorsIn(await alertsOf(dir, [...before, row('2012-06-20', { side_a })]))
    expect(await joint('Group C')).toEqual(['Group A', 'Group B', 'Group C'])
    expect(await joint('Group A, Group B')).toEqual(['Group A', 'Group B'])
  })

  it('events without a known death', async () => {
    const toll = async (best: number | string) =>
      raisedBy([row('2012-05-02', { low: best, best, high: best })])
    expect(await toll(60)).toEqual(expect.arrayContaining(['mass-casualty', 'cumulative-deaths']))
    expect(await toll('')).toEqual(['new-actor'])
    expect(await toll(0)).toEqual(['new-actor'])
  })
})
