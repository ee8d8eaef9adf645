import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { newTally } from '@tocsin/intake/imports/import-tally'
import { describe, expect, it } from 'vitest'
import {
  HindranceCount,
  listHindrances,
  type SuiteGround
} from '../../src/import/suite-hindrances.ts'

const nowMs = Date.parse('2026-11-28T00:00:00Z')
const mali: SuiteGround['theatres'][number] = {
  id: 'mali',
  countries: ['ML'],
  polygon: null,
  clock: 'wall',
  retentionDays: 820,
  now: '2026-11-28T00:00:00.000Z'
}
const rumours: SuiteGround['sources'][number] = {
  id: 'rumours',
  reliability: 'E',
  latenessDays: 1,
  cadenceDays: 1,
  archive: false
}
const front = { ruleId: 'front', ruleVersion: 1, pattern: 'front', parameters: {} }
const surge = { ruleId: 'surge', ruleVersion: 1, pattern: 'surge', parameters: {} }

function countOf(...reports: readonly object[]) {
  const tally = newTally()
  const count = new HindranceCount(
    { theatres: [mali], sources: [rumours], rules: [front, surge] },
    openWorldGazetteer(),
    nowMs
  )
  for (const [i, report] of reports.entries())
    count.add(tally, { kind: 'report', row: i + 1, report: { ...seen, ...report } } as never)
  return tally
}

const seen = {
  source: { id: 'wire' },
  occurred: { from: '2026-11-20', to: '2026-11-20' },
  category: 'attack',
  location: { lat: 14.4, lon: -4.2, country: 'ML' }
}

describe('the hindrances of rows', () => {
  it('are none for a row that the rules see', () => {
    expect(countOf({}).hindrances).toBeUndefined()
  })

  it.each([
    ['no-theatre', { location: { lat: 9, lon: 8 } }],
    ['beyond-window', { occurred: { from: '2019-01-01', to: '2019-01-01' } }],
    ['statistic', { category: 'statistic' }],
    ['grade', { source: { id: 'rumours' } }]
  ])('counts %s, by the theatres and sources of the suite', (reason, report) => {
    expect(countOf(report, report, {}).hindrances).toEqual({ [reason]: { rows: 2, rules: [] } })
  })

  it('names the rules that need a sharper place', () => {
    const vague = { location: { lat: 14.4, lon: -4.2, country: 'ML', radiusKm: 400 } }
    const tally = countOf(vague)
    expect(tally.hindrances).toEqual({ 'too-coarse': { rows: 1, rules: ['front', 'surge'] } })
    expect(listHindrances(tally)).toEqual([
      [
        1,
        'have a place that is too coarse (add coordinates with a radius); these rules do not see them: front, surge'
      ]
    ])
  })
})
