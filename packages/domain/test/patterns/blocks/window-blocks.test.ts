// Count, distinct-count, sum and all-of against exhaustive searches of all moments and all
// incidents.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { machineOver } from '../machine-over.ts'
import {
  type BlockSketch,
  blockIncident,
  blockIncidents,
  blockStartMs,
  foldBlocks
} from './block-incidents.ts'

const pattern = (id: string) => patterns.get(id) as AnyPattern

interface Seen {
  readonly fromMs: number
  readonly enteredMs: number
  readonly toMs: number | null
  readonly level: number
  readonly value: number
  readonly triggers: readonly string[]
}

type Measure = (incidents: readonly Incident[]) => number

interface Open {
  readonly ms: number
  readonly from: Incident[]
  readonly peak: number
  readonly last: number
}

interface Rule {
  readonly windowDays: number
  readonly gapDays: number
  readonly threshold: number
  readonly leave: number
  readonly levels: readonly number[]
}

const ids = (incidents: readonly Incident[]) => incidents.map(i => i.id).sort()

function seenOf(f: Finding): Seen {
  return {
    fromMs: f.fromMs,
    enteredMs: f.levels[0]?.atMs ?? 0,
    toMs: f.toMs,
    level: f.levels.length,
    value: f.measure.value,
    triggers: ids(f.triggers)
  }
}

function plain(
  fit: readonly Incident[],
  enteredMs: number,
  endMs: number,
  horizonMs: number,
  from: Incident[],
  peak: number,
  rule: Rule,
  lastValue: number
): Seen {
  const inside = [
    ...new Set([...from, ...fit.filter(i => i.fromMs >= enteredMs && i.fromMs <= endMs)])
  ]
  return {
    fromMs: Math.min(...inside.map(i => i.fromMs)),
    enteredMs,
    toMs: endMs <= horizonMs ? endMs : null,
    level: 1 + rule.levels.filter(level => peak >= level).length,
    value: lastValue,
    triggers: ids(inside)
  }
}

/** Every moment at which anything can change, each with the whole window. */
function slidingOracle(
  fit: readonly Incident[],
  measure: Measure,
  rule: Rule,
  horizonMs: number
): Seen[] {
  const lengthMs = rule.windowDays * dayMs
  const at = (ms: number) => fit.filter(i => i.fromMs <= ms && i.toMs + lengthMs > ms)
  const moments = [...new Set(fit.flatMap(i => [i.fromMs, i.toMs + lengthMs]))].sort(
    (a, b) => a - b
  )
  const leave = rule.leave || rule.threshold
  const seen: Seen[] = []
  let open = null as Open | null
  for (const ms of moments) {
    const value = measure(at(ms))
    const arrives = fit.some(i => i.fromMs === ms)
    if (open === null && value >= rule.threshold && arrives)
      open = { ms, from: at(ms), peak: value, last: value }
    else if (open !== null && value < leave) {
      seen.push(
        plain(fit, open.ms, ms, horizonMs, open.from, open.peak, rule, arrives ? value : open.last)
      )
      open = null
    } else if (open !== null)
      open = { ...open, peak: Math.max(open.peak, value), last: arrives ? value : open.last }
  }
  return seen
}

/** Every window by its number. */
function tumblingOracle(
  fit: readonly Incident[],
  measure: Measure,
  rule: Rule,
  horizonMs: number
): Seen[] {
  const lengthMs = rule.windowDays * dayMs
  const anchorMs = Date.parse('1970-01-05')
  const leave = rule.leave || rule.threshold
  const lastMs = Math.max(...fit.map(i => i.toMs)) + 3 * lengthMs
  const seen: Seen[] = []
  let open = null as Open | null
  for (
    let n = Math.floor((blockStartMs - anchorMs) / lengthMs) - 1;
    anchorMs + n * lengthMs <= lastMs;
    n++
  ) {
    const [startMs, endMs] = [anchorMs + n * lengthMs, anchorMs + (n + 1) * lengthMs]
    const until = (ms: number) => fit.filter(i => i.fromMs <= ms && i.toMs >= startMs)
    for (const ms of new Set(fit.map(i => i.fromMs).filter(ms => ms >= startMs && ms < endMs))) {
      const value = measure(until(ms))
      if (open !== null) open = { ...open, peak: Math.max(open.peak, value), last: value }
      else if (value >= rule.threshold) open = { ms, from: until(ms), peak: value, last: value }
    }
    if (open === null || measure(until(endMs - 1)) >= leave) continue
    seen.push(
      plain(
        fit.filter(i => i.fromMs < endMs),
        open.ms,
        endMs,
        horizonMs,
        open.from,
        open.peak,
        rule,
        open.last
      )
    )
    open = null
  }
  return seen
}

