// A war whose places change: a theatre's memory depends on current activity, not on its duration.

import { expect, it } from 'vitest'
import type { ScopeFoldSnapshot } from '../../src/detection/scope-fold.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

const startMs = Date.parse('2010-01-01T00:00:00.000Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const placeDays = 60
/**
 * The rules that level 0 folds by settlement, area or actor, except those whose states are kept for
 * good.
 */
const byScope = [
  'surge',
  'sustained-threat',
  'repeat-victimisation',
  'siege',
  'coordinated-attack',
  'abduction-to-killing'
]
const rules = defaultRules.filter(({ pattern }) => byScope.includes(pattern))
const kinds = [
  'attack',
  'attack-on-civilians',
  'blockade',
  'abduction',
  'threat',
  'movement-denied',
  'killing',
  'looting'
] as const

/** One report a week from a place that is never reported again. */
function sketchOf(n: number): ReportSketch {
  const place = Math.floor((n * 7) / placeDays)
  const where = {
    settlement: `P${place}`,
    admin1: `ML-${place}`,
    lat: 10 + ((place * 7) % 15),
    lon: -10 + ((place * 11) % 20)
  }
  const category = kinds[n % kinds.length] as (typeof kinds)[number]
  return {
    id: `r${n}`,
    at: day(n * 7),
    source: `wire-${1 + (n % 3)}`,
    category,
    actors: [`Cell ${place}`],
    deaths: n % 9,
    ...where
  }
}

function tracksOf(story: FoldStory): number {
  const rows = [...story.fold.capture()].filter(([name]) => name === 'tracks')
  return rows.flatMap(([, tracks]) => tracks as readonly ScopeFoldSnapshot[]).length
}

it('keeps no more scopes after ten years than after five', () => {
  const story = new FoldStory({ start: day(0), rules })
  const data = {
    id: 'sahel',
    countries: null,
    polygon: null,
    clock: 'replay',
    retentionDays: 468
  } as const
  story.take({ type: 'theatre.configured', data })
  const tracks: number[] = []
  for (let week = 0; week < 10 * 52; week++) {
    story.report(sketchOf(week))
    story.tick(day(week * 7 + 1))
    if (week % (5 * 52) === 5 * 52 - 1) tracks.push(tracksOf(story))
  }
  const [first, second] = tracks as [number, number]
  expect(first).toBeGreaterThan(30)
  expect(second).toBeLessThan(first * 1.1)
})
