// Sequence and absence against exhaustive searches: all tuples of incidents, every hour of silence.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import { plainOf } from '../../../src/finding/told-finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import type { SequenceStep } from '../../../src/patterns/blocks/sequence-plan.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, hourMs } from '../../../src/space-time/event-time.ts'
import { machineOver } from '../machine-over.ts'
import { type BlockSketch, blockIncidents, blockStartMs, foldBlocks } from './block-incidents.ts'

const sequence = patterns.get('sequence') as AnyPattern
const absence = patterns.get('absence') as AnyPattern

const sketch: fc.Arbitrary<BlockSketch> = fc.record({
  day: fc.integer({ min: 0, max: 40 }),
  days: fc.constantFrom(0, 0, 1, 1, 6),
  category: fc.constantFrom('threat', 'attack', 'displacement', 'access-restored', 'looting'),
  tactics: fc.subarray(['ied', 'convoy'], { maxLength: 2 }),
  credibility: fc.constantFrom(2, 2, 2, 2, 5) as fc.Arbitrary<2>
})

type Test = (i: Incident) => boolean

/** A step as the test evaluates it, beside its form in the rule. */
interface Step {
  readonly text: string
  readonly test: Test
  readonly absent?: true
  readonly days?: number
}

const is = (category: string): Step => ({
  text: `category == "${category}"`,
  test: i => i.category === category
})
const not = (step: Step, days?: number): Step => ({
  ...step,
  absent: true,
  ...(days === undefined ? {} : { days })
})
const withIed: Step = { text: '"ied" in tactics', test: i => i.tactics.includes('ied') }
const withConvoy: Step = { text: '"convoy" in tactics', test: i => i.tactics.includes('convoy') }

const plans: readonly (readonly Step[])[] = [
  [is('threat'), is('attack')],
  [is('threat'), is('attack'), is('displacement')],
  [withIed, withIed, withConvoy],
  [is('threat'), not(is('access-restored')), is('attack')],
  [withIed, not(withConvoy), withIed, not(is('threat')), withConvoy],
  [is('threat'), is('attack'), not(is('access-restored'), 5)],
  [withIed, not(withIed, 4)],
  [withConvoy, not(is('looting')), not(is('threat')), withIed, not(withConvoy, 3)]
]

function ruleOf(plan: readonly Step[]): SequenceStep[] {
  return plan.map(({ text, absent, days }) =>
    absent ? { absent: text, ...(days === undefined ? {} : { days }) } : text
  )
}

interface Tuple {
  readonly incidents: readonly Incident[]
  readonly atMs: number
}

/**
 * Of all tuples after those already taken, the ones that end first, and of these the one that began
 * last. Repeated.
 */
function sequenceOracle(
  all: readonly Incident[],
  plan: readonly Step[],
  withinDays: number
): Tuple[] {
  const fit = all.filter(i => i.passesGrade)
  const comes = plan.filter(step => !step.absent)
  const places = plan.flatMap((step, i) => (step.absent ? [] : [i]))
  const absentAfter = places.map(place => {
    const from = place + 1
    const to = plan.findIndex((s, i) => i >= from && !s.absent)
    return plan.slice(from, to === -1 ? plan.length : to)
  })
  const last = plan.at(-1) as Step
  const lastDays = last.absent ? (last.days ?? withinDays) : null
  const isBroken = (stage: number, from: Incident, next: Incident | null, untilMs: number) =>
    fit.some(b => {
      if (b === from || b === next || !(absentAfter[stage] as Step[]).some(step => step.test(b)))
        return false
      if (compareIncidents(b, from) < 0) return b.toMs > from.fromMs
      return next === null ? b.fromMs < untilMs : compareIncidents(b, next) < 0
    })
  const tuplesFrom = (chosen: readonly Incident[], after: number): Incident[][] => {
    if (chosen.length === comes.length) return [[...chosen]]
    return fit.flatMap((i, n) => {
      const previous = chosen.at(-1)
      if (n <= after || !comes[chosen.length]?.test(i)) return []
      if (i.fromMs - (chosen[0] ?? i).fromMs > withinDays * dayMs) return []
      if (previous && isBroken(chosen.length - 1, previous, i, 0)) return []
      return tuplesFrom([...chosen, i], n)
    })
  }
  const reachesIn = (from: Incident) => isBroken(comes.length - 1, from, null, from.fromMs)
  const found: Tuple[] = []
  for (let after = -1; ; ) {
    const tuples = tuplesFrom([], after).filter(
      t =>
        lastDays === null ||
        !reachesEarlier(fit, t.at(-1) as Incident, absentAfter.at(-1) as Step[])
    )
    if (tuples.length === 0) break
    const end = Math.min(...tuples.map(t => fit.indexOf(t.at(-1) as Incident)))
    const ending = tuples.filter(t => fit.indexOf(t.at(-1) as Incident) === end)
    const latest = Math.max(...ending.map(t => (t[0] as Incident).fromMs))
    const best = ending.find(t => (t[0] as Incident).fromMs === latest) as Incident[]
    const lastOne = best.at(-1) as Incident
    after = end
    const atMs = lastOne.fromMs + (lastDays ?? 0) * dayMs
    if (
      lastDays !== null &&
      (reachesIn(lastOne) || isBroken(comes.length - 1, lastOne, null, atMs))
    )
      continue
    found.push({ incidents: best, atMs })
  }
  return found
}

