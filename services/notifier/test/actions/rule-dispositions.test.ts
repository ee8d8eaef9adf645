// False alarms as they were judged, by rule and theatre.

import { describe, expect, it } from 'vitest'
import { countDispositions, estimateFalse, judgedMin } from '../../src/actions/dispositions.ts'

const dayMs = 86_400_000
const nowMs = Date.parse('2026-03-01T00:00:00Z')

const alert = (daysAgo: number, disposition: string | null, more: object = {}) => ({
  ...{ ruleId: 'siege', drill: false, disposition, firstMs: nowMs - daysAgo * dayMs },
  ...{ count: daysAgo > 365 ? 0 : 1, ...more }
})
const rowsOf = (alerts: readonly ReturnType<typeof alert>[]) =>
  countDispositions('sahel', alerts, nowMs, () => null)
const many = (count: number, disposition: string | null, daysAgo = 300) =>
  Array.from({ length: count }, () => alert(daysAgo, disposition))

describe('dispositions by rule', () => {
  it('count what was raised, what was judged, and how', () => {
    const alerts = [
      ...many(8, 'true'),
      ...many(3, 'false-alarm'),
      ...many(1, 'duplicate'),
      ...many(1, 'drill'),
      ...many(7, null)
    ]
    const [row, ...others] = rowsOf([...alerts, alert(365, null)])
    expect(others).toEqual([])
    expect(row).toMatchObject({
      theatre: 'sahel',
      ruleId: 'siege',
      raised: 21,
      judged: 13,
      falseAlarmsPerYear: 3
    })
    expect(row?.dispositions).toEqual({ true: 8, 'false-alarm': 3, duplicate: 1, drill: 1 })
  })

  it('are of the last year, without drills', () => {
    const [row] = rowsOf([
      alert(366, 'false-alarm'),
      alert(365, 'true'),
      alert(1, 'true', { drill: true })
    ])
    expect(row).toMatchObject({ raised: 1, judged: 1, dispositions: { 'false-alarm': 0 } })
  })

  it('give a rate by the time that is kept, since the first alert of the theatre by any rule', () => {
    const first = alert(243.5, null, { ruleId: 'other' })
    const [, siege] = rowsOf([first, ...many(10, 'false-alarm', 100)])
    expect(siege).toMatchObject({
      ruleId: 'siege',
      falseAlarmsPerYear: 15,
      since: new Date(first.firstMs).toISOString()
    })
  })

  it.each([
    ['too few judged', judgedMin - 1, 300],
    ['too short a time', judgedMin, 180]
  ])('give no rate from %s', (_, judged, daysAgo) => {
    expect(rowsOf(many(judged, 'false-alarm', daysAgo))).toMatchObject([
      { judged, falseAlarmsPerYear: null }
    ])
    expect(rowsOf(many(judgedMin, 'false-alarm', 300))[0]?.falseAlarmsPerYear).not.toBeNull()
  })
})

describe('what alerts spent of a budget', () => {
  it('is about the number that chance makes: rates up to the budget, on average half of it', () => {
    expect(estimateFalse({ perYear: 8, rates: [1, 2, 3, 4, 5, 6, 7] })).toBe(7)
    expect(estimateFalse({ perYear: 8, rates: [0.1, 0.02, 0.001] })).toBe(0)
  })

  it('is never more than there are', () => {
    expect(estimateFalse({ perYear: 4, rates: [4, 8] })).toBe(2)
    expect(estimateFalse({ perYear: 4, rates: [] })).toBe(0)
  })
})
