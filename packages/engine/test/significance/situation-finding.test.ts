// What a situation tells people: its levels, its severity and its words.

import { describe, expect, it } from 'vitest'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { never } from '../../src/data/time.ts'
import { formatSpan } from '../../src/render/formats.ts'
import { SituationFinding } from '../../src/rules/scan/situation-finding.ts'
import type { ScanRule } from '../../src/rules/scan-rule.ts'
import { Situations, type Trigger } from '../../src/rules/significance/situations.ts'
import { makeReport } from '../support/make-report.ts'

const rule: ScanRule = {
  ...{ id: 'cluster', pattern: 'cluster', budget: 8, pointKm: 50 },
  includes: () => true,
  readGroup: () => ({})
}

/** A trigger of a day: its interval in years, and that of the windows of up to 3 days. */
function makeTrigger(day: number, years: number, freshYears: number, rows = [day]): Trigger {
  const logYears = Array.from({ length: 10 }, (_, i) => Math.log(i < 3 ? freshYears : years))
  return {
    ...{ row: day, day, lat: 10, lon: 10, logYears, members: rows, firstDay: day - 2 },
    disc: { radiusKm: 15, days: 5, count: 4, rate: 0.0124, leastCount: 3 }
  }
}

function find(...triggers: readonly Trigger[]): SituationFinding {
  return findAmong(new Reports(), triggers)
}

function findAmong(reports: Reports, triggers: readonly Trigger[]): SituationFinding {
  const situations = new Situations(rule.budget)
  for (const trigger of triggers) situations.apply(trigger)
  const [situation, ...others] = situations.all
  expect(others).toEqual([])
  return new SituationFinding(rule, new Incidents(reports), situation!, false)
}

describe('a situation', () => {
  it('has a level when it is raised, and one when what came since is rare alone', () => {
    const finding = find(
      makeTrigger(100, 0.2, 0.01),
      makeTrigger(102, 0.2, 0.01),
      makeTrigger(110, 0.2, 0.01),
      makeTrigger(113, 0.2, 0.1)
    )
    expect(finding.listLevelDays()).toEqual([100, 110])
    expect(finding.severityLevel).toBe(1)
    expect(finding.listFacts().levelKinds).toBe('0')
    expect(finding.startDay).toBe(98)
  })

  it('has a level when its severity first rises above the lowest; later rises are quiet', () => {
    const finding = find(
      makeTrigger(100, 0.2, 0.01),
      makeTrigger(101, 0.3, 0.01),
      makeTrigger(102, 12, 0.01)
    )
    expect(finding.listLevelDays()).toEqual([100, 101])
    expect(finding.listFacts().levelKinds).toBe('1')
    expect(finding.severityLevel).toBe(4)
  })

  it('shows the last trigger that was not quiet', () => {
    const quiet = makeTrigger(101, 0.2, 0.01, [100])
    const finding = find(makeTrigger(100, 0.25, 0.01), {
      ...quiet,
      disc: { ...quiet.disc, count: 9 }
    })
    expect(finding.measure()).toEqual({ value: 4, threshold: 3, baseline: 0.062 })
    const { chanceYears, falseAlarmsPerYear, usualYears } = finding.listFacts()
    expect(chanceYears).toBeCloseTo(0.25)
    expect(falseAlarmsPerYear).toBeCloseTo(4)
    expect(usualYears).toBeCloseTo(0.2208, 4)
  })

  it('publishes what joins quietly with the next step that is not quiet, and at its end', () => {
    const first = makeTrigger(100, 0.2, 0.01, [1, 2, 3])
    const quiet = { ...makeTrigger(101, 0.2, 0.01, [2, 3, 4, 5]), firstDay: 95 }
    const finding = find(first, quiet)
    expect(finding.listTriggers()).toEqual([1, 2, 3])
    expect(finding.startDay).toBe(98)
    finding.setTime(130)
    expect(finding.listTriggers()).toEqual([1, 2, 3, 4, 5])
    const doubled = find(first, quiet, makeTrigger(102, 0.2, 0.01, [6]))
    expect(doubled.listTriggers()).toEqual([1, 2, 3, 4, 5, 6])
    expect(doubled.startDay).toBe(95)
  })

  it('replaces no attack that is published by one of the same day that becomes known later', () => {
    const reports = new Reports()
    const [first, second, third] = ['c', 'b', 'a'].map((reportId, hour) => {
      const reportedAt = `2025-06-02T0${hour}:00:00.000Z`
      const report = makeReport({ reportId, reportedAt })
      const row = reports.acceptRevision(report)
      reports.write(row, report)
      return row
    })
    const raise = makeTrigger(100, 0.2, 0.01, [third!, second!])
    const quiet = makeTrigger(100, 0.2, 0.01, [third!, second!, first!])
    expect(findAmong(reports, [raise, quiet]).listTriggers()).toEqual([first, second])
  })

  it('is open for four weeks after its last trigger', () => {
    const finding = find(makeTrigger(100, 1, 1), makeTrigger(110, 1, 0.01))
    finding.setTime(138)
    expect(finding.endDay).toBe(never)
    finding.setTime(139)
    expect(finding.endDay).toBe(138)
  })

  it('makes escalations rarer after four notices in four weeks in the theatre', () => {
    const days = [100, 105, 110, 115, 120, 125]
    const finding = find(...days.map(day => makeTrigger(day, 0.2, 0.2)))
    // The fifth notice has four before it; the sixth would have to be four times rarer.
    expect(finding.listLevelDays()).toEqual([100, 105, 110, 115, 120])
  })
})

describe('a span of years', () => {
  it.each([
    [0.0008, '7 hours', '7 heures'],
    [0.00274, '24 hours', '24 heures'],
    [0.123, '45 days', '45 jours'],
    [1, '12 months', '12 mois'],
    [2.34, '2.3 years', '2,3 ans'],
    [300, 'more than 20 years', 'plus de 20 ans']
  ])('%d is %s', (years, english, french) => {
    expect(formatSpan(years, 'en')).toBe(english)
    expect(formatSpan(years, 'fr')).toBe(french)
  })
})
