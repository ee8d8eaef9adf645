// Stories for property tests: reports of several sources in two theatres, with corrections, moves, withdrawals, duplicates and
// ticks. A story is a list of steps in one order; `shuffled` gives the same knowledge in another. fast-check prints the seed of a
// failing story.

import type { TheatreConfig, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { Category } from '@tocsin/domain/report/report'
import fc from 'fast-check'
import { received, ticked, withdrawn } from './record-builder.ts'
import { aReport, placeOf, places } from './report-builder.ts'

export const westTheatre: TheatreConfig = { id: 'west', countries: ['ML'], polygon: null, clock: 'replay', retentionDays: 820 }
export const eastTheatre: TheatreConfig = {
  id: 'east',
  countries: ['BF', 'NE'],
  polygon: null,
  clock: 'replay',
  retentionDays: 820
}

const originMs = Date.parse('2025-01-01T00:00:00.000Z')
const dayMs = 86_400_000

/** A generated report: its first revision and its further history. */
export interface ReportStory {
  readonly sourceId: string
  readonly externalId: string
  readonly revisions: readonly RevisionStory[]
  readonly withdrawn: boolean
}

export interface RevisionStory {
  readonly fromDay: number
  readonly days: number
  readonly reportedDay: number
  readonly category: Category
  readonly tactics: readonly string[]
  readonly spot: number
  readonly jitter: readonly [number, number]
  readonly credibility: 1 | 2 | 3 | 6
  readonly low: number | null
  readonly narrative: string | null
}

const categoryArb = fc.constantFrom<Category>(
  'attack',
  'clash',
  'ambush',
  'explosion',
  'blockade',
  'movement-denied',
  'aid-denied',
  'access-restored',
  'killing'
)
const tacticsArb = fc.subarray(['encirclement', 'aid-denied', 'movement-denied', 'hunger', 'ied'], { maxLength: 2 })
const spots = Object.values(places)

/** What one revision says. Days count from 1 January 2025. */
export const revisionArb: fc.Arbitrary<RevisionStory> = fc.record({
  fromDay: fc.integer({ min: 0, max: 60 }),
  days: fc.integer({ min: 0, max: 12 }),
  reportedDay: fc.integer({ min: 0, max: 75 }),
  category: categoryArb,
  tactics: tacticsArb,
  spot: fc.nat({ max: spots.length - 1 }),
  jitter: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
  credibility: fc.constantFrom(1, 2, 3, 6),
  low: fc.option(fc.integer({ min: 0, max: 40 })),
  narrative: fc.option(fc.constantFrom('a', 'b', 'c'))
})

/** Reports of up to four sources, each with up to three revisions and maybe a withdrawal. External ids are unique within a source. */
export function storiesArb(reportsMax = 20): fc.Arbitrary<readonly ReportStory[]> {
  const story = fc.record({
    sourceId: fc.constantFrom('wire-1', 'radio-2', 'desk-3', 'village-4'),
    externalId: fc.nat({ max: 999 }).map(n => `X-${n}`),
    revisions: fc.array(revisionArb, { minLength: 1, maxLength: 3 }),
    withdrawn: fc.boolean()
  })
  return fc.uniqueArray(story, { minLength: 1, maxLength: reportsMax, selector: s => `${s.sourceId} ${s.externalId}` })
}

/** The theatre that holds a place of the stories, by country. */
function theatreOf(country: string | null): string {
  return westTheatre.countries?.includes(country ?? '') ? westTheatre.id : eastTheatre.id
}

/**
 * The records that intake writes for the stories, per theatre, duplicates not among them: every revision goes to every theatre that the report
 * was ever in, a withdrawal too. `lastDay` ends each theatre with a tick. Pure.
 */
export function recordsOf(stories: readonly ReportStory[], lastDay = 90): ReadonlyMap<string, readonly TheatreRecord[]> {
  const byTheatre = new Map<string, TheatreRecord[]>([
    [westTheatre.id, []],
    [eastTheatre.id, []]
  ])
  for (const story of stories) {
    const everIn = new Set<string>()
    const revisions = story.revisions.map((revision, index) => reportOf(story, revision, index))
    for (const revision of revisions) everIn.add(revision.theatre)
    for (const theatre of everIn) {
      const records = byTheatre.get(theatre)!
      for (const revision of revisions) records.push(received(revision, { theatre }))
      if (story.withdrawn) records.push(withdrawn({ ...revisions[0]!, theatre }))
    }
  }
  for (const [theatre, records] of byTheatre) records.push(ticked(dayOf(lastDay), { theatre }))
  return byTheatre
}

/** The records in another order with some of them twice; the last tick stays last, since the same last tick is part of what is known. */
export function shuffledArb(records: readonly TheatreRecord[]): fc.Arbitrary<readonly TheatreRecord[]> {
  const body = records.slice(0, -1)
  const last = records.slice(-1)
  return fc
    .tuple(fc.shuffledSubarray([...body], { minLength: body.length }), fc.subarray([...body]))
    .map(([shuffled, again]) => [...shuffled, ...again, ...last])
}

function reportOf(story: ReportStory, revision: RevisionStory, index: number) {
  const spot = spots[revision.spot] ?? places.dioura
  const lat = (spot.lat ?? 0) + revision.jitter[0] * 0.05
  const lon = (spot.lon ?? 0) + revision.jitter[1] * 0.05
  return aReport({
    sourceId: story.sourceId,
    externalId: story.externalId,
    // Revisions of one report are told in their order: the index keeps two of one day apart.
    reportedAt: new Date(Date.parse(dayOf(revision.reportedDay)) + index * 60_000).toISOString(),
    occurred: { from: dayOf(revision.fromDay).slice(0, 10), to: dayOf(revision.fromDay + revision.days).slice(0, 10) },
    category: revision.category,
    tactics: revision.tactics,
    place: placeOf({ ...spot, lat, lon }),
    credibility: revision.credibility,
    fatalities: { low: revision.low, best: null, high: null },
    narrativeKey: revision.narrative,
    theatre: theatreOf(spot.country)
  })
}

function dayOf(day: number): string {
  return new Date(originMs + day * dayMs).toISOString()
}
