// Two ways to compute one pattern, driven through the same course: incidents come, go and change at
// any place in event time, time passes, the boundary moves, states go through text. What they find
// must be the same at every step.

import fc from 'fast-check'
import { expect } from 'vitest'
import { RuleDetection } from '../../src/detection/detection.ts'
import type { AnyPattern } from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { signatureOf } from '../../src/finding/finding-difference.ts'
import type { Moment } from '../../src/fold/moment.ts'
import { samePast } from '../../src/fold/past.ts'
import { trimOf, turnsBetween, windowStartMs } from '../../src/fold/trim-schedule.ts'
import { compareIncidents, type Incident } from '../../src/incident/incident.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs } from '../../src/space-time/event-time.ts'

/** One step of a course. Numbers are taken modulo what there is. */
export type Step =
  | { readonly does: 'come'; readonly incident: Incident }
  | { readonly does: 'go'; readonly which: number }
  /** Another incident in place of one, with its id and reports. */
  | { readonly does: 'change'; readonly which: number; readonly to: Incident }
  | { readonly does: 'tick'; readonly days: number }
  /**
   * From now on the watermark is this far behind, null while no source is live, and nobody has
   * listened for some days.
   */
  | { readonly does: 'hear'; readonly behindDays: number | null; readonly deafDays: number }
  | { readonly does: 'through-text' }

/** Courses made of incidents: most come, some go or change, with ticks between. */
export function coursesOf(
  incident: fc.Arbitrary<Incident>,
  most: number,
  daysMax = 20
): fc.Arbitrary<readonly Step[]> {
  const step = fc.oneof(
    { weight: 12, arbitrary: incident.map((incident): Step => ({ does: 'come', incident })) },
    { weight: 2, arbitrary: fc.nat().map((which): Step => ({ does: 'go', which })) },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('change' as const), which: fc.nat(), to: incident })
    },
    {
      weight: 3,
      arbitrary: fc.integer({ min: 1, max: daysMax }).map((days): Step => ({ does: 'tick', days }))
    },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'through-text' }) }
  )
  return fc.array(step, { minLength: 3, maxLength: most, size: 'max' })
}

/** Courses in which sources lag, fall silent and come back, and we were down. */
export function coursesHeard(
  incident: fc.Arbitrary<Incident>,
  most: number,
  daysMax = 20
): fc.Arbitrary<readonly Step[]> {
  const hear = fc.record({
    does: fc.constant('hear' as const),
    behindDays: fc.constantFrom(null, 0, 0, 2, 9, 30),
    deafDays: fc.constantFrom(0, 0, 0, 1, 5)
  })
  const hearings = fc.array(fc.tuple(fc.nat(), hear), { maxLength: 8 })
  return fc.tuple(coursesOf(incident, most, daysMax), hearings).map(([steps, heard]) => {
    const all: Step[] = [...steps]
    for (const [at, step] of heard) all.splice(at % all.length, 0, step)
    return all
  })
}

export interface Course {
  readonly steps: readonly Step[]
  readonly startMs: number
  readonly retentionDays?: number
  readonly parameters?: RuleVersion['parameters']
}

/** What a course has seen, so that a test can check that it saw enough. */
export interface Seen {
  found: number
  ended: number
  removed: number
}

