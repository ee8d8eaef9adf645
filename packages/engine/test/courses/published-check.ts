// What a fold publishes adds up to its findings: after each record their existence, status and level,
// after each tick all else. An executor that forgets to report a change is found here.

import assert from 'node:assert/strict'
import {
  type AlertSum,
  addAlertChange,
  changesAlert,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { findChainBreak } from '@tocsin/testing/report/chain-break'
import { getAlert } from '../../src/alerts/alert.ts'
import { sortNumbers } from '../../src/data/sorted-list.ts'
import { formatDay, never } from '../../src/data/time.ts'
import { roundMeasure } from '../../src/rules/day-view.ts'
import { type Finding, isOldNews } from '../../src/rules/finding.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import type { RuleSet } from '../../src/theatre/rule-set.ts'

/** A fold whose events are added up as they come. */
export class PublishedSums {
  readonly #records: string[] = []
  readonly #sums = new Map<string, AlertSum>()
  readonly #fold: LevelFold
  readonly #rules: RuleSet
  /** Comparisons of a finding with its sum. */
  compared = 0

  constructor(rules: RuleSet) {
    this.#rules = rules
    this.#fold = new LevelFold(rules, {
      ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0', growthDays: 1 },
      write: record => this.#read(record)
    })
  }

  #read(record: string): void {
    this.#records.push(record)
    const { envelope, event } = parseAlertRecord(record)
    if (!changesAlert(event)) return
    const { alertId } = event.data
    this.#sums.set(alertId, addAlertChange(this.#sums.get(alertId) ?? null, envelope, event.data))
  }

  /** Throws AssertionError if the sums are not the findings. */
  apply(record: TheatreRecord): void {
    const { engine, book } = this.#fold
    const { today } = engine
    this.#fold.apply(record)
    for (const finding of engine.listFindings())
      if (this.#rules.byId.has(finding.rule.id)) this.#compare(finding, engine.today > today)
    for (const alert of book.alerts.values())
      assert.equal(this.#sums.get(alert.id)!.status === 'retracted', alert.finding === null)
  }

  #compare(finding: Finding, isTick: boolean): void {
    const { id } = finding.rule
    const alert = getAlert(finding)
    if (alert === null && isOldNews(finding)) return
    assert.ok(alert !== null, `${id} has no alert`)
    if (alert.finding !== finding) {
      assert.ok(alert.earlier?.includes(finding), `${id} has the alert of another finding`)
      return
    }
    const sum = this.#sums.get(alert.id)!
    const { ruleId, status, levels, value, triggers, from, to } = sum
    const { endDay, level } = finding
    const isOpen = status === 'provisional' || status === 'confirmed'
    assert.deepEqual([ruleId, isOpen, levels.length], [id, endDay === never, level])
    this.compared += 1
    if (!isTick) return
    assert.deepEqual(
      [value, levels, from, to],
      [
        roundMeasure(finding.getValue()),
        finding.listLevelDays().map(formatDay),
        formatDay(finding.startDay),
        endDay === never ? null : formatDay(endDay)
      ]
    )
    // An overlap takes up the triggers of its findings a tick later.
    if (this.#rules.overlapRules.some(rule => rule.id === id)) return
    const { number } = this.#fold.engine.reports.columns
    assert.deepEqual(triggers, sortNumbers(finding.listTriggers().map(row => number[row]!)))
  }

  /** Throws AssertionError if the chain of the events is broken. */
  checkChain(): void {
    assert.equal(findChainBreak(this.#records), -1)
  }
}
