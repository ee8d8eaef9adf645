// Times to answers: what is asked for, what is drawn, and where it stands on the scale.

import { describe, expect, it } from 'vitest'
import type { TimesRow } from '../../src/shown/response-times.ts'
import {
  drawnMax,
  drawnOf,
  lastDays,
  timeScaleOf,
  timesAskIn,
  timesPath
} from '../../src/upkeep/response-times.ts'
import { durationWords, markWords } from '../../src/words/time-words.ts'

const row = (members: Partial<TimesRow> = {}): TimesRow => ({
  ...{
    severity: 'severe',
    drill: false,
    called: 4,
    acknowledged: 3,
    acknowledgementMedianS: 60,
    acknowledgementP90S: 600
  },
  ...{ responded: 1, responseMedianS: 3_600, responseP90S: 3_600, unanswered: 1 },
  ...members
})

describe('the report that is asked for', () => {
  const asked = (text: string) => timesAskIn(new URLSearchParams(text))

  it('is that of the address; of what is no day, and of no known kind, nothing is asked', () => {
    expect(asked('')).toEqual({ by: 'severity', from: null, to: null })
    expect(asked('by=area&from=2026-03-01&to=2026-03-09')).toEqual({
      by: 'area',
      from: '2026-03-01',
      to: '2026-03-09'
    })
    expect(timesPath(asked('by=subscriber'))).toBe('/v1/response-times?by=subscriber')
    expect(asked('by=theatre&from=2026-02-30&to=yesterday')).toEqual({
      by: 'severity',
      from: null,
      to: null
    })
  })

  it('holds its last day whole', () => {
    expect(timesPath(asked('from=2026-02-01&to=2026-02-28'))).toBe(
      '/v1/response-times?by=severity&from=2026-02-01&to=2026-03-01'
    )
    expect(timesPath(asked('by=officer'), 'csv')).toBe('/v1/response-times?by=officer&format=csv')
  })

  it('of the last week has today as its seventh day', () => {
    expect(lastDays(7, Date.parse('2026-03-07T23:30:00Z'))).toEqual({
      from: '2026-03-01',
      to: null
    })
  })
})

describe('what is drawn', () => {
  it('are rows with a time, in their order, and no exercises', () => {
    const rows = [
      row({ severity: 'extreme' }),
      row({ responseMedianS: null, responseP90S: null }),
      row({ drill: true })
    ]
    expect(drawnOf(rows, 'acknowledgement').map(({ row: { severity } }) => severity)).toEqual([
      'extreme',
      'severe'
    ])
    expect(drawnOf(rows, 'response')).toMatchObject([{ answered: 1, medianS: 3_600 }])
  })

  it('are at most so many, those with most calls', () => {
    const rows = Array.from({ length: drawnMax + 5 }, (_, i) => row({ area: `ML-${i}`, called: i }))
    const drawn = drawnOf(rows, 'acknowledgement')
    expect([drawn.length, drawn[0]?.row.area]).toEqual([drawnMax, 'ML-5'])
  })

  it('stand on a scale from nothing to beyond the longest, later for longer', () => {
    const scale = timeScaleOf(drawnOf([row()], 'acknowledgement'))
    expect(scale.marksS).toEqual([60, 300, 900])
    expect([scale.at(0), scale.at(900)]).toEqual([0, 100])
    // Names of marks do not lie on one another; the last one has its name.
    const { namedS, at } = timeScaleOf(
      drawnOf([row({ acknowledgementP90S: 40_000_000 })], 'acknowledgement')
    )
    expect(namedS.at(-1)).toBe(40_000_000)
    expect(
      Math.min(...namedS.slice(1).map((mark, i) => at(mark) - at(namedS[i] ?? 0)))
    ).toBeGreaterThan(20)
    const places = [0, 1, 60, 61, 600, 899].map(scale.at)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    const years = timeScaleOf(
      drawnOf([row({ acknowledgementP90S: 40_000_000 })], 'acknowledgement')
    )
    expect([years.marksS.at(-1), Math.round(years.at(40_000_000))]).toEqual([40_000_000, 100])
    expect(timeScaleOf([]).at(0)).toBe(0)
  })
})

describe('a measured time', () => {
  it('is told to the second, then to the minute, then to the hour', () => {
    const told = [
      0,
      45,
      119,
      120,
      3_599,
      3_600,
      12_000,
      48 * 3_600 - 1,
      48 * 3_600,
      190_800,
      61_349_400
    ].map(durationWords)
    expect(told).toEqual([
      '0 s',
      '45 s',
      '119 s',
      '2 min',
      '59 min',
      '1 h',
      '3 h 20 min',
      '47 h 59 min',
      '2 d',
      '2 d 5 h',
      '710 d'
    ])
    expect([60, 900, 14_400, 86_400, 604_800].map(markWords)).toEqual([
      '1 min',
      '15 min',
      '4 h',
      '1 d',
      '7 d'
    ])
  })
})