function sessionOracle(
  fit: readonly Incident[],
  measure: Measure,
  rule: Rule,
  horizonMs: number
): Seen[] {
  const gapMs = rule.gapDays * dayMs
  const sessions: Incident[][] = []
  for (const i of fit) {
    const last = sessions.at(-1)
    if (last && i.fromMs <= Math.max(...last.map(j => j.toMs)) + gapMs) last.push(i)
    else sessions.push([i])
  }
  return sessions.flatMap(session => {
    const values = session.map((_, n) => measure(session.slice(0, n + 1)))
    const entry = values.findIndex(value => value >= rule.threshold)
    if (entry === -1) return []
    const endMs = Math.max(...session.map(i => i.toMs)) + gapMs
    const all = plain(
      session,
      (session[entry] as Incident).fromMs,
      endMs,
      horizonMs,
      session,
      Math.max(...values),
      rule,
      values.at(-1) as number
    )
    return [all]
  })
}

const oracles = { sliding: slidingOracle, tumbling: tumblingOracle, session: sessionOracle }

const areas = ['ML-1', 'ML-2', 'ML-4', 'ML-5'] as const

const sketch: fc.Arbitrary<BlockSketch> = fc.record({
  day: fc.integer({ min: 0, max: 60 }),
  days: fc.constantFrom(0, 0, 1, 1, 1, 3, 20),
  admin1: fc.constantFrom(...areas),
  settlement: fc.constantFrom('Dioura', 'Tonka'),
  category: fc.constantFrom('attack', 'threat', 'displacement', 'looting'),
  actors: fc.subarray(['JNIM', 'jnim ', 'ISSP'], { maxLength: 2 }),
  deaths: fc.constantFrom(
    [null, null, null] as const,
    [0, 0, 0] as const,
    [1, 2, 3] as const,
    [4, 4, 9] as const
  ),
  credibility: fc.constantFrom(2, 2, 2, 6, 5) as fc.Arbitrary<2>
})

const rule: fc.Arbitrary<Rule> = fc
  .record({
    windowDays: fc.constantFrom(3, 7, 10),
    gapDays: fc.constantFrom(1, 3),
    threshold: fc.integer({ min: 1, max: 5 }),
    below: fc.integer({ min: 0, max: 3 }),
    rise: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 })
  })
  .map(({ threshold, below, rise, ...rest }) => ({
    ...rest,
    threshold,
    leave: Math.max(0, threshold - below),
    levels: rise.map((_, i) => threshold + rise.slice(0, i + 1).reduce((a, b) => a + b, 0))
  }))

const distinctOf =
  (read: (i: Incident) => readonly (string | null)[]): Measure =>
  incidents =>
    new Set(incidents.flatMap(read).filter(text => text !== null)).size

interface Block {
  readonly id: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly measure: Measure
  /** True if it adds something. */
  readonly adds: (i: Incident) => boolean
}

const blocks: readonly Block[] = [
  { id: 'count', parameters: {}, measure: incidents => incidents.length, adds: () => true },
  {
    id: 'distinct-count',
    parameters: { field: 'admin1' },
    measure: distinctOf(i => [i.place.admin1]),
    adds: () => true
  },
  {
    id: 'distinct-count',
    parameters: { field: 'actor' },
    measure: distinctOf(i => i.actors.map(a => a.name.trim().toLowerCase())),
    adds: i => i.actors.length > 0
  },
  {
    id: 'sum',
    parameters: { field: 'deaths.best' },
    measure: incidents => incidents.reduce((sum, i) => sum + (i.fatalities.best ?? 0), 0),
    adds: i => (i.fatalities.best ?? 0) > 0
  }
]

describe.each(Object.keys(oracles) as (keyof typeof oracles)[])('a %s window', window => {
  it.each(blocks)(
    'of $id $parameters finds what an exhaustive search finds',
    ({ id, parameters, measure, adds }) => {
      let [found, ended, risen] = [0, 0, 0]
      fc.assert(
        fc.property(
          fc.array(sketch, { minLength: 5, maxLength: 40 }),
          rule,
          fc.integer({ min: 0, max: 40 }),
          (sketches, r, after) => {
            const incidents = blockIncidents(sketches)
            const horizonMs = (incidents.at(-1) as Incident).fromMs + after * dayMs
            const fit = incidents.filter(i => i.passesGrade && adds(i))
            const seen =
              foldBlocks(pattern(id), incidents, horizonMs, { ...parameters, ...r, window }).get(
                'all'
              ) ?? []
            const expected = fit.length === 0 ? [] : oracles[window](fit, measure, r, horizonMs)
            expect(seen.map(seenOf)).toEqual(expected)
            found += seen.length
            ended += seen.filter(f => f.toMs !== null).length
            risen += seen.filter(f => f.levels.length > 1).length
            for (const f of seen) {
              const until = (i: Incident) => i.toMs + r.windowDays * dayMs
              const others = incidents.filter(
                i =>
                  !fit.includes(i) &&
                  until(i) > (f.levels[0]?.atMs ?? 0) &&
                  i.fromMs <= (f.toMs ?? Infinity)
              )
              if (window === 'sliding') expect(ids(f.support)).toEqual(ids(others))
            }
          }
        ),
        { numRuns: 300 }
      )
      expect(found).toBeGreaterThan(100)
      expect(ended).toBeGreaterThan(30)
      expect(risen).toBeGreaterThan(5)
    }
  )
})

