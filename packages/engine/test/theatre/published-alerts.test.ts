// All rules on random courses: after each tick the sum of each alert's events equals its finding, and
// each finding has an alert. An executor that forgets to report a change is found here.

import {
  type AlertSum,
  addAlertChange,
  findChainBreak,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import { describe, expect, it } from 'vitest'
import { getAlert } from '../../src/alerts/alert.ts'
import { roundMeasure } from '../../src/alerts/published-content.ts'
import { sortNumbers } from '../../src/alerts/sorted-list.ts'
import { formatDay, never } from '../../src/data/time.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const rules = makeRuleSet(
  [...ruleDefinitions.keys()].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  }))
)

/** An overlap rule has rules of its own, with findings that make no alert. */
const published = new Set(rules.byId.keys())

const overlapIds = new Set(rules.overlapRules.map(({ id }) => id))

class ReadFold {
  readonly records: string[] = []
  readonly sums = new Map<string, AlertSum>()
  readonly fold = new LevelFold(rules, {
    ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0', growthDays: 1 },
    write: record => this.#read(record)
  })

  #read(record: string): void {
    this.records.push(record)
    const { envelope, event } = parseAlertRecord(record)
    if (event.type === 'alert.action-refused') return
    const { alertId } = event.data
    this.sums.set(alertId, addAlertChange(this.sums.get(alertId) ?? null, envelope, event.data))
  }

  check(): number {
    const { engine } = this.fold
    let checked = 0
    for (const finding of engine.listFindings()) {
      if (!published.has(finding.rule.id)) continue
      this.#checkFinding(finding)
      checked += 1
    }
    for (const alert of this.fold.book.alerts.values())
      expect(this.sums.get(alert.id)!.status === 'retracted').toBe(alert.finding === null)
    return checked
  }

  #checkFinding(finding: Finding): void {
    const { number } = this.fold.engine.reports.columns
    const alert = getAlert(finding)
    expect(alert, `${finding.rule.id} has no alert`).not.toBeNull()
    if (alert!.finding !== finding) {
      expect(alert!.earlier).toContain(finding)
      return
    }
    expect(this.sums.get(alert!.id), finding.rule.id).toMatchObject({
      ruleId: finding.rule.id,
      value: roundMeasure(finding.getValue()),
      // An overlap takes up the triggers of its findings a tick later.
      ...(overlapIds.has(finding.rule.id)
        ? {}
        : { triggers: sortNumbers(finding.listTriggers().map(row => number[row]!)) }),
      levels: finding.listLevelDays().map(formatDay),
      from: formatDay(finding.startDay),
      to: finding.endDay === never ? null : formatDay(finding.endDay)
    })
  }
}

describe('published alerts', () => {
  it.each([1, 2, 3, 4, 5, 6])('add up to the findings of course %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 250, days: 200 })
    const read = new ReadFold()
    let checked = 0
    for (const record of records) {
      const { today } = read.fold.engine
      read.fold.apply(record)
      if (read.fold.engine.today > today) checked += read.check()
    }
    expect(checked).toBeGreaterThan(100)
    expect(findChainBreak(read.records)).toBe(-1)
  })
})
