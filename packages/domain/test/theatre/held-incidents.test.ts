// Which incidents some rule still folds is counted as they come and go: the same as a look through
// all that is folded.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoldWork } from '../../src/fold/fold-work.ts'
import { samePast } from '../../src/fold/past.ts'
import { trimOf, turnsBetween, windowStartMs } from '../../src/fold/trim-schedule.ts'
import { compareIncidents, type Incident } from '../../src/incident/incident.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules
} from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { type Dirty, type RuleEffect, TheatreRules } from '../../src/theatre/theatre-rules.ts'
import { coursesOf, type Step } from '../detection/two-detections.ts'
import { incidentFrom } from '../patterns/pattern-fold.ts'
import { runsOf, shareOf } from '../test-size.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const retentionMs = 60 * dayMs
const rules = [...defaultRules, ...defaultCompoundRules]

const attack: fc.Arbitrary<Incident> = fc
  .record({
    id: fc.nat({ max: 999_999 }).map(n => `r${n}`),
    n: fc.integer({ min: -30, max: 300 }),
    lasts: fc.constantFrom(0, 0, 0, 1, 9, 70),
    place: fc.integer({ min: 0, max: 3 }),
    category: fc.constantFrom('attack', 'blockade', 'clash'),
    deaths: fc.constantFrom(0, 9, 30)
  })
  .map(({ id, n, lasts, place, category, deaths }) =>
    incidentFrom({
      id,
      at: day(n),
      to: day(n + lasts),
      category: category as 'attack',
      settlement: `S${place}`,
      lat: 14 + place / 10,
      lon: -5,
      deaths: [deaths, deaths, deaths]
    })
  )

const nothingDirty = (): Dirty => ({
  replaced: new Map(),
  standing: new Map(),
  reworded: [],
  quiet: false
})

/**
 * A theatre's rules along a course; one of them is taken out, or comes back, every so many steps.
 */
class Course {
  readonly present = new Map<string, Incident>()
  boundaryMs = Number.NEGATIVE_INFINITY
  rules = new TheatreRules(compoundPatterns, new FoldWork())
  #moment = {
    horizonMs: startMs,
    watermarkMs: startMs,
    past: samePast(startMs - 3000 * dayMs),
    unheard: []
  }

  take(step: Step): void {
    const list = [...this.present.values()]
    const picked = 'which' in step ? list[step.which % Math.max(1, list.length)] : undefined
    if (
      step.does === 'come' &&
      step.incident.toMs >= this.boundaryMs &&
      !this.present.has(step.incident.id)
    )
      this.#apply([], [step.incident])
    if (step.does === 'go' && picked !== undefined) this.#apply([picked], [])
    if (step.does === 'change' && picked !== undefined && step.to.toMs >= this.boundaryMs)
      this.#apply([picked], [{ ...step.to, id: picked.id, reportIds: picked.reportIds }])
    if (step.does === 'tick') this.#tick(step.days)
    if (step.does === 'through-text') this.#goThroughText()
  }

  toggle(rule: RuleVersion): void {
    if (this.rules.find(rule.ruleId) === undefined)
      this.rules.set(rule, this.#at, () => this.#inOrder(), nothingDirty())
    else this.rules.remove(rule.ruleId, nothingDirty())
  }

  /** Ids of what ended before the boundary and is still folded, by a look through all scopes. */
  foldedOld(): Set<string> {
    return new Set(
      this.rules.snapshot().flatMap(({ tracks }) => tracks.flatMap(({ held = [] }) => held))
    )
  }

  /**
   * Ids of the present ones that no scope folds, as they would be dropped: they are taken, and
   * filed again.
   */
  free(): Set<string> {
    const free = this.rules.held.takeEnded(this.present, Number.POSITIVE_INFINITY)
    this.rules.held.file(free)
    return new Set(free.map(({ id }) => id))
  }

  get #at() {
    return { moment: this.#moment, boundaryMs: this.boundaryMs }
  }

  #inOrder(): Incident[] {
    return [...this.present.values()].sort(compareIncidents)
  }

  #apply(removed: readonly Incident[], added: readonly Incident[]): void {
    for (const { id } of removed) this.present.delete(id)
    for (const incident of added) this.present.set(incident.id, incident)
    this.#fold({ removed, added }, null)
  }

  #tick(days: number): void {
    const beforeMs = this.#moment.horizonMs
    const horizonMs = beforeMs + days * dayMs
    this.#moment = { ...this.#moment, horizonMs, watermarkMs: horizonMs }
    this.boundaryMs = Math.max(this.boundaryMs, windowStartMs(horizonMs, retentionMs))
    this.#fold(
      { removed: [], added: [] },
      trimOf(turnsBetween(beforeMs, horizonMs), this.boundaryMs, retentionMs)
    )
  }

  #fold(change: RuleEffect['change'], trim: RuleEffect['trim']): void {
    const effect = {
      change,
      moment: this.#moment,
      trim,
      dirty: nothingDirty(),
      found: [],
      shared: undefined
    }
    this.rules.fold([effect])
    this.rules.changes(effect)
  }

  #goThroughText(): void {
    const saved = JSON.parse(JSON.stringify(this.rules.snapshot()))
    this.rules = new TheatreRules(compoundPatterns, new FoldWork())
    this.rules.restore(saved, this.#inOrder(), this.#at)
  }
}

describe('incidents that some rule still folds', () => {
  it('are those that a look through all scopes finds', () => {
    const seen = { held: 0, gone: 0 }
    fc.assert(
      fc.property(
        coursesOf(attack, 90, 40),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        (steps, toggled) => {
          const course = new Course()
          for (const rule of rules) course.toggle(rule)
          for (const [i, step] of steps.entries()) {
            course.take(step)
            if (i % 5 === 4)
              course.toggle(
                rules[(toggled[i % toggled.length] as number) % rules.length] as RuleVersion
              )
            const [folded, free] = [course.foldedOld(), course.free()]
            for (const { id, toMs } of course.present.values()) {
              if (toMs >= course.boundaryMs) continue
              expect(free.has(id)).toBe(!folded.has(id))
              seen[folded.has(id) ? 'held' : 'gone'] += 1
            }
          }
        }
      ),
      { numRuns: runsOf(100) }
    )
    expect(Math.min(seen.held, seen.gone)).toBeGreaterThan(shareOf(500, 100))
  })

  it('are none once all rules are removed', () => {
    const course = new Course()
    for (const rule of rules) course.toggle(rule)
    course.take({ does: 'come', incident: incidentFrom({ id: 'r', at: day(0), settlement: 'S' }) })
    expect(course.free()).toEqual(new Set())
    for (const rule of rules) course.toggle(rule)
    expect(course.free()).toEqual(new Set(['r']))
  })
})