describe('all-of', () => {
  const kinds = ['attack', 'threat', 'displacement'] as const

  it('finds what an exhaustive search finds, also if one incident fulfils several steps', () => {
    let found = 0
    const steps = [
      ...kinds.map(k => `category == "${k}"`),
      'category == "threat" && admin1 == "ML-4"'
    ]
    const are = (i: Incident) => [
      ...kinds.filter(k => i.category === k),
      ...(i.category === 'threat' && i.place.admin1 === 'ML-4' ? ['both'] : [])
    ]
    fc.assert(
      fc.property(
        fc.array(sketch, { minLength: 15, maxLength: 40 }),
        fc.constantFrom(7, 15, 25),
        (sketches, withinDays) => {
          const incidents = blockIncidents(sketches)
          const horizonMs = (incidents.at(-1) as Incident).fromMs + 5 * dayMs
          const fit = incidents.filter(i => i.passesGrade && are(i).length > 0)
          const seen =
            foldBlocks(pattern('all-of'), incidents, horizonMs, { steps, withinDays }).get('all') ??
            []
          const asRule = { windowDays: withinDays, gapDays: 1, threshold: 4, leave: 0, levels: [] }
          expect(seen.map(seenOf)).toEqual(slidingOracle(fit, distinctOf(are), asRule, horizonMs))
          found += seen.length
        }
      ),
      { numRuns: 300 }
    )
    expect(found).toBeGreaterThan(30)
  })
})

describe('groups', () => {
  const three = [
    { day: 1, days: 1, admin1: 'ML-4', settlement: 'Dioura', actors: ['JNIM'] },
    { day: 2, days: 1, admin1: 'ML-4', settlement: 'Dioura', actors: ['jnim '] },
    { day: 3, days: 1, admin1: 'ML-4', settlement: 'Dioura', actors: ['JNIM', 'ISSP'] }
  ]
  const horizonMs = blockStartMs + 4 * dayMs

  it.each([
    ['theatre', ['all'], { theatre: 'all' }],
    ['country', ['ML'], { country: 'ML' }],
    ['admin1', ['ML-4'], { admin1: 'ML-4' }],
    ['settlement', ['ML-4/dioura'], { settlement: 'Dioura', settlementId: 'ML-4/dioura' }],
    ['category', ['attack'], { category: 'attack' }],
    ['actor', ['jnim'], { actor: 'jnim' }],
    ['source', ['wire-1'], { source: 'wire-1' }]
  ])('by %s', (groupBy, scopes, group) => {
    const seen = foldBlocks(pattern('count'), blockIncidents(three), horizonMs, { groupBy })
    expect([...seen].filter(([, findings]) => findings.length > 0).map(([scope]) => scope)).toEqual(
      scopes
    )
    expect(seen.get(scopes[0] as string)?.[0]?.group).toEqual(group)
  })

  it('keep drills apart', () => {
    const drills = blockIncidents(three.map(s => ({ ...s, drill: true })))
    const seen = foldBlocks(pattern('count'), drills, horizonMs, {})
    expect(seen.get('drill/all')?.[0]?.group).toEqual({ theatre: 'all', drill: 'true' })
  })

  it.each(['Drill/JNIM', 'world/x', 'World/Drill/x'])(
    'keep drills apart from an actor called %s',
    name => {
      const own = name.toLowerCase()
      const called = (actor: string, drill: boolean) =>
        three.map(s => ({ ...s, actors: [actor], drill }))
      const groupsOf = (...sketches: BlockSketch[]) =>
        [
          ...foldBlocks(pattern('count'), blockIncidents(sketches), horizonMs, {
            groupBy: 'actor'
          }).values()
        ]
          .flat()
          .map(f => f.group)
      const [world, drills, alike] = [
        called(name, false),
        called(name, true),
        called(own.slice(own.indexOf('/') + 1), true)
      ]
      expect(groupsOf(...world)).toEqual([{ actor: own }])
      expect(groupsOf(...drills)).toEqual([{ actor: own, drill: 'true' }])
      for (const others of [drills, alike])
        expect(groupsOf(...world.slice(0, 2), ...others.slice(0, 2))).toEqual([])
    }
  )

  it('by area do not trigger on an incident whose area is uncertain', () => {
    const vague = blockIncidents(three).map(i => ({
      ...i,
      place: { ...i.place, areaCertain: false }
    }))
    expect(
      foldBlocks(pattern('count'), vague, horizonMs, { groupBy: 'admin1' }).get('ML-4')
    ).toEqual([])
    expect(foldBlocks(pattern('count'), vague, horizonMs, {}).get('all')).toHaveLength(1)
  })

  it('take no statistic', () => {
    const statistics = blockIncidents(three.map(s => ({ ...s, category: 'statistic' as const })))
    expect(foldBlocks(pattern('count'), statistics, horizonMs, {}).size).toBe(0)
  })

  it('by country count only the areas that lie in it', () => {
    const border = { settlement: 'Djibo', admin1: 'BF-12', country: 'BF' }
    const across = blockIncidents([
      { day: 1, days: 1, admin1: 'ML-4', alsoAt: [border] },
      { day: 2, days: 1, admin1: 'ML-5' }
    ])
    const asked = { field: 'admin1', groupBy: 'country', threshold: 2 }
    const seen = foldBlocks(pattern('distinct-count'), across, horizonMs, asked)
    expect(seen.get('ML')?.[0]?.measure.value).toBe(2)
    expect(seen.get('BF')).toEqual([])
  })
})

