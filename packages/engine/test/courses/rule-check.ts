// Compares what a rule finds with the naive oracle, at every prefix of a course and at two levels, and
// notes which pairs of situations its triggers have met.

import assert from 'node:assert/strict'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { Engine } from '../../src/theatre/engine.ts'
import type { RuleSet } from '../../src/theatre/rule-set.ts'
import { type Answers, formatPair } from '../assembly/naive-assembly.ts'
import { findNaively, formatIncidents, listNaiveIncidents } from '../oracle/naive-theatre.ts'
import { describeFinding, formatFinding } from '../support/format-finding.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { type Course, situations } from '../support/theatre-course.ts'
import { makeCoveredRules, makeRuleCourse } from './rule-courses.ts'

/** Pairs of situations that triggers of a rule have met, and the number of prefixes. */
export class RuleCoverage {
  readonly id: string
  readonly pairs = new Set<string>()
  readonly levels = new Set<number>()
  prefixes = 0

  constructor(id: string) {
    this.id = id
  }

  /** Runs one course. Throws AssertionError at the first difference. */
  run(seed: number): void {
    const rules = makeCoveredRules(this.id)
    const { rule } = rules.byId.get(this.id)!
    // Half of the courses begin with a theatre whose rules are warm.
    const course = makeRuleCourse(this.id, seed, { isWarm: seed % 2 === 1 })
    const check = new RuleCheck(rules, rule, course, this)
    for (const record of check.course.records) check.apply(record)
  }
}

class RuleCheck {
  readonly course: Course
  readonly #rule: RuleBase
  readonly #coverage: RuleCoverage
  readonly #isOverlap: boolean
  /** With all reports, and with the public ones. */
  readonly #top: Engine
  readonly #low: Engine
  readonly #answers = new Map<string, boolean>()

  constructor(rules: RuleSet, rule: RuleBase, course: Course, coverage: RuleCoverage) {
    this.course = course
    this.#rule = rule
    this.#coverage = coverage
    this.#isOverlap = rules.overlapRules.some(({ id }) => id === rule.id)
    this.#top = new Engine(rules, makeSilentPublisher)
    this.#low = new Engine(rules, makeSilentPublisher)
  }

  apply(record: TheatreRecord): void {
    this.#coverage.prefixes += 1
    if (record.type === 'pair.declared')
      this.#answers.set(formatPair(...record.data.reportIds), record.data.same)
    this.#applyToBoth(record)
    const isTick = record.type === 'clock.ticked'
    for (const engine of [this.#top, this.#low]) {
      if (!isTick) compareIncidents(engine, this.#answers)
      // An overlap takes up what grows at the next tick.
      if (isTick || !this.#isOverlap) this.#compareFindings(engine)
    }
  }

  /** The readers of the low level know a report while its winning revision is public. */
  #applyToBoth(record: TheatreRecord): void {
    if (record.type !== 'report.received') {
      for (const engine of [this.#top, this.#low]) engine.apply(record)
      return
    }
    const { reportId, handling } = record.data
    const before = this.#top.getHandling(reportId)
    this.#top.apply(record)
    if (this.#top.getHandling(reportId) === 0 && handling === 'public') this.#low.apply(record)
    else if (before === 0 && this.#top.getHandling(reportId) > 0) this.#low.hide(record)
  }

  #compareFindings(engine: Engine): void {
    const { incidents } = engine
    const found = [...engine.listFindings()]
      .filter(({ rule }) => rule.id === this.#rule.id)
      .map(describeFinding)
    const expected = findNaively(engine, this.#rule)
    const format = (one: (typeof found)[number]) => formatFinding(incidents, one)
    assert.deepEqual(found.map(format).sort(), expected.map(format).sort())
    for (const { levels, rows } of found) {
      this.#coverage.levels.add(levels.length)
      for (const row of rows) this.#notePairs(engine, row)
    }
  }

  #notePairs({ incidents, reports }: Engine, incident: number): void {
    const { met } = this.course
    const members = incidents.listMembers(incident).map(row => reports.ids[row]!)
    const all = new Set(members.flatMap(id => [...(met.get(id) ?? [])]))
    const inOrder = situations.filter(situation => all.has(situation))
    for (const [i, one] of inOrder.entries())
      for (const other of inOrder.slice(i + 1)) this.#coverage.pairs.add(`${one} ${other}`)
  }
}

function compareIncidents(engine: Engine, answers: Answers): void {
  assert.deepEqual(formatIncidents(engine), listNaiveIncidents(engine, answers))
}
