// Each pattern of the default rules either fires on suitable UCDP rows, or is on the list of those
// that no such file can show.

import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { ucdpUnseen } from '@tocsin/importers/ucdp/ucdp-tables'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertsOf, raisedBy, row, without } from '../support/ucdp-rows.ts'

let dir: string
beforeAll(async () => {
  dir = await makeTempDir()
})
afterAll(() => removeDir(dir))

/** A month of war in Mali: raids on Mopti, strikes on three towns in one day, a massacre. */
const war = [
  ...['2012-05-02', '2012-05-04', '2012-05-05', '2012-05-08', '2012-05-11'].map(day =>
    row(day, { number_of_sources: 3 })
  ),
  row('2012-05-14', { number_of_sources: 2 }),
  row('2012-05-14', { latitude: 13.4317, longitude: -6.2157 }),
  row('2012-05-14', {
    latitude: 16.2717,
    longitude: -0.0447,
    low: 55,
    best: 60,
    high: 80,
    number_of_sources: 4
  })
]
const patterns = defaultRules.map(({ pattern }) => pattern).sort()

describe('a file of UCDP', () => {
  it('shows every pattern except those that its columns cannot express', async () => {
    const raised = await raisedBy(dir, war)
    expect([...raised, ...Object.keys(ucdpUnseen)].sort()).toEqual(patterns)
  })

  it('shows all of them without the precision of its places, and none above likely', async () => {
    const raised = await alertsOf(dir, without(war, 'where_prec'))
    const shown = new Set(raised.map(({ pattern }) => pattern))
    expect([...shown, ...Object.keys(ucdpUnseen)].sort()).toEqual(patterns)
    expect(raised.map(({ certainty }) => certainty)).not.toContain('observed')
  })

  it('makes an alert as certain as its sources and estimates allow', async () => {
    const certaintyOf = async (rows: typeof war) =>
      (await alertsOf(dir, rows)).find(({ pattern }) => pattern === 'mass-casualty')?.certainty
    expect(await certaintyOf(war)).toBe('observed')
    expect(await certaintyOf(war.map(one => ({ ...one, low: 1 })))).toBe('likely')
    expect(await certaintyOf(war.map(one => ({ ...one, number_of_sources: -1 })))).toBe('possible')
  })
})
