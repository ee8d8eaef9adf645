// The evidence that alerts name, and the summary of all of it, however long the episode grows.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import { evidenceMax } from '../../src/finding/finding.ts'
import { summaryOf } from '../../src/finding/trigger-summary.ts'
import { assembleIncident, viewOf } from '../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { distanceKm } from '../../src/space-time/geometry.ts'
import { FoldStory, type ReportSketch, revisionOf, throughText } from '../fold-story.ts'

const startMs = Date.parse('2020-01-01T00:00:00.000Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
/** Counts every incident, from three within two weeks. */
const busy = {
  ruleId: 'busy',
  ruleVersion: 1,
  pattern: 'count',
  parameters: { threshold: 3 }
} as const

/** An attack at one of thirty places, far from each other. */
function attack(n: number, on: number, more: Partial<ReportSketch> = {}): ReportSketch {
  return { id: `r${n}`, at: day(on), lat: 12 + (n % 6), lon: -8 + (n % 5), ...more }
}

/**
 * Thirty attacks a day, the first corrected twice, then fewer, until the theatre removes the oldest.
 */
function longWar(): FoldStory {
  const story = new FoldStory({ rules: [busy], start: '2019-12-31' })
  story.take({
    type: 'theatre.configured',
    data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays: 60 }
  })
  let n = 0
  for (let on = 0; on < 18; on++) {
    story.tick(day(on + 1))
    for (let i = 0; i < 30; i++) story.report(attack(n++, on))
    if (on === 2)
      for (const hour of [1, 2])
        story.report(attack(0, 0, { reportedAt: `${day(3)}T0${hour}:00:00.000Z` }))
  }
  for (let on = 18; on < 160; on += 2) {
    story.tick(day(on + 1))
    story.report(attack(n++, on))
  }
  return story
}

describe('evidence', () => {
  it('keeps the revision in which it was named after the theatre has removed the incident, with and without a restart', () => {
    const story = longWar()
    const alert = () => story.standing('busy')[0] as AlertState
    const first = () => alert().evidence.find(({ incidentId }) => incidentId === 'r0')
    expect(alert().evidence).toHaveLength(evidenceMax)
    expect(story.fold.reportCount).toBeLessThan(18 * 30 + (160 - 18) / 2)
    expect(first()).toMatchObject({ revision: 3 })
    const away = throughText(story.fold)
    const before = alert().revision
    story.tick(day(165))
    story.report(attack(0, 164, { id: 'last', lat: 20 }))
    story.report(attack(0, 164, { id: 'more', lat: 22 }))
    expect(alert().revision).toBeGreaterThan(before)
    expect(first()).toMatchObject({ revision: 3 })
    const said = story.outputs.slice(-3)
    expect(story.records.slice(-3).map(record => away.apply(record))).toEqual(said)
  })
})

const places = fc.record({
  lat: fc.option(fc.integer({ min: -60, max: 60 }), { freq: 5 }),
  lon: fc.oneof(fc.integer({ min: -10, max: 10 }), fc.integer({ min: -179, max: 179 })),
  radiusKm: fc.integer({ min: 0, max: 40 }),
  admin1: fc.constantFrom('ML-1', 'ML-2', 'BF-1', null)
})
const incidents = fc
  .record({
    place: places,
    also: fc.array(places, { maxLength: 2 }),
    deaths: fc.option(fc.nat({ max: 9 })),
    handling: fc.constantFrom('public', 'partners', 'internal', 'restricted'),
    credibility: fc.constantFrom(1, 2, 3, 5, 6),
    category: fc.constantFrom('attack', 'clash', 'killing'),
    drill: fc.boolean(),
    day: fc.nat({ max: 300 })
  })
  .map(({ place, also, deaths, day: on, ...rest }) => {
    const at = day(on)
    const sketch = {
      id: `i${on}`,
      at,
      ...located(place),
      alsoAt: also.map(located),
      deaths: [deaths, deaths, deaths] as const,
      ...rest
    }
    return assembleIncident([viewOf(revisionOf(sketch), startMs + on * dayMs, 'B')])
  })

function located({
  lat,
  lon,
  ...rest
}: {
  lat: number | null
  lon: number
  radiusKm: number
  admin1: string | null
}) {
  return { ...rest, lat, lon: lat === null ? null : lon }
}

describe('a summary of triggers', () => {
  it('has a circle that covers every place with its precision', () => {
    fc.assert(
      fc.property(fc.array(incidents, { minLength: 1, maxLength: 12 }), list => {
        const { circle } = summaryOf(list)
        for (const { lat, lon, radiusKm } of list.flatMap(incident => [
          incident.place,
          ...incident.alsoAt
        ])) {
          if (lat === null || lon === null) continue
          expect(circle).not.toBeNull()
          if (circle === null) return
          expect(distanceKm(circle.center, { lat, lon }) + (radiusKm ?? 0)).toBeLessThanOrEqual(
            circle.radiusKm + 1e-6
          )
        }
      })
    )
  })
})
