// Random courses of findings: what is published adds up to them, and the order in which a record's
// changes are reported makes no difference.

import { findChainBreak } from '@tocsin/testing/report/chain-break'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { getAlert } from '../../src/alerts/alert.ts'
import { sortNumbers } from '../../src/data/sorted-list.ts'
import { formatDay, never } from '../../src/data/time.ts'
import type { Group } from '../../src/rules/finding.ts'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { AlertFold, firstDay, MadeFinding, settings, siege, surge } from '../support/alert-fold.ts'

const front: RuleBase = { id: 'front', pattern: 'front' }
/** Scopes have one open finding at a time; fronts have no scope. */
const scopes: readonly (readonly [RuleBase, Group])[] = [
  [surge, { admin1: 'ML-4' }],
  [siege, { settlement: 'Diosso' }],
  [siege, { settlement: 'Djibo' }],
  [front, {}],
  [front, {}],
  [front, {}]
]
const poolSize = 24

const changes = [
  'grow',
  'shrink',
  'escalate',
  'sink',
  'end',
  'go-on',
  'vanish',
  'replace',
  'merge'
] as const
interface Step {
  readonly change: (typeof changes)[number]
  readonly scope: number
  readonly pick: number
}
interface Turn {
  readonly isTick: boolean
  readonly isQuiet: boolean
  readonly isCorrecting: boolean
  readonly steps: readonly Step[]
}

const courses = fc.array(
  fc.record<Turn>({
    isTick: fc.boolean(),
    isQuiet: fc.boolean(),
    isCorrecting: fc.boolean(),
    steps: fc.array(
      fc.record<Step>({
        change: fc.constantFrom(...changes),
        scope: fc.nat(scopes.length - 1),
        pick: fc.nat(poolSize - 1)
      }),
      { minLength: 1, maxLength: 4 }
    )
  }),
  { minLength: 1, maxLength: 25 }
)

/** Findings by scope, the latest last, as an executor would report them. */
class Course {
  readonly fold = new AlertFold({ growthDays: 1 })
  /** Scopes have reports of their own, and some that they share. */
  readonly #pools = scopes.map(() => this.#makePool())
  readonly #shared = this.#makePool()
  readonly findings: MadeFinding[][] = scopes.map(() => [])
  readonly #isReversed: boolean
  #day = firstDay

  constructor(isReversed: boolean) {
    this.#isReversed = isReversed
  }

