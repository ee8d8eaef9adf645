// The widening arc against its simple form that evaluates the whole window at every step, and the cost of a step.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { assembleIncident, compareIncidents, type Incident, viewOf } from '../../../src/incident/incident.ts'
import { type WideningArcParameters, wideningArc } from '../../../src/patterns/arc/widening-arc.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { revisionOf } from '../../fold-story.ts'
import { plainWideningArc } from './plain-widening-arc.ts'

const originMs = Date.parse('2025-01-01')
const resolved = (overrides: Partial<WideningArcParameters> = {}) =>
  resolveParameters(wideningArc as never, overrides) as unknown as WideningArcParameters

const attackArb = fc.record({
  day: fc.integer({ min: 0, max: 80 }),
  days: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) }),
  area: fc.integer({ min: 0, max: 6 }),
  // Spots of one area lie some tens of kilometres apart, areas about a hundred: pairs fall on both sides of the limit.
  spot: fc.integer({ min: 0, max: 3 }),
  radiusKm: fc.constantFrom(2, 2, 2, 150),
  credibility: fc.constantFrom(2, 2, 2, 5),
  alsoArea: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 8 }),
  coarse: fc.constantFrom(false, false, false, false, true)
})
type Attack = typeof attackArb extends fc.Arbitrary<infer T> ? T : never

function spotOf(area: number, spot: number) {
  return {
    lat: 12 + (area % 3) * 1.2 + (spot % 2) * 0.45,
    lon: -8 + Math.floor(area / 3) * 1.1 + Math.floor(spot / 2) * 0.4,
    admin1: `ML-${area}`,
    country: area === 6 ? 'NE' : 'ML',
    settlement: `S${area}${spot}`
  }
}

function incidentOf(attack: Attack, i: number): Incident {
  const atMs = originMs + attack.day * dayMs
  const revision = revisionOf({
    id: `a${String(i).padStart(3, '0')}`,
    at: formatTime(atMs).slice(0, 10),
    to: formatTime(atMs + attack.days * dayMs).slice(0, 10),
    ...spotOf(attack.area, attack.spot),
    ...(attack.coarse ? { admin1: null } : {}),
    radiusKm: attack.radiusKm,
    credibility: attack.credibility as 2,
    ...(attack.alsoArea === null ? {} : { alsoAt: [spotOf(attack.alsoArea, 1)] })
  })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).fromMs, 'B')])
}

/** The same findings: distances are compared as they are shown. */
function shown(findings: readonly Finding[]): unknown {
  return findings.map(({ triggers, support, ...rest }) => ({
    ...rest,
    triggers: triggers.map(i => i.id),
    support: support.map(i => i.id)
  }))
}

