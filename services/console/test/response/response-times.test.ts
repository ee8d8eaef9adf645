// The reports of times to answers and of a week, as the address asks for them.

import { describe, expect, it } from 'vitest'
import {
  computeTimeScale,
  digestAskIn,
  digestPath,
  drawnMax,
  lastDays,
  listDrawn,
  timesAskIn,
  timesPath,
  weekAfter
} from '../../src/records/response-times.ts'
import type { TimesRow } from '../../src/shown/answers.ts'
import { durationWords, markWords } from '../../src/words/time-words.ts'
import { words } from '../../src/words/words.ts'

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
  ...{ detected: 4, detectionMedianS: 3_600, detectionP90S: 7_200, detectedInTime: 4 },
  ...{ acknowledgedInTime: 3, respondedInTime: 0, allInTime: 0 },
  ...members
})

describe('the report that is asked for', () => {
  const asked = (text: string) => timesAskIn(new URLSearchParams(text))

  it.each([
    ['', 'severity', null, null],
    ['by=area&from=2026-03-01&to=2026-03-09', 'area', '2026-03-01', '2026-03-09'],
    ['by=theatre&from=2026-02-30&to=yesterday', 'severity', null, null]
  ])('is that of the address: %s', (text, by, from, to) => {
    expect(asked(text)).toEqual({ by, from, to })
  })

  it('holds its last day whole', () => {
    const path = '/v1/response-times?by='
    expect(timesPath(asked('by=subscriber'))).toBe(`${path}subscriber`)
    expect(timesPath(asked('from=2026-02-01&to=2026-02-28'))).toBe(
      `${path}severity&from=2026-02-01&to=2026-03-01`
    )
    expect(timesPath(asked('by=officer'), 'csv')).toBe(`${path}officer&format=csv`)
  })

  it('of the last week has today as its seventh day', () => {
    expect(lastDays(7, Date.parse('2026-03-07T23:30:00Z'))).toEqual({
      from: '2026-03-01',
      to: null
    })
  })
})

describe('what is drawn', () => {
  it('are rows in their order, also without a time, and no exercises', () => {
    const rows = [
      row({ severity: 'extreme', responseMedianS: null, responseP90S: null, responded: 0 }),
      row(),
      row({ drill: true })
    ]
    expect(listDrawn(rows, 'response')).toMatchObject([
      { row: { severity: 'extreme' }, count: 0, of: 4, times: null },
      { row: { severity: 'severe' }, count: 1, of: 4, inTime: 0, times: { medianS: 3_600 } }
    ])
    expect(listDrawn(rows.slice(0, 1), 'response')).toEqual([])
    expect(listDrawn(rows, 'detection')).toHaveLength(2)
  })

  it('are at most so many, those with most calls', () => {
    const rows = Array.from({ length: drawnMax + 5 }, (_, i) => row({ area: `ML-${i}`, called: i }))
    const drawn = listDrawn(rows, 'acknowledgement')
    expect([drawn.length, drawn[0]?.row.area]).toEqual([drawnMax, 'ML-5'])
  })

  it('stand on a scale from nothing to beyond the longest and the target, later for longer', () => {
    const scale = computeTimeScale(listDrawn([row()], 'acknowledgement'), 60)
    expect(scale.marksS).toEqual([60, 300, 900])
    expect([scale.at(0), scale.at(900)]).toEqual([0, 100])
    expect(computeTimeScale([], 86_400).marksS.at(-1)).toBe(86_400)
    // Names of marks do not lie on one another; the last one has its name.
    const { namedS, marksS, at } = computeTimeScale(
      listDrawn([row({ acknowledgementP90S: 40_000_000 })], 'acknowledgement'),
      60
    )
    expect([namedS.at(-1), marksS.at(-1)]).toEqual([40_000_000, 40_000_000])
    expect(Math.round(at(40_000_000))).toBe(100)
    expect(
      Math.min(...namedS.slice(1).map((mark, i) => at(mark) - at(namedS[i] ?? 0)))
    ).toBeGreaterThan(20)
    const places = [0, 1, 60, 61, 600, 899].map(scale.at)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
})

it.each([
  [0, '0 s'],
  [45, '45 s'],
  [119, '119 s'],
  [120, '2 min'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [12_000, '3 h 20 min'],
  [48 * 3_600 - 1, '47 h 59 min'],
  [48 * 3_600, '2 d'],
  [190_800, '2 d 5 h'],
  [61_349_400, '710 d']
])('a measured time of %i s is told in one or two units', (seconds, said) => {
  expect(durationWords(seconds)).toBe(said)
})

it('a mark of the scale is told in one unit', () => {
  const marks = [60, 900, 14_400, 86_400, 604_800]
  expect(marks.map(markWords)).toEqual(['1 min', '15 min', '4 h', '1 d', '7 d'])
})

describe('the digest that is asked for', () => {
  const asked = (text: string, theatres = ['world', 'lake', 'sahel']) =>
    digestAskIn(new URLSearchParams(text), theatres)

  it.each([
    ['', 'lake', null],
    ['item=sahel&week=2026-02-16', 'sahel', '2026-02-16'],
    ['item=coast&week=2026-02-30', 'lake', null]
  ])('is that of the address: %s', (text, theatre, week) => {
    expect(asked(text)).toEqual({ theatre, week })
  })

  it('is of the whole world where no other theatre is declared, and of none before any is known', () => {
    expect(asked('', ['world'])).toEqual({ theatre: 'world', week: null })
    expect(asked('', [])).toBeNull()
  })

  it('is the last full week without a day', () => {
    expect(digestPath({ theatre: 'sahel', week: null })).toBe('/v1/digest?theatre=sahel')
    expect(digestPath({ theatre: 'sahel', week: '2026-02-16' })).toBe(
      '/v1/digest?theatre=sahel&week=2026-02-16'
    )
  })

  it('goes back by weeks, and forward until now', () => {
    const nowMs = Date.parse('2026-03-01T12:00:00Z')
    expect(weekAfter('2026-02-16', -1, nowMs)).toBe('2026-02-09')
    expect(weekAfter('2026-02-16', 1, nowMs)).toBe('2026-02-23')
    expect(weekAfter('2026-02-23', 1, nowMs)).toBeNull()
  })
})

it.each([
  [0.4, 'not unusual'],
  [0.0023, '1 in 430 weeks'],
  [0.00000067, '1 in 1,500,000 weeks']
])('a chance of %d is %s', (chance, said) => {
  expect(words.digest.chanceOf(chance)).toBe(said)
})
