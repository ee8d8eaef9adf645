// Compound crisis: against a simple evaluation of every hour, and the story of Ségou as text.

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../src/detection/compound-scope.ts'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { compoundCrisis } from '../../../src/patterns/compound/compound-crisis.ts'
import { compoundPatterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { FoldStory } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'
import { viewWith } from './view-with.ts'

const startMs = Date.parse('2025-01-01T00:00:00Z')
const parameters = resolveParameters(
  compoundPatterns.get('compound-crisis') as unknown as AnyPattern,
  {}
) as never
const kinds = [
  'siege',
  'supply-line-interdiction',
  'surge',
  'mass-casualty',
  'cumulative-deaths',
  'acute-hunger'
] as const

interface Sketch {
  readonly pattern: (typeof kinds)[number]
  readonly from: number
  /** Null: open. */
  readonly days: number | null
}

function inputOf({ pattern, from, days }: Sketch, i: number): Input {
  const atMs = startMs + from * dayMs
  const trigger = incidentFrom({
    id: `t${i}`,
    at: formatTime(atMs).slice(0, 10),
    settlement: `Town ${i}`
  })
  const finding: Finding = {
    group: { settlement: `Town ${i}` },
    situation: null,
    fromMs: atMs,
    toMs: days === null ? null : atMs + days * dayMs,
    levels: [{ level: 1, atMs, reason: 'entry' }],
    measure: { name: 'n', value: 1, threshold: 1, baseline: null },
    triggers: [trigger],
    support: [],
    omitted: 0,
    headline: 'h',
    explanation: 'e'
  }
  return { ruleId: pattern, pattern, finding }
}

/** Day by day: the kinds that are present, and so whether it is a crisis. */
function expectedOf(sketches: readonly Sketch[], horizon: number) {
  const found: { from: number; to: number | null; levels: number; value: number }[] = []
  let open: { from: number; to: null; levels: number; value: number } | null = null
  for (let day = 0; day < 1000; day++) {
    const there = sketches.filter(
      s => s.from <= day && (s.days === null || s.from + Math.max(s.days, 30) > day)
    )
    const kindsThere = new Set(
      there.map(s => (s.pattern === 'cumulative-deaths' ? 'mass-casualty' : s.pattern))
    )
    const isCut = kindsThere.has('siege') || kindsThere.has('supply-line-interdiction')
    const isMore =
      kindsThere.has('surge') || kindsThere.has('mass-casualty') || kindsThere.has('acute-hunger')
    if (open && kindsThere.size < 2) {
      found.push({ ...open, to: day <= horizon ? day : null })
      open = null
    }
    open ??= isCut && isMore ? { from: day, to: null, levels: 1, value: kindsThere.size } : null
    if (open)
      open = {
        ...open,
        levels: kindsThere.size >= 3 ? 2 : open.levels,
        value: Math.max(open.value, kindsThere.size)
      }
  }
  return open ? [...found, open] : found
}

const fired = { crises: 0, escalated: 0, ended: 0, several: 0 }

describe('compound crisis', () => {
  const sketch: fc.Arbitrary<Sketch> = fc.record({
    pattern: fc.constantFrom(...kinds),
    from: fc.integer({ min: 0, max: 200 }),
    days: fc.option(fc.integer({ min: 0, max: 120 }), { nil: null, freq: 4 })
  })

  it('is what an evaluation of every day finds (500 stories)', () => {
    fc.assert(
      fc.property(
        fc.array(sketch, { maxLength: 9 }),
        fc.integer({ min: 200, max: 400 }),
        (sketches, horizon) => {
          const inputs = sketches.map(inputOf)
          const findings = compoundCrisis.findings(
            viewWith('ML-4', inputs),
            startMs + horizon * dayMs,
            parameters,
            []
          )
          const day = (ms: number) => (ms - startMs) / dayMs
          const told = findings.map(f => ({
            from: day(f.fromMs),
            to: f.toMs === null ? null : day(f.toMs),
            levels: f.levels.length,
            value: f.measure.value
          }))
          expect(told).toEqual(expectedOf(sketches, horizon))
          fired.crises += told.length
          fired.escalated += told.filter(f => f.levels > 1).length
          fired.ended += told.filter(f => f.to !== null).length
          if (told.length > 1) fired.several += 1
        }
      ),
      { numRuns: runsOf(500, 10) }
    )
  })

  afterAll(() => {
    expect(Math.min(...Object.values(fired))).toBeGreaterThan(shareOf(20, 500, 10))
  })
})

describe('compound crisis in a theatre', () => {
  const rules = ['siege', 'compound-crisis'].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  }))

  function besieged(start = '2025-01-01'): FoldStory {
    const story = new FoldStory({ rules, start })
    story.tick('2025-01-20')
    for (const [i, category] of (['blockade', 'movement-denied'] as const).entries())
      story.report({
        id: `s${i}`,
        source: `wire-${i + 1}`,
        at: '2025-01-01',
        to: '2025-01-12',
        category,
        settlement: 'Diosso'
      })
    return story
  }

  const hunger = {
    category: 'food-insecurity',
    tactics: ['other:ipc-5'],
    lat: 13,
    lon: -6
  } as const
  const crises = (story: FoldStory) =>
    story.standing('compound-crisis').filter(s => s.status !== 'retracted')

  it('is that of the area as its source states it, and of no other', () => {
    const story = besieged()
    story.report({ id: 'h', at: '2025-01-18', ...hunger, admin1: 'ML-3' })
    expect(crises(story)).toEqual([])
    story.report({
      id: 'g',
      source: 'wire-2',
      at: '2025-01-18',
      ...hunger,
      admin1: 'ML-4',
      lat: 16
    })
    const [alert] = crises(story)
    expect(alert?.group).toEqual({ admin1: 'ML-4' })
    expect(alert?.headline).toBe(
      'Compound crisis in Ségou (Mali): a siege (Diosso) and hunger at IPC phase 4 or worse'
    )
    expect(alert?.evidence.map(e => e.incidentId)).toEqual(['s0', 's1', 'g'])
  })
})
