// Attacks of an area in random bursts, and its episodes by a plain evaluation of every day.

import fc from 'fast-check'
import type { Finding } from '../../../src/finding/finding.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { incidentFrom } from '../pattern-fold.ts'
import { type PlainRule, plainStories } from './plain-area-rate.ts'

export const originMs = Date.parse('2024-01-01')
export const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const isCounted = (i: Incident) => i.passesGrade && i.place.areaCertain
/** Attacks in bursts, some on unknown days, some that may only support. */
export function attacksOver(days: number, most: number): fc.Arbitrary<Incident[]> {
  const attack = fc.record({
    burst: fc.integer({ min: 0, max: 3 }),
    at: fc.integer({ min: 0, max: days }),
    within: fc.integer({ min: 0, max: 16 }),
    length: fc.constantFrom(0, 0, 0, 0, 1, 4, 9),
    credibility: fc.constantFrom(2, 2, 2, 2, 5),
    isCertain: fc.constantFrom(true, true, true, true, true, false)
  })
  return fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: days }), { minLength: 4, maxLength: 4 }),
      fc.array(attack, { minLength: 8, maxLength: most, size: 'max' })
    )
    .map(([bursts, attacks]) =>
      attacks
        .map(({ burst, at, within, length, credibility, isCertain }, i) => {
          const from = burst === 0 ? at : (bursts[burst] as number) + within
          const sketch: ReportSketch = {
            id: `a${String(i).padStart(3, '0')}`,
            at: day(from),
            to: day(from + length),
            credibility: credibility as 2
          }
          const incident = incidentFrom(sketch)
          return isCertain
            ? incident
            : { ...incident, place: { ...incident.place, areaCertain: false } }
        })
        .sort(compareIncidents)
    )
}

/** What of a finding a plain evaluation gives. */
export const shown = ({ levels, measure, triggers, support, omitted, toMs }: Finding) => ({
  moments: levels.map(l => l.atMs),
  reasons: levels.slice(1).map(l => l.reason),
  measure: { value: measure.value, threshold: measure.threshold, baseline: measure.baseline },
  triggers: triggers.map(i => i.id),
  support: support.length + omitted,
  toMs
})

/** The same of all episodes up to before a day, evaluated plainly. */
export function plainly(
  incidents: readonly Incident[],
  lastDay: number,
  rule: PlainRule
): ReturnType<typeof shown>[] {
  return plainStories(incidents, isCounted, lastDay - 1, rule).map(story => {
    const levels = story.levels
      .map((l, i) => ({ ...l, i }))
      .sort((a, b) => a.atMs - b.atMs || a.i - b.i)
    const { measure, triggers, support, toMs } = story
    return {
      moments: levels.map(l => l.atMs),
      reasons: levels.slice(1).map(l => l.reason),
      measure,
      triggers,
      support,
      toMs
    }
  })
}