function reachesEarlier(
  fit: readonly Incident[],
  from: Incident,
  absent: readonly Step[]
): boolean {
  return fit.some(
    b =>
      b !== from &&
      compareIncidents(b, from) < 0 &&
      b.toMs > from.fromMs &&
      absent.some(step => step.test(b))
  )
}

describe('sequence', () => {
  it.each(plans.map(plan => ({ plan, rule: ruleOf(plan) })))(
    '$rule sees what a search of all tuples sees',
    ({ plan, rule }) => {
      let [found, withheld] = [0, 0]
      const hasAbsence = plan.some(step => step.absent)
      fc.assert(
        fc.property(
          fc.array(sketch, { minLength: 10, maxLength: 24 }),
          fc.constantFrom(4, 12, 40),
          fc.integer({ min: -30, max: 20 }),
          (sketches, withinDays, after) => {
            const incidents = blockIncidents(sketches)
            const horizonMs = (incidents.at(-1) as Incident).fromMs + after * dayMs
            const holdDays = 6
            const seen =
              foldBlocks(sequence, incidents, horizonMs, { steps: rule, withinDays, holdDays }).get(
                'all'
              ) ?? []
            const all = sequenceOracle(incidents, plan, withinDays).sort((a, b) => a.atMs - b.atMs)
            const known = all.filter(t => !hasAbsence || t.atMs <= horizonMs)
            const ends = all.map((t, i) =>
              Math.min(t.atMs + holdDays * dayMs, all[i + 1]?.atMs ?? Infinity)
            )
            expect(
              seen.map(f => ({
                from: f.fromMs,
                at: f.levels[0]?.atMs,
                to: f.toMs,
                last: f.triggers.at(-1)?.id
              }))
            ).toEqual(
              known.map((t, i) => ({
                from: t.incidents[0]?.fromMs,
                at: t.atMs,
                to: (ends[i] as number) <= horizonMs ? ends[i] : null,
                last: t.incidents.at(-1)?.id
              }))
            )
            for (const f of seen) {
              const steps = plan.filter(step => !step.absent)
              expect(f.triggers.map((i, n) => steps[n]?.test(i))).toEqual(steps.map(() => true))
            }
            found += seen.length
            withheld += all.length - known.length
          }
        ),
        { numRuns: 300 }
      )
      // A fifth of the usual number.
      expect(found).toBeGreaterThan(15)
      if (hasAbsence) expect(withheld).toBeGreaterThan(5)
    }
  )

  const threatThenQuiet = {
    steps: [is('threat').text, { absent: is('access-restored').text, days: 10 }]
  }
  const threat = { day: 1, days: 0, category: 'threat' as const }
  const due = blockStartMs + 11 * dayMs

  it('does not count an absence before all sources have reported later', () => {
    const at = (ms: number) =>
      foldBlocks(sequence, blockIncidents([threat]), ms, threatThenQuiet).get('all')
    expect(at(due - 1)).toEqual([])
    expect(at(due)).toHaveLength(1)
  })

  it('ends by ticks alone, although its absence waits for the watermark', () => {
    const parameters = resolveParameters(sequence, { ...threatThenQuiet, holdDays: 3 })
    const machine = machineOver(sequence, { scope: 'all', parameters }, blockIncidents([threat]))
    const at = (horizonMs: number, watermarkMs: number | null) =>
      machine.findings(momentAt(horizonMs, [], watermarkMs))
    expect(at(due + 9 * dayMs, null)).toEqual([])
    expect(at(due + 9 * dayMs, due - 1)).toEqual([])
    expect(at(due + 2 * dayMs, due)[0]?.toMs).toBeNull()
    expect(at(due + 3 * dayMs, due)[0]?.toMs).toBe(due + 3 * dayMs)
  })

  it('counts no absence during our own downtime', () => {
    const gap = { fromMs: blockStartMs + 5 * dayMs, toMs: blockStartMs + 6 * dayMs }
    expect(
      foldBlocks(sequence, blockIncidents([threat]), due, threatThenQuiet, [gap]).get('all')
    ).toEqual([])
    const before = { fromMs: blockStartMs - 5 * dayMs, toMs: blockStartMs }
    expect(
      foldBlocks(sequence, blockIncidents([threat]), due, threatThenQuiet, [before]).get('all')
    ).toHaveLength(1)
  })

  it('names the next moment at which it changes, and changes at no other', () => {
    fc.assert(
      fc.property(
        fc.array(sketch, { minLength: 2, maxLength: 15 }),
        fc.constantFrom(...plans),
        (sketches, plan) => {
          const incidents = blockIncidents(sketches)
          const parameters = resolveParameters(sequence, {
            steps: ruleOf(plan),
            withinDays: 20,
            holdDays: 6
          })
          const mine = incidents.filter(i => sequence.scopesOf(i, parameters).length > 0)
          const machine = machineOver(sequence, { scope: 'all', parameters }, mine)
          let atMs = blockStartMs
          for (let turns = 0; turns < 60; turns++) {
            const moments = [
              machine.nextChangeMs(momentAt(atMs)),
              machine.nextAbsenceMs?.(atMs) ?? null
            ]
            const ahead = moments.filter(ms => ms !== null)
            const next = ahead.length === 0 ? null : Math.min(...ahead)
            const until = next ?? atMs + 400 * dayMs
            const now = machine.findings(momentAt(atMs))
            expect(machine.findings(momentAt(until - 1)).map(plainOf)).toEqual(now.map(plainOf))
            if (next === null) break
            expect(next).toBeGreaterThan(atMs)
            atMs = next
          }
        }
      ),
      { numRuns: 300 }
    )
  })
})

