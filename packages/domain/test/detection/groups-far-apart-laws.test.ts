// Laws of rules that group by settlement where one name stands for places far apart: whatever the
// order of coming, as if each place had a name of its own, and the same after a restart.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const bySettlement = { groupBy: ['settlement'] as const }
const rule = (
  ruleId: string,
  pattern: string,
  parameters: RuleVersion['parameters'],
  change: Partial<RuleVersion> = {}
) => ({
  ...{ ruleId, ruleVersion: 1, pattern, parameters },
  ...change
})
const steps = [
  'category == "threat"',
  { absent: 'category == "access-restored"' },
  'category == "attack"'
]
const rules: readonly RuleVersion[] = [
  rule('counted', 'count', { groupBy: 'settlement', windowDays: 10, threshold: 2, levels: [4] }),
  rule('session', 'count', { window: 'session', gapDays: 4, threshold: 2 }, bySettlement),
  rule('summed', 'sum', { windowDays: 10, threshold: 9 }, { groupBy: ['category', 'settlement'] }),
  rule('kinds', 'distinct-count', {
    groupBy: 'settlement',
    field: 'category',
    windowDays: 10,
    threshold: 3
  }),
  rule('all', 'all-of', {
    groupBy: 'settlement',
    steps: ['category == "threat"', 'category == "attack"'],
    withinDays: 10
  }),
  rule('steps', 'sequence', { groupBy: 'settlement', steps, withinDays: 20, holdDays: 10 }),
  rule('missing', 'absence', {
    groupBy: 'settlement',
    expected: ['category == "access-restored"'],
    days: 8
  }),
  rule('deaths', 'cumulative-deaths', { windowDays: 15, limit: 10 }, bySettlement),
  rule('twice', 'findings-count', {
    of: ['counted'],
    groupBy: 'settlement',
    windowDays: 40,
    threshold: 2
  })
]
const kinds = ['attack', 'attack', 'threat', 'access-restored'] as const
const one = fc.record({
  category: fc.constantFrom(...kinds),
  day: fc.integer({ min: 1, max: 50 }),
  km: fc.constantFrom(0, 0, 10, 150, 150, 160),
  isPlaced: fc.integer({ min: 0, max: 9 }).map(n => n > 0),
  isBoth: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
  deaths: fc.constantFrom(0, 3, 6),
  source: fc.constantFrom('wire-1', 'wire-2', 'wire-3')
})
type One = typeof one extends fc.Arbitrary<infer T> ? T : never
const place = { settlement: 'A2 highway', country: 'ET', admin1: 'ET-SO' }
const point = (km: number) => ({ lat: 6 + km / 111.2, lon: 44.6 })
const dayOf = (n: number) => new Date(Date.UTC(2024, 0, n)).toISOString().slice(0, 10)
const reportedAt = (month: number, i: number) =>
  `2024-0${month}-${String(i + 1).padStart(2, '0')}T00:00:00.000Z`
const sketchOf = (
  { category, day, km, isPlaced, isBoth, deaths, source }: One,
  i: number
): ReportSketch => ({
  ...{
    id: `r${i}`,
    at: dayOf(day),
    category,
    source,
    deaths,
    reportedAt: reportedAt(3, i),
    ...place
  },
  ...(isPlaced ? point(km) : { lat: null, lon: null }),
  ...(isBoth ? { alsoAt: [{ ...place, ...point(150 - km) }] } : {})
})
const begunAt = (start: string) => new FoldStory({ rules, start })
/** All sources have been heard: absences count by what they say. */
const begun = () => {
  const story = begunAt('2024-03-05')
  for (const source of ['wire-1', 'wire-2', 'wire-3'])
    story.report({
      ...{ id: source, source, at: '2024-03-04', category: 'statistic' },
      settlement: 'Jijiga',
      lat: null,
      lon: null
    })
  return story
}
const told = (story: FoldStory) => {
  const alerts = [...story.fold.alerts.entries]
    .map(({ state }) => state)
    .filter(({ status }) => status !== 'retracted')
  return alerts.map(({ ruleId, group, levels, measure, window, severity, evidence }) => ({
    ...{ ruleId, group, measure, window, severity },
    levels: levels.map(({ level, at, reason }) => [level, at, reason]),
    evidence: evidence.map(({ incidentId, role }) => [incidentId, role])
  }))
}
const texts = (all: readonly object[]) => all.map(each => JSON.stringify(each)).sort()
const world = fc.array(one, { minLength: 4, maxLength: 24 }).chain(all =>
  fc.record({
    all: fc.constant(all),
    order: fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
    gone: fc.subarray([...all.keys()], { maxLength: 3 }),
    restarts: fc.subarray([...all.keys()], { maxLength: 4 })
  })
)
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

/**
 * All reports, each first told of at another place, in the order of a world; then what is
 * withdrawn.
 */
