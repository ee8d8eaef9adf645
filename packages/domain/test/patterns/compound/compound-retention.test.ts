// Rules over findings through years with a short retention: a restored snapshot continues with the
// same events, also after level 0 has removed findings that begin a level-1 episode.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultCompoundRules } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import {
  comparable,
  FoldStory,
  type ReportSketch,
  revisionOf,
  throughText
} from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'

const startMs = Date.parse('2022-01-01T00:00:00.000Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const towns = [
  { settlement: 'Diosso', admin1: 'ML-4', lat: 13.9, lon: -5.4 },
  { settlement: 'Segou', admin1: 'ML-4', lat: 13.4, lon: -6.2 },
  { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8, lon: -5.3 }
] as const
const rules = [
  ...['siege', 'front', 'abduction-to-killing'].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  })),
  ...defaultCompoundRules.map(rule =>
    rule.pattern === 'compound-crisis'
      ? { ...rule, parameters: { violencePatterns: ['front'] } }
      : rule
  ),
  {
    ruleId: 'findings-count',
    ruleVersion: 1,
    pattern: 'findings-count',
    parameters: { of: ['front', 'siege'], threshold: 2 }
  }
]

interface Deed {
  readonly day: number
  readonly town: number
  readonly kind: number
  readonly days: number
  readonly source: string
}

const kinds: readonly Partial<ReportSketch>[] = [
  { category: 'attack' },
  { category: 'attack' },
  { category: 'blockade', tactics: ['movement-denied'] },
  { category: 'blockade', tactics: ['movement-denied'] },
  { category: 'appeal' },
  { category: 'threat' },
  { category: 'access-restored' },
  { category: 'food-insecurity', tactics: ['other:ipc-4'] },
  { category: 'abduction', persons: [{ key: 'a', role: null, kind: null, aliasKeys: ['b'] }] },
  { category: 'killing', persons: [{ key: 'b', role: null, kind: null, aliasKeys: [] }] }
]

function sketchOf({ day: at, town, kind, days, source }: Deed, i: number): ReportSketch {
  return {
    id: `r${i}`,
    source,
    at: day(at),
    to: day(at + days),
    ...towns[town % towns.length],
    ...kinds[kind % kinds.length]
  }
}

/** Reports as they arrive, some late, a tick every two weeks, some withdrawn. */
function told(deeds: readonly Deed[], withdrawn: readonly number[]): FoldStory {
  const story = new FoldStory({ rules, start: day(0) })
  const data = {
    id: 'sahel',
    countries: null,
    polygon: null,
    clock: 'replay',
    retentionDays: 468
  } as const
  story.take({ type: 'theatre.configured', data })
  const inOrder = deeds
    .map((deed, i) => ({ deed, i }))
    .sort((a, b) => a.deed.day - b.deed.day || a.i - b.i)
  let now = 0
  for (const { deed, i } of inOrder) {
    for (; now + 14 <= deed.day + deed.days + 1; now += 14) story.tick(day(now + 14))
    story.take({ type: 'report.received', data: revisionOf(sketchOf(deed, i)) })
    if (withdrawn.includes(i)) story.withdraw(`r${i}`)
  }
  for (; now < 1500; now += 14) story.tick(day(now + 14))
  return story
}

const fired = new Map<string, number>()

// In parts: each has a time limit of its own, which all 60 stories would come near on a busy
// machine.
it.each([1, 2, 3])(
  'continue from a snapshot at any time of four years (20 stories, part %i of 3)',
  () => {
    const deed = fc.record({
      day: fc.integer({ min: 0, max: 1300 }),
      town: fc.constantFrom(0, 0, 0, 1, 2),
      kind: fc.nat(9),
      days: fc.constantFrom(0, 2, 12, 12),
      source: fc.constantFrom('wire-1', 'wire-2', 'wire-3')
    })
    const deeds = fc.array(deed, { minLength: 30, maxLength: 70 })
    fc.assert(
      fc.property(
        deeds,
        fc.array(fc.nat(69), { maxLength: 4 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        (all, gone, cuts) => {
          const story = told(all, gone)
          for (const { data } of story.events)
            if ('ruleId' in data) fired.set(data.ruleId, (fired.get(data.ruleId) ?? 0) + 1)
          const places = cuts.map(cut => cut % story.records.length)
          const again = new FoldStory({ rules: [], sources: [], start: day(0) })
          let fold = again.fold
          story.records.slice(1).forEach((record, i) => {
            expect(fold.apply(record)).toEqual(story.outputs[i + 1])
            if (places.includes(i)) fold = throughText(fold)
          })
          expect(comparable(fold)).toEqual(comparable(story.fold))
        }
      ),
      { numRuns: runsOf(20, 2) }
    )
  }
)

it('fire often enough in these stories', () => {
  for (const { ruleId } of rules.filter(r => r.pattern !== 'reporting-blackout'))
    expect(fired.get(ruleId) ?? 0, ruleId).toBeGreaterThan(shareOf(5, 20, 2))
})
