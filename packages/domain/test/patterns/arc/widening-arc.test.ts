// The widening arc against its simple form that evaluates the whole window at every step, and the
// cost of a step.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { plainOf } from '../../../src/finding/told-finding.ts'
import { FoldWork } from '../../../src/fold/fold-work.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import {
  assembleIncident,
  compareIncidents,
  type Incident,
  viewOf
} from '../../../src/incident/incident.ts'
import type { WideningArcParameters } from '../../../src/patterns/arc/arc-parameters.ts'
import { wideningArc } from '../../../src/patterns/arc/widening-arc.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { revisionOf } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll } from '../pattern-fold.ts'
import { plainWideningArc } from './plain-widening-arc.ts'

const originMs = Date.parse('2025-01-01')
const resolved = (overrides: Partial<WideningArcParameters> = {}) =>
  resolveParameters(wideningArc as never, overrides) as unknown as WideningArcParameters

const attackArb = fc.record({
  day: fc.integer({ min: 0, max: 80 }),
  days: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) }
  ),
  area: fc.integer({ min: 0, max: 6 }),
  // Spots of one area lie some tens of kilometres apart, areas about a hundred: pairs fall on both
  // sides of the limit.
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

const once = {
  days: 0,
  spot: 0,
  radiusKm: 2 as const,
  credibility: 2 as const,
  alsoArea: null,
  coarse: false
}

/** A machine that takes incidents one by one, in order of the fold. */
function machineOf(parameters: WideningArcParameters) {
  const rows: Incident[] = []
  const machine = wideningArc.machine({
    scope: 'theatre',
    parameters,
    rows,
    base: undefined,
    work: new FoldWork()
  })
  const put = (incident: Incident) => {
    machine.put?.(incident)
    machine.refold(rows.push(incident) - 1, incident)
  }
  return { machine, put, rows }
}

/** The same findings: distances are compared as they are shown. */
function shown(findings: readonly Finding[]): unknown {
  return findings.map(finding => ({
    ...plainOf(finding),
    triggers: finding.triggers.map(i => i.id),
    support: finding.support.map(i => i.id)
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
          const { machine, put } = machineOf(parameters)
          let plain = plainWideningArc.initial('theatre')
          for (const incident of incidents) {
            put(incident)
            plain = plainWideningArc.step(plain, incident, parameters)
            const now = momentAt(incident.fromMs)
            expect(shown(machine.findings(now))).toEqual(
              shown(plainWideningArc.findings(plain, incident.fromMs, parameters, []))
            )
            expect(machine.nextChangeMs(now)).toBe(
              plainWideningArc.nextChangeMs(plain, incident.fromMs, parameters, [])
            )
          }
          const last = machine.findings(momentAt(originMs + 400 * dayMs))
          expect(shown(last)).toEqual(
            shown(plainWideningArc.findings(plain, originMs + 400 * dayMs, parameters, []))
          )
          seen += last.length
          ended += last.filter(f => f.toMs !== null && f.toMs < originMs + 80 * dayMs).length
        }),
        { numRuns: runsOf(120) }
      )
      expect(seen).toBeGreaterThan(shareOf(100, 120))
      expect(ended).toBeGreaterThan(overrides.leaveDays === undefined ? 0 : shareOf(50, 120))
    }
  )

  it('remembers no more than windows need of what has passed', () => {
    const { machine, put, rows } = machineOf(resolved())
    for (let day = 0; day < 600; day++)
      put(incidentOf({ ...once, day, days: day % 20 === 0 ? 6 : 0, area: day % 2 }, day))
    machine.passBefore(600)
    rows.splice(0, 600)
    // Five weeks of one a day.
    expect((machine.base() as { recent: readonly unknown[] }).recent.length).toBeLessThan(40)
    machine.forget(originMs + 2000 * dayMs)
    expect(machine.isBlank()).toBe(true)
  })

  it('does not take a place as quiet in an area with a hit of unknown place', () => {
    const hit = (id: string, n: number, area: number, isPlaced: boolean) => {
      const { settlement, lat, ...spot } = spotOf(area, 0)
      const place = isPlaced
        ? { ...spot, settlement, lat: lat + area }
        : { ...spot, lat: null, lon: null }
      const revision = revisionOf({
        id,
        at: formatTime(originMs + n * dayMs).slice(0, 10),
        ...place
      })
      return assembleIncident([viewOf(revision, parseSpan(revision.occurred).fromMs, 'B')])
    }
    const spread = [0, 1, 2].map(area => hit(`b${area}`, 30, area, true))
    const before = (...areas: readonly number[]) =>
      areas.map(area => hit(`a${area}`, 9, area, false))
    const found = (incidents: readonly Incident[]) => {
      return foldAll(wideningArc, incidents, originMs + 31 * dayMs).length
    }
    expect([found([...before(0, 1, 2), ...spread]), found([...before(0, 1), ...spread])]).toEqual([
      0, 1
    ])
  })
})