function shuffled({ all, order, gone, restarts }: World, mayRestart: boolean): FoldStory {
  const story = begun()
  for (const [turn, i] of order.entries()) {
    if (mayRestart && restarts.includes(turn)) story.fold = throughText(story.fold)
    story.report({
      ...sketchOf(all[i] as One, i),
      ...point(320),
      alsoAt: [],
      reportedAt: reportedAt(2, i)
    })
    story.report(sketchOf(all[i] as One, i))
  }
  for (const i of gone) story.withdraw(`r${i}`)
  story.tick('2024-04-01')
  return story
}

it('gives the same findings in any order of coming, with corrections and withdrawals (25 worlds)', () => {
  const found = { alerts: 0, sites: 0, rules: new Set<string>() }
  fc.assert(
    fc.property(world, w => {
      const inOrder = begun()
      for (const [i, each] of w.all.entries())
        if (!w.gone.includes(i)) inOrder.report(sketchOf(each, i))
      inOrder.tick('2024-04-01')
      const expected = told(inOrder)
      expect(texts(told(shuffled(w, true)))).toEqual(texts(expected))
      found.alerts += expected.length
      for (const { group, ruleId } of expected) {
        if (group.site !== undefined) found.sites += 1
        found.rules.add(ruleId)
      }
    }),
    { numRuns: runsOf(25, 2) }
  )
  expect(found.alerts).toBeGreaterThan(shareOf(100, 25, 2))
  expect(found.sites).toBeGreaterThan(shareOf(30, 25, 2))
  expect(found.rules.size).toBe(rules.length)
})

it('goes on at each place as if it had a name of its own while what is over is forgotten, with restarts and without (4 worlds)', () => {
  const longer = fc.array(fc.record({ each: one, daysOn: fc.constantFrom(1, 1, 3, 40) }), {
    minLength: 100,
    maxLength: 130
  })
  const saidOf = ({ events }: FoldStory) =>
    events.flatMap(({ type, data }) => {
      if (!('levels' in data)) return []
      const { ruleId, status, levels, measure, window, severity } = data
      return JSON.stringify({
        type,
        ruleId,
        status,
        levels: levels.map(({ level, at }) => [level, at]),
        measure,
        window,
        severity
      })
    })
  let [sites, forgotten] = [0, 0]
  fc.assert(
    fc.property(longer, all => {
      const [plain, restarted, own] = [
        begunAt('2020-01-01'),
        begunAt('2020-01-01'),
        begunAt('2020-01-01')
      ]
      let day = Date.UTC(2020, 0, 1)
      for (const [i, { each, daysOn }] of all.entries()) {
        day += daysOn * dayMs
        const at = new Date(day).toISOString().slice(0, 10)
        const sketch = {
          ...sketchOf({ ...each, isPlaced: true, isBoth: false }, i),
          at,
          reportedAt: `${at}T20:00:00.000Z`
        }
        if (i % 20 === 10) restarted.fold = throughText(restarted.fold)
        for (const story of [plain, restarted]) story.report(sketch)
        own.report(each.km < 100 ? sketch : { ...sketch, settlement: 'B2 highway' })
        for (const story of [plain, restarted, own]) story.tick(new Date(day + dayMs).toISOString())
      }
      expect(saidOf(plain).sort()).toEqual(saidOf(own).sort())
      expect(restarted.events.map(event => JSON.stringify(event))).toEqual(
        plain.events.map(event => JSON.stringify(event))
      )
      const state = JSON.stringify([...plain.fold.capture()])
      const [kept, firsts] = ['"point":', '"sites":[{"point":'].map(
        text => state.split(text).length - 1
      ) as [number, number]
      if (firsts > 0) forgotten += 1
      if (kept > firsts) sites += 1
    }),
    { numRuns: runsOf(4, 10), endOnFailure: true }
  )
  expect(forgotten).toBeGreaterThan(shareOf(2, 4, 10))
  expect(sites).toBeGreaterThan(shareOf(1, 4, 10))
})

it('finds at each place what it would find if that had a name of its own (25 worlds)', () => {
  let sites = 0
  const plain = ({
    group: { settlement, settlementId, site, ...group },
    ...rest
  }: ReturnType<typeof told>[number]) => {
    if (site !== undefined) sites += 1
    return { ...rest, group }
  }
  fc.assert(
    fc.property(world, ({ all }) => {
      const [one, own] = [begun(), begun()]
      for (const [i, each] of all.entries()) {
        const sketch = sketchOf({ ...each, isPlaced: true, isBoth: false }, i)
        one.report(sketch)
        own.report(each.km < 100 ? sketch : { ...sketch, settlement: 'B2 highway' })
      }
      for (const story of [one, own]) story.tick('2024-04-01')
      expect(texts(told(one).map(plain))).toEqual(texts(told(own).map(plain)))
    }),
    { numRuns: runsOf(25, 2) }
  )
  expect(sites).toBeGreaterThan(shareOf(30, 25, 2))
})
