// Findings of compound crises that stand while situations go on: against a rule that makes each
// anew at each change.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyCompoundPattern, CompoundDetection } from '../../../src/detection/compound.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { plainOf } from '../../../src/finding/told-finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import { compoundCrisis } from '../../../src/patterns/compound/compound-crisis.ts'
import { dayMs, formatDay } from '../../../src/space-time/event-time.ts'
import { runsOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

// Its own fold of hunger is left out: hunger comes as a finding, as the rest does.
const { own: _own, ...kept } = compoundCrisis as unknown as AnyCompoundPattern
const { tellsSame: _tellsSame, ...rest } = kept
const looks = { kept: 0, anew: 0 }
const counted: AnyCompoundPattern = {
  ...kept,
  findings: (...of) => {
    looks.kept += 1
    return kept.findings(...of)
  }
}
const anew: AnyCompoundPattern = {
  ...rest,
  findings: (view, ...others) => {
    looks.anew += 1
    return rest.findings({ ...view, before: [] }, ...others)
  }
}

const patterns = [
  'siege',
  'supply-line-interdiction',
  'surge',
  'mass-casualty',
  'cumulative-deaths',
  'acute-hunger'
] as const
const startMs = Date.parse('2025-01-01T00:00:00Z')
const rule = {
  ruleId: 'compound-crisis',
  ruleVersion: 1,
  pattern: 'compound-crisis',
  parameters: {}
}

interface Step {
  /** The situation that changes; it begins if it is not there. */
  readonly of: number
  readonly what:
    | 'support'
    | 'trigger'
    | 'other trigger'
    | 'end'
    | 'open'
    | 'counted'
    | 'level'
    | 'entry'
    | 'again'
    | 'gone'
  readonly days: number
}

const step: fc.Arbitrary<Step> = fc.record({
  of: fc.nat({ max: 5 }),
  what: fc.constantFrom(
    'support',
    'trigger',
    'other trigger',
    'end',
    'open',
    'counted',
    'level',
    'entry',
    'again',
    'gone'
  ),
  days: fc.integer({ min: 0, max: 20 })
})

/** What a rule finds, and how it says that it changed. */
interface Told {
  readonly findings: readonly object[]
  readonly removed: number
  readonly added: readonly object[]
}

class Course {
  readonly #now = new Map<number, Finding>()
  readonly #detections = [counted, anew].map(
    pattern => new CompoundDetection(rule, pattern, momentAt(startMs), 0)
  )
  #atMs = startMs
  #incidents = 0

  /** What both found, and what each said had changed. */
  take({ of, what, days }: Step): Told[] {
    this.#atMs += days * dayMs
    // What has ended stays as it is where another of its kind begins.
    const isAnother = what === 'again' && (this.#now.get(of)?.toMs ?? null) !== null
    const before = isAnother ? undefined : this.#now.get(of)
    const now = before === undefined ? this.#begun(of) : this.#next(before, what)
    if (now === null) this.#now.delete(of)
    else this.#now.set(of, now)
    const pattern = patterns[of % patterns.length] as string
    const change = {
      ruleId: pattern,
      pattern,
      removed: before ? [before] : [],
      added: now ? [now] : []
    }
    return this.#detections.map(detection => {
      const { removed, added } = detection.update([change], momentAt(this.#atMs))
      return {
        findings: detection.findings.map(plainOf),
        removed: removed.length,
        added: added.map(plainOf)
      }
    })
  }

  #incident() {
    this.#incidents += 1
    return incidentFrom({
      id: `t${this.#incidents}`,
      at: formatDay(this.#atMs),
      settlement: 'Town',
      admin1: 'ML-4'
    })
  }

  #begun(of: number): Finding {
    return {
      group: of % 2 === 0 ? { admin1: 'ML-4' } : { admin1: 'ML-4', settlement: `Town ${of}` },
      situation: null,
      fromMs: this.#atMs,
      toMs: null,
      levels: [{ level: 1, atMs: this.#atMs, reason: 'entry' }],
      measure: { name: 'n', value: 1, threshold: 1, baseline: null },
      triggers: [this.#incident()],
      support: [],
      omitted: 0,
      headline: 'h',
      explanation: 'e'
    }
  }

  #next(before: Finding, what: Step['what']): Finding | null {
    const [first] = before.triggers
    const entry = { level: 1, atMs: before.fromMs + dayMs, reason: 'entry' }
    const next: Readonly<Record<Step['what'], () => Finding | null>> = {
      support: () => ({
        ...before,
        support: [...before.support, this.#incident()],
        measure: { ...before.measure, value: 2 }
      }),
      trigger: () => ({ ...before, triggers: [...before.triggers, this.#incident()] }),
      'other trigger': () => ({ ...before, triggers: [first as never, this.#incident()] }),
      end: () => ({ ...before, toMs: this.#atMs }),
      open: () => ({ ...before, toMs: null }),
      counted: () => ({ ...before, omitted: before.omitted + 1 }),
      level: () => ({
        ...before,
        levels: [...before.levels, { level: 2, atMs: this.#atMs, reason: 'more' }]
      }),
      entry: () => ({ ...before, levels: [entry] }),
      again: () => ({ ...before, toMs: this.#atMs }),
      gone: () => null
    }
    return next[what]()
  }
}

describe('compound crises that go on', () => {
  it('are what a rule finds that makes all of them anew, with the same changes', () => {
    let [crises, several, changes] = [0, 0, 0]
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 120 }), steps => {
        const course = new Course()
        for (const one of steps) {
          const [now, expected] = course.take(one)
          expect(now).toEqual(expected)
          crises += now?.findings.length ?? 0
          changes += now?.added.length ?? 0
          if ((now?.findings.length ?? 0) > 1) several += 1
        }
      }),
      { numRuns: runsOf(500) }
    )
    expect(Math.min(crises, several, changes)).toBeGreaterThan(20)
    // Most of what goes on is not looked at again.
    expect(looks.kept).toBeLessThan(looks.anew * 0.9)
  })
})