describe('absence', () => {
  const span = fc
    .tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 100 }))
    .map(([from, hours]) => ({
      fromMs: blockStartMs + from * hourMs,
      toMs: blockStartMs + (from + hours) * hourMs
    }))

  it('counts the hours since the last one, without downtime, as a search hour by hour does', () => {
    let [found, ended, risen] = [0, 0, 0]
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 8 }),
        fc.array(span, { maxLength: 3 }),
        fc.integer({ min: 0, max: 1500 }),
        fc.constantFrom(2, 5, 10),
        (hours, gaps, horizonHour, days) => {
          const unheard = gaps.filter((g, i) =>
            gaps.slice(0, i).every(o => o.toMs <= g.fromMs || g.toMs <= o.fromMs)
          )
          const incidents = blockIncidents(
            hours.map(h => ({ day: h / 24, days: 0, category: 'access-restored' as const }))
          )
          const horizonMs = blockStartMs + horizonHour * hourMs
          const levels = [days * 2]
          const seen =
            foldBlocks(absence, incidents, horizonMs, { days, levels }, unheard).get('all') ?? []
          const marks = new Map<number, number[]>()
          let [since, heard] = [Number.NaN, 0]
          const came = new Set(incidents.map(i => i.fromMs))
          for (let ms = blockStartMs; ms <= blockStartMs + 1500 * hourMs; ms += hourMs) {
            if (came.has(ms)) [since, heard] = [ms, 0]
            else if (!unheard.some(g => g.fromMs < ms && ms <= g.toMs)) heard += 1
            if (
              Number.isNaN(since) ||
              heard === 0 ||
              ms > horizonMs ||
              unheard.some(g => g.fromMs < ms && ms <= g.toMs)
            )
              continue
            if (heard === days * 24 || heard === days * 48)
              marks.set(since, [...(marks.get(since) ?? []), ms])
          }
          const expected = [...marks].map(([from, atMs]) => {
            const next = [...came].filter(ms => ms > from).sort((a, b) => a - b)[0]
            return { from, atMs, to: next !== undefined && next <= horizonMs ? next : null }
          })
          expect(
            seen.map(f => ({ from: f.fromMs, atMs: f.levels.map(l => l.atMs), to: f.toMs }))
          ).toEqual(expected)
          found += seen.length
          ended += seen.filter(f => f.toMs !== null).length
          risen += seen.filter(f => f.levels.length > 1).length
        }
      ),
      { numRuns: 400 }
    )
    expect(found).toBeGreaterThan(100)
    expect(ended).toBeGreaterThan(50)
    expect(risen).toBeGreaterThan(50)
  })

  it('begins at the end of an interval, and a longer earlier interval delays it', () => {
    const incidents = blockIncidents([
      { day: 0, days: 20, category: 'access-restored' },
      { day: 3, days: 1, category: 'access-restored' }
    ])
    const [finding] =
      foldBlocks(absence, incidents, blockStartMs + 60 * dayMs, { days: 10 }).get('all') ?? []
    expect(finding?.fromMs).toBe(blockStartMs + 20 * dayMs - 1)
  })

  it('is not broken by a report that fails the grade', () => {
    const incidents = blockIncidents([
      { day: 0, days: 1, category: 'access-restored' },
      { day: 8, days: 1, category: 'access-restored', credibility: 5 }
    ])
    expect(
      foldBlocks(absence, incidents, blockStartMs + 12 * dayMs, { days: 10 }).get('all')
    ).toHaveLength(1)
  })
})
