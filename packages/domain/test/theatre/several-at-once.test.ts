// Records that are applied together give what they give one by one: the same outputs and the same
// state. Of everything that may come: reports of all kinds, late, corrected, withdrawn and
// repeated; ticks; settings of sources and rules; officers' requests.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion, TheatrePayload, TheatreRecord } from '../../src/record/theatre-record.ts'
import type { Category } from '../../src/report/report.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { comparable, FoldStory, type ReportSketch, revisionOf, testDigest } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const startMs = Date.parse('2023-01-01T00:00:00.000Z')
const allRules: readonly RuleVersion[] = [...defaultRules, ...defaultCompoundRules]
const categories: readonly Category[] = [
  ...([
    'attack',
    'attack',
    'attack-on-civilians',
    'clash',
    'ambush',
    'explosion',
    'killing',
    'abduction',
    'release'
  ] as const),
  ...([
    'looting',
    'blockade',
    'movement-denied',
    'territory-seized',
    'imposed-rule',
    'displacement',
    'threat',
    'advisory'
  ] as const)
]
const sources = ['wire-1', 'wire-2', 'wire-3', 'undeclared'] as const

/** Numbers from 0 to 1, from a seed. */
type Random = () => number

function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4_294_967_296
  }
}

function oneOf<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T
}

/**
 * A report of the last days, at times a late one, or another revision of a report before. Many fall
 * near each other.
 */
function sketchOf(day: number, random: Random): ReportSketch {
  const n = random() < 0.8 ? day * 20 + Math.floor(random() * 20) : Math.floor(random() * day * 20)
  const source = oneOf(sources, random)
  const late = random() < 0.25 ? Math.floor(random() * 40) : 0
  const at = formatTime(startMs + Math.max(0, day - 1 - late) * dayMs).slice(0, 10)
  const area = Math.floor(random() ** 2 * 6)
  const site = Math.floor(random() * 3)
  const deaths = random() < 0.5 ? null : Math.floor(random() ** 3 * 40)
  return {
    id: `${source}-${n}`,
    source,
    at,
    to: random() < 0.9 ? at : formatTime(startMs + (day + 3) * dayMs).slice(0, 10),
    reportedAt: formatTime(startMs + day * dayMs),
    category: oneOf(categories, random),
    settlement: `S${area}-${site}`,
    admin1: `ML-${area}`,
    lat: 12 + area * 0.7 + site * 0.05,
    lon: -5 + area * 0.4 + site * 0.05,
    radiusKm: random() < 0.2 ? 25 : 2,
    credibility: random() < 0.2 ? 6 : 2,
    handling: random() < 0.2 ? 'restricted' : random() < 0.3 ? 'public' : 'internal',
    ...(deaths === null ? {} : { deaths: [deaths, deaths, deaths + 2] as const }),
    actors: random() < 0.3 ? [] : [oneOf(['Katiba A', 'Front B', 'Militia C'], random)],
    targets: random() < 0.4 ? ['civilians'] : [],
    lane: random() < 0.3 ? 'backfill' : 'live',
    drill: random() < 0.02
  }
}

/** What one record of a story says; `story` knows what came before. */
function payloadOf(day: number, story: FoldStory, random: Random): TheatrePayload {
  const kind = random()
  if (kind < 0.9) return { type: 'report.received', data: revisionOf(sketchOf(day, random)) }
  const known = story.records.flatMap(r => (r.type === 'report.received' ? [r.data.reportId] : []))
  const reportId = known.length === 0 ? 'none' : oneOf(known, random)
  if (kind < 0.96)
    return { type: 'report.withdrawn', data: { reportId, reason: 'wrong', lane: 'live' } }
  const alert = oneOf([...story.standing(), undefined], random)
  const blank = { until: null, note: null, to: null, text: 'seen', disposition: 'true' as const }
  const request = {
    alertId: alert?.alertId ?? 'none',
    ifMatch: alert?.operatorRevision ?? 1,
    by: 'officer',
    ...blank
  }
  if (kind < 0.98)
    return {
      type: 'operator.requested',
      data: {
        action: oneOf(['acknowledge', 'comment', 'resolve'], random),
        actionId: `a${random()}`,
        ...request
      } as never
    }
  if (kind < 0.99) {
    const data = {
      id: oneOf(sources, random),
      reliability: oneOf(['A', 'D', 'F'] as const, random),
      latenessDays: 2,
      cadenceDays: 20,
      archive: false
    }
    return { type: 'source.configured', data }
  }
  const rule = oneOf(allRules, random)
  return random() < 0.5
    ? { type: 'rule.removed', data: { ruleId: rule.ruleId } }
    : { type: 'rule.configured', data: rule }
}

/**
 * A theatre with all rules and a short retention, so that its boundary moves; each record is folded
 * by itself.
 */
function storyOf(seed: number, days: number): FoldStory {
  const random = randomFrom(seed)
  const story = new FoldStory({ rules: [], sources: [] })
  story.take({
    type: 'theatre.configured',
    data: { id: 'sahel', countries: [], polygon: null, clock: 'replay', retentionDays: 30 }
  })
  for (const id of sources.slice(0, 3))
    story.take({
      type: 'source.configured',
      data: { id, reliability: 'B', latenessDays: 3, cadenceDays: 30, archive: false }
    })
  for (const rule of allRules) story.take({ type: 'rule.configured', data: rule })
  for (let day = 1; day <= days; day++) {
    const toMs = startMs + day * dayMs + (random() < 0.3 ? 3_600_000 : 0)
    if (random() < 0.9)
      story.take({ type: 'clock.ticked', data: { to: formatTime(toMs), gap: random() < 0.03 } })
    for (let left = Math.floor(random() * 8); left > 0; left--) {
      story.take(payloadOf(day, story, random))
      const again = story.records[Math.floor(random() * story.records.length)] as TheatreRecord
      if (random() < 0.03) story.replay(again)
    }
  }
  return story
}

describe('records that are applied together', () => {
  it('give what they give one by one, in parts of any size', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
        (seed, sizes) => {
          const story = storyOf(seed, 60)
          const oneByOne = story.outputs.map(output => JSON.stringify(output))
          const together = new TheatreFold(story.fold.id, testDigest)
          for (let [at, part] = [0, 0]; at < story.records.length; part++) {
            const size = sizes[part % sizes.length] as number
            const outputs = together.applyAll(story.records.slice(at, at + size))
            // As texts: thousands of events are compared much faster.
            expect(outputs.map(output => JSON.stringify(output))).toEqual(
              oneByOne.slice(at, at + size)
            )
            at += size
          }
          expect(story.events.length).toBeGreaterThan(100)
          expect(comparable(together)).toEqual(comparable(story.fold))
          expect(together.nextDeadlineMs()).toBe(story.fold.nextDeadlineMs())
        }
      ),
      { numRuns: runsOf(15, 10) }
    )
  })
})