describe('limits and faults', () => {
  it('counts all incidents of a window, however many', () => {
    const many = 2_500
    const count = pattern('count')
    const parameters = resolveParameters(count, { windowDays: 3650 })
    const crowd = Array.from({ length: many }, (_, i) => blockIncident({ day: i, days: 1 }, i))
    const machine = machineOver(count, { scope: 'all', parameters }, crowd)
    const [finding] = machine.findings(momentAt(blockStartMs + 5000 * dayMs))
    expect(finding?.measure.value).toBe(many)
    expect((finding?.triggers.length ?? 0) + (finding?.omitted ?? 0)).toBe(many)
  })

  it.each([
    ['count', { window: 'hopping' }, 'window', 'sliding, tumbling, session'],
    ['count', { groupBy: 'moon' }, 'groupBy', 'theatre, country'],
    ['count', { leave: 4 }, 'leave', 'greater than the threshold'],
    ['count', { levels: [2] }, 'levels.0', 'greater than 3'],
    ['count', { levels: [5, 5] }, 'levels.1', 'greater than 5'],
    ['distinct-count', { field: 'colour' }, 'field', 'admin1, settlement'],
    ['sum', { field: 'deaths' }, 'field', 'deaths.low'],
    ['all-of', { steps: [] }, 'steps', '1 to 8'],
    [
      'all-of',
      { steps: ['category == "attack"', 'category = "threat"'] },
      'steps.1',
      'character 10'
    ],
    ['sequence', { steps: ['category == "attack"'] }, 'steps', 'one step only'],
    ['sequence', { steps: [{ absent: 'drill' }, 'drill'] }, 'steps.0', 'must come'],
    [
      'sequence',
      { steps: ['drill', { absent: 'drill', days: 3 }, 'drill'] },
      'steps.1.days',
      'at the end'
    ],
    ['sequence', { steps: ['drill', { absent: 'dril' }] }, 'steps.1.absent', 'Unknown variable'],
    ['absence', { expected: [] }, 'expected', 'at least one'],
    ['absence', { expected: ['x'] }, 'expected.0', 'Unknown variable'],
    ['absence', { levels: [10] }, 'levels.0', 'greater than 30']
  ] as const)('%s refuses %j, at %s', (id, overrides, path, reason) => {
    const parameters = resolveParameters(pattern(id), overrides)
    const faults = pattern(id).faultsOf?.(parameters) ?? []
    expect(faults.map(f => f.path.join('.'))).toContain(path)
    expect(faults.find(f => f.path.join('.') === path)?.detail).toContain(reason)
    // An invalid rule that got into a log nevertheless finds nothing, and breaks nothing.
    expect(() =>
      foldBlocks(
        pattern(id),
        blockIncidents([
          { day: 1, days: 1 },
          { day: 2, days: 2 }
        ]),
        blockStartMs,
        overrides
      )
    ).not.toThrow()
  })
})