  #makePool(): readonly number[] {
    return Array.from({ length: poolSize }, (_, i) => this.fold.addReport(i))
  }

  turn({ isTick, isQuiet, isCorrecting, steps }: Turn): void {
    const { book } = this.fold
    if (isTick) {
      this.fold.tick()
      return
    }
    const changed = new Set<MadeFinding>()
    const vanished = new Set<MadeFinding>()
    const merged: [MadeFinding, MadeFinding][] = []
    for (const step of steps) this.#step(step, changed, vanished, merged)
    const reports = [
      ...[...vanished].map(finding => () => book.onVanished(finding)),
      ...[...changed].filter(f => !vanished.has(f)).map(finding => () => book.onChanged(finding))
    ]
    if (this.#isReversed) reports.reverse()
    const report = () => {
      for (const [from, into] of merged) book.onMerged(from, into)
      for (const change of reports) change()
    }
    this.fold.apply(report, { isQuiet, isCorrecting })
  }

  #step(
    { change, scope, pick }: Step,
    changed: Set<MadeFinding>,
    vanished: Set<MadeFinding>,
    merged: [MadeFinding, MadeFinding][]
  ): void {
    this.#day += 1
    const list = this.findings[scope]!
    const finding = list.at(-1)
    const pool = this.#pools[scope]!
    const row = (pick % 3 === 0 && change === 'grow' ? this.#shared : pool)[pick]!
    const begin = () => {
      const [rule, group] = scopes[scope]!
      const next = new MadeFinding(
        [pool[pick]!, this.#shared[(pick + 1) % poolSize]!],
        this.#day,
        rule,
        group
      )
      list.push(next)
      changed.add(next)
      return next
    }
    if (finding === undefined || finding.endDay !== never) {
      if (change === 'go-on' && finding !== undefined && scopes[scope]![0] !== siege) {
        finding.endDay = never
        changed.add(finding)
      } else begin()
      return
    }
    changed.add(finding)
    if (change === 'grow' && !finding.rows.includes(row)) finding.add(row)
    else if (change === 'shrink' && finding.rows.length > 1) {
      finding.rows.shift()
      finding.value = finding.rows.length
    } else if (change === 'escalate') finding.reach(finding.level + 1, this.#day)
    else if (change === 'sink' && finding.level > 1) finding.reach(finding.level - 1, this.#day)
    else if (change === 'end') finding.endDay = this.#day
    else if (change === 'vanish' || change === 'replace') {
      list.pop()
      changed.delete(finding)
      vanished.add(finding)
      if (change === 'replace') begin()
    } else if (change === 'merge') this.#merge(scope, pick, finding, changed, merged)
  }

  #merge(
    scope: number,
    pick: number,
    from: MadeFinding,
    changed: Set<MadeFinding>,
    merged: [MadeFinding, MadeFinding][]
  ): void {
    const others = this.findings.flatMap((list, i) =>
      i !== scope && scopes[i]![0] === front && scopes[scope]![0] === front ? list.slice(-1) : []
    )
    const into = others[pick % Math.max(1, others.length)]
    if (into === undefined || into.alert === null || merged.length > 0) return
    into.add(...from.rows.filter(row => !into.rows.includes(row)))
    into.endDay = never
    this.findings[scope]!.pop()
    changed.delete(from)
    changed.add(into)
    merged.push([from, into])
  }

  /** Checks each alert against its finding. Call it after a tick. */
  check(): void {
    const { fold } = this
    const { number } = fold.reports.columns
    for (const finding of this.findings.flat()) {
      const alert = getAlert(finding)!
      if (alert.finding !== finding) {
        expect(alert.earlier).toContain(finding)
        continue
      }
      const { revision, status } = alert
      expect(fold.sums.get(alert.id)).toMatchObject({
        ...{ alertId: alert.id, revision, status },
        ...{ group: finding.group, ruleId: finding.rule.id, value: finding.value },
        triggers: sortNumbers(finding.rows.map(row => number[row]!)),
        levels: finding.levelDays.map(formatDay),
        severity: settings.severities[Math.min(finding.level, 3) - 1],
        from: formatDay(finding.startDay),
        to: finding.endDay === never ? null : formatDay(finding.endDay)
      })
      const isOpen = status === 'provisional' || status === 'confirmed'
      expect(isOpen).toBe(finding.endDay === never)
    }
    for (const alert of fold.book.alerts.values())
      expect(fold.sums.get(alert.id)!.status === 'retracted').toBe(alert.finding === null)
  }
}

function run(turns: readonly Turn[], isReversed: boolean, restoreAt = -1): Course {
  const course = new Course(isReversed)
  for (const [i, turn] of turns.entries()) {
    if (i === restoreAt) course.fold.restore()
    course.turn(turn)
    if (turn.isTick) course.check()
  }
  return course
}

describe('published updates', () => {
  it('add up to the findings, in a chain without a gap', () => {
    fc.assert(
      fc.property(courses, turns => {
        const { fold } = run([...turns, { ...turns[0]!, isTick: true }], false)
        expect(findChainBreak(fold.records)).toBe(-1)
        const revisions = new Map<string, number>()
        fold.events.forEach(({ data }, i) => {
          expect(data.seq).toBe(i + 1)
          const { alertId, revision } = data as { alertId: string; revision: number }
          expect(revision).toBe((revisions.get(alertId) ?? 0) + 1)
          revisions.set(alertId, revision)
        })
      }),
      { numRuns: 150 }
    )
  })

  it('are the same after a restore', () => {
    fc.assert(
      fc.property(courses, fc.nat(24), (turns, at) => {
        const { records } = run(turns, false, at % turns.length).fold
        expect(records).toEqual(run(turns, false).fold.records)
      }),
      { numRuns: 150 }
    )
  })

  it('do not depend on the order in which the changes of a record are reported', () => {
    fc.assert(
      fc.property(courses, turns => {
        expect(run(turns, true).fold.records).toEqual(run(turns, false).fold.records)
      }),
      { numRuns: 150 }
    )
  })
})