describe('the widening arc', () => {
  const settings = [
    {},
    { areasMin: 5, placesApartKm: 60 },
    { areasMin: 9, placesApartKm: 35, leaveDays: 3 },
    { areasMin: 9, placesMin: 4, placesAreasMin: 1, placesApartKm: 80 },
    { areasMin: 9, placesMin: 2, windowDays: 3, quietDays: 2, leaveDays: 3 }
  ]

  it.each(settings.map(s => [JSON.stringify(s), s] as const))(
    'sees at every step what a look at the whole window sees, with %s',
    (_, overrides) => {
      const parameters = resolved(overrides)
      let seen = 0
      let ended = 0
      fc.assert(
        fc.property(fc.array(attackArb, { minLength: 5, maxLength: 60, size: 'max' }), attacks => {
          const incidents = attacks.map(incidentOf).sort(compareIncidents)
          let state = wideningArc.initial('theatre')
          let plain = plainWideningArc.initial('theatre')
          for (const incident of incidents) {
            state = wideningArc.step(state, incident, parameters)
            plain = plainWideningArc.step(plain, incident, parameters)
            const [mine, theirs] = [wideningArc, plainWideningArc].map((pattern, i) =>
              pattern.findings((i === 0 ? state : plain) as never, incident.fromMs, parameters, [])
            )
            expect(shown(mine ?? [])).toEqual(shown(theirs ?? []))
            expect(wideningArc.nextChangeMs(state, incident.fromMs, parameters, [])).toBe(
              plainWideningArc.nextChangeMs(plain, incident.fromMs, parameters, [])
            )
          }
          const last = wideningArc.findings(state, originMs + 400 * dayMs, parameters, [])
          expect(shown(last)).toEqual(shown(plainWideningArc.findings(plain, originMs + 400 * dayMs, parameters, [])))
          seen += last.length
          ended += last.filter(f => f.toMs !== null && f.toMs < originMs + 80 * dayMs).length
        }),
        { numRuns: 120 }
      )
      expect(seen).toBeGreaterThan(100)
      expect(ended).toBeGreaterThan(overrides.leaveDays === undefined ? 0 : 50)
    }
  )

  it('survives a snapshot at every step', () => {
    const parameters = resolved()
    fc.assert(
      fc.property(fc.array(attackArb, { minLength: 5, maxLength: 60, size: 'max' }), attacks => {
        const incidents = attacks.map(incidentOf).sort(compareIncidents)
        let state = wideningArc.initial('theatre')
        let saved = wideningArc.initial('theatre')
        for (const incident of incidents) {
          state = wideningArc.step(state, incident, parameters)
          saved = JSON.parse(JSON.stringify(wideningArc.step(saved, incident, parameters)))
        }
        expect(saved).toEqual(JSON.parse(JSON.stringify(state)))
      }),
      { numRuns: 50 }
    )
  })

  it('removes what no window can need', () => {
    const parameters = resolved()
    const days = Array.from({ length: 600 }, (_, day) => day)
    const incidents = days.map((day, i) =>
      incidentOf(
        {
          day,
          days: day % 20 === 0 ? 200 : 0,
          area: day % 2,
          spot: day % 4,
          radiusKm: 2,
          credibility: 2,
          alsoArea: null,
          coarse: false
        },
        i
      )
    )
    const state = incidents
      .sort(compareIncidents)
      .reduce((s, i) => wideningArc.step(s, i, parameters), wideningArc.initial('theatre'))
    const kept = state.recent.reduce((sum, block) => sum + block.attacks.length, 0)
    // Five weeks of one a day, ten that last, and what else their blocks contain.
    expect(kept).toBeLessThan(150)
    expect(wideningArc.forget(state, originMs + 2000 * dayMs).recent).toEqual([])
  })

  it('treats a village that was hit repeatedly in a day as one point', () => {
    const again = { day: 3, days: 0, spot: 0, radiusKm: 2 as const, credibility: 2 as const, alsoArea: null, coarse: false }
    const incidents = Array.from({ length: 300 }, (_, i) => incidentOf({ ...again, area: i % 2 }, i)).sort(compareIncidents)
    const state = incidents.reduce((s, i) => wideningArc.step(s, i, resolved()), wideningArc.initial('theatre'))
    const points = state.recent.flatMap(block => block.points)
    expect(state.recent.flatMap(block => block.attacks)).toHaveLength(300)
    // Seven numbers for each of two villages.
    expect(points).toHaveLength(2 * 7)
  })

  it('does not take a place as quiet in an area with a hit of unknown place', () => {
    const hit = (id: string, n: number, area: number, isPlaced: boolean) => {
      const { settlement, lat, ...spot } = spotOf(area, 0)
      const place = isPlaced ? { ...spot, settlement, lat: lat + area } : { ...spot, lat: null, lon: null }
      const revision = revisionOf({ id, at: formatTime(originMs + n * dayMs).slice(0, 10), ...place })
      return assembleIncident([viewOf(revision, parseSpan(revision.occurred).fromMs, 'B')])
    }
    const spread = [0, 1, 2].map(area => hit(`b${area}`, 30, area, true))
    const before = (...areas: readonly number[]) => areas.map(area => hit(`a${area}`, 9, area, false))
    const found = (incidents: readonly Incident[]) => {
      const state = incidents.reduce((s, i) => wideningArc.step(s, i, resolved()), wideningArc.initial('theatre'))
      return wideningArc.findings(state, originMs + 31 * dayMs, resolved(), []).length
    }
    expect([found([...before(0, 1, 2), ...spread]), found([...before(0, 1), ...spread])]).toEqual([0, 1])
  })
})