/** Runs a course through both and compares them after every step. */
export function expectTheSame(
  pattern: AnyPattern,
  oracle: AnyPattern,
  course: Course,
  seen: Seen
): void {
  const { steps, startMs, retentionDays = 5000, parameters = {} } = course
  const rule: RuleVersion = { ruleId: pattern.id, ruleVersion: 1, pattern: pattern.id, parameters }
  let moment: Moment = {
    horizonMs: startMs,
    watermarkMs: startMs,
    past: samePast(startMs - 3000 * dayMs),
    unheard: []
  }
  let boundaryMs = Number.NEGATIVE_INFINITY
  const begun = () => [pattern, oracle].map(one => new RuleDetection(rule, one, moment, boundaryMs))
  let both: readonly RuleDetection[] = begun()
  const standing = [new Set<Finding>(), new Set<Finding>()]
  const present = new Map<string, Incident>()
  const apply = (removed: readonly Incident[], added: readonly Incident[]) => {
    for (const { id } of removed) present.delete(id)
    for (const incident of added) present.set(incident.id, incident)
    for (const one of both) one.apply(removed, added)
  }
  const throughText = () => {
    const snapshots = both.map(one => JSON.parse(JSON.stringify(one.snapshot())))
    const inOrder = [...present.values()].sort(compareIncidents)
    return begun().map((one, i) => {
      one.restore(snapshots[i], inOrder)
      return one
    })
  }
  let restored = false
  let behindDays: number | null = 0
  const heardUntilMs = (horizonMs: number) =>
    behindDays === null ? null : horizonMs - behindDays * dayMs
  for (const step of steps) {
    const list = [...present.values()]
    const picked = 'which' in step ? list[step.which % Math.max(1, list.length)] : undefined
    if (step.does === 'come' && step.incident.toMs >= boundaryMs && !present.has(step.incident.id))
      apply([], [step.incident])
    if (step.does === 'go' && picked !== undefined) {
      apply([picked], [])
      seen.removed += 1
    }
    if (step.does === 'change' && picked !== undefined && step.to.toMs >= boundaryMs) {
      const { id, reportIds } = picked
      apply([picked], [{ ...step.to, id, reportIds }])
    }
    if (step.does === 'tick') {
      const beforeMs = moment.horizonMs
      const horizonMs = beforeMs + step.days * dayMs
      moment = { ...moment, horizonMs, watermarkMs: heardUntilMs(horizonMs) }
      for (const one of both) one.settle()
      for (const one of both) one.advance(moment)
      const before = boundaryMs
      const retentionMs = retentionDays * dayMs
      boundaryMs = Math.max(before, windowStartMs(horizonMs, retentionMs))
      const trim = trimOf(turnsBetween(beforeMs, horizonMs), boundaryMs, retentionMs)
      for (const one of both) one.trim(trim)
      for (const findings of standing)
        for (const finding of findings)
          if (finding.toMs !== null && finding.toMs < boundaryMs) findings.delete(finding)
    }
    if (step.does === 'hear') {
      const { horizonMs, unheard } = moment
      const fromMs = Math.max(
        horizonMs - step.deafDays * dayMs,
        unheard.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY
      )
      behindDays = step.behindDays
      const now = fromMs < horizonMs ? [...unheard, { fromMs, toMs: horizonMs }] : unheard
      moment = { ...moment, watermarkMs: heardUntilMs(horizonMs), unheard: now }
      for (const one of both) one.advance(moment)
    }
    if (step.does === 'through-text') {
      both = throughText()
      restored = true
    }
    const [mine, theirs] = both.map(one => one.findings.map(shown).sort())
    expect(mine).toEqual(theirs)
    // A fold that was not looked at again keeps a moment that it named before, which may be too
    // early. Looked at again, both name the same; one that is too late shows in the findings after
    // a tick.
    const [next, theirNext] = both.map(one => one.nextChangeMs())
    if (next !== theirNext) {
      for (const one of [next, theirNext]) expect(one).toBeGreaterThan(moment.horizonMs)
      const [again, theirAgain] = throughText().map(one => one.nextChangeMs())
      expect(again).toBe(theirAgain)
    }
    for (const [i, one] of both.entries()) {
      const findings = standing[i] as Set<Finding>
      const { removed, added } = one.takeChange()
      if (restored) findings.clear()
      else {
        for (const finding of removed)
          expect(findings.delete(finding), 'what is removed was there').toBe(true)
        for (const finding of added) findings.add(finding)
        expect([...findings].map(shown).sort()).toEqual(one.findings.map(shown).sort())
      }
      if (restored) for (const finding of one.findings) findings.add(finding)
    }
    restored = false
    seen.found += mine?.length ?? 0
    seen.ended += both[0]?.findings.filter(f => f.toMs !== null).length ?? 0
  }
}

const shown = (finding: Finding) =>
  `${JSON.stringify([finding.omitted, finding.situation])}${signatureOf(finding)}|${finding.triggers.map(i => i.id)}|${finding.support.map(i => i.id)}`
