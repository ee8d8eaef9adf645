// What a file of UCDP can show, fires: each pattern of the default rules is either found in rows that have it, or on the list of those that no such file shows.

import { defaultCompoundRules } from '@tocsin/domain/patterns/compound-catalogue'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
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
  ...['2012-05-02', '2012-05-04', '2012-05-05', '2012-05-08', '2012-05-11'].map(day => row(day, { number_of_sources: 3 })),
  row('2012-05-14', { number_of_sources: 2 }),
  row('2012-05-14', { latitude: 13.4317, longitude: -6.2157 }),
  row('2012-05-14', { latitude: 16.2717, longitude: -0.0447, low: 55, best: 60, high: 80, number_of_sources: 4 })
]
const patterns = [...defaultRules, ...defaultCompoundRules].map(({ pattern }) => pattern).sort()

describe('a file of UCDP', () => {
  it('shows every pattern but those that it lacks the words for', async () => {
    const raised = await raisedBy(dir, war)
    expect([...raised, ...Object.keys(ucdpUnseen)].sort()).toEqual(patterns)
  })

  it('shows all of them without the precision of its places, and none as more than likely', async () => {
    const raised = await alertsOf(dir, without(war, 'where_prec'))
    const shown = new Set(raised.map(({ pattern }) => pattern))
    expect([...shown, ...Object.keys(ucdpUnseen)].sort()).toEqual(patterns)
    expect(raised.map(({ certainty }) => certainty)).not.toContain('observed')
  })

  it('makes an alert as certain as what its sources and estimates allow', async () => {
    const certaintyOf = async (rows: typeof war) =>
      (await alertsOf(dir, rows)).find(({ pattern }) => pattern === 'mass-casualty')?.certainty
    expect(await certaintyOf(war)).toBe('observed')
    expect(await certaintyOf(war.map(one => ({ ...one, low: 1 })))).toBe('likely')
    expect(await certaintyOf(war.map(one => ({ ...one, number_of_sources: -1 })))).toBe('possible')
  })
})
