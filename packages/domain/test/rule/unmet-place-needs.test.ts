// The rules for which a place is too coarse, as people are told, and that the rules agree.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../src/detection/pattern.ts'
import { momentAt } from '../../src/fold/moment.ts'
import { assembleIncident, type Incident, viewOf } from '../../src/incident/incident.ts'
import { defaultRules, patterns } from '../../src/patterns/pattern-catalogue.ts'
import { unmetPlaceNeedsBy } from '../../src/rule/unmet-place-needs.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'
import { machineOver } from '../patterns/machine-over.ts'

const incidentOf = (sketch: Partial<ReportSketch>): Incident =>
  assembleIncident([
    viewOf(revisionOf({ id: 'r1', at: '2025-06-01', category: 'attack', ...sketch }), 0, 'B')
  ])
const byPlace = [
  'coordinated-attack',
  'front',
  'near-repeat',
  'new-actor',
  'repeat-victimisation',
  'surge',
  'sustained-threat',
  'widening-arc'
]
/** Not by place, or not of attacks. */
const others = [
  'abduction-to-killing',
  'cumulative-deaths',
  'mass-casualty',
  'new-tactic',
  'siege',
  'supply-line-interdiction',
  'territory-lost',
  'third-party-convergence'
]
/** The rules of these stories: a further pattern may need places, too. */
const told = defaultRules.filter(({ pattern }) => [...byPlace, ...others].includes(pattern))
const unmetBy = (sketch: Partial<ReportSketch>, rules = told) =>
  unmetPlaceNeedsBy(rules)(incidentOf(sketch))

describe('a place', () => {
  it('is too coarse for some rules, which state what they need', () => {
    expect(unmetBy({ radiusKm: 55.6 })).toEqual([
      { needs: 'a point known to within 20 km', rules: ['front', 'near-repeat'] }
    ])
    expect(unmetBy({ category: 'explosion', radiusKm: 5 })).toEqual([
      { needs: 'a point known to within 1 km', rules: ['near-repeat'] }
    ])
    expect(unmetBy({ radiusKm: 5 })).toEqual([])
  })

  it('is checked with the parameters and the predicate of the rule, and never for a statistic', () => {
    const wide = { ruleId: 'wide', ruleVersion: 1, pattern: 'front', parameters: { epsilonKm: 60 } }
    const elsewhere = {
      ruleId: 'elsewhere',
      ruleVersion: 1,
      pattern: 'front',
      parameters: {},
      where: 'country == "NE"'
    }
    const here = { ...elsewhere, ruleId: 'here', where: 'country == "ML"' }
    expect(
      unmetBy({ radiusKm: 55.6 }, [wide, elsewhere, here]).flatMap(({ rules }) => rules)
    ).toEqual(['here'])
    expect(unmetBy({ radiusKm: 55.6, category: 'statistic' })).toEqual([])
    expect(unmetBy({ radiusKm: 55.6 }, [{ ...wide, parameters: { unheardOf: 1 } }])).toEqual([])
  })
})

/** True if a pattern finds anything in a month of days with the same incident. */
function finds(pattern: AnyPattern, sketch: Partial<ReportSketch>): boolean {
  const parameters = resolveParameters(pattern, {})
  const byScope = new Map<string, Incident[]>()
  for (let day = 1; day <= 28; day++) {
    const incident = incidentOf({
      ...sketch,
      id: `r${day}`,
      at: `2025-06-${String(day).padStart(2, '0')}`
    })
    for (const scope of pattern.scopesOf(incident, parameters))
      byScope.set(scope, [...(byScope.get(scope) ?? []), incident])
  }
  const moment = momentAt(Date.parse('2025-06-29'))
  return [...byScope].some(
    ([scope, mine]) => machineOver(pattern, { scope, parameters }, mine).findings(moment).length > 0
  )
}

it('is too coarse for a rule only if the rule finds nothing in it, however often it occurs', () => {
  let unmetCount = 0
  const sketch = fc.record({
    category: fc.constantFrom<NonNullable<ReportSketch['category']>>(
      'attack',
      'explosion',
      'attack-on-civilians',
      'blockade',
      'territory-seized'
    ),
    lat: fc.constantFrom(14, null),
    radiusKm: fc.constantFrom(0.5, 2, 5.6, 25, 55.6, 500),
    admin1: fc.constantFrom('ML-4', null),
    actors: fc.constantFrom<readonly string[]>([], ['Group A'])
  })
  fc.assert(
    fc.property(sketch, fc.boolean(), (drawn, isNamed) => {
      const given = { ...drawn, ...(isNamed ? { settlement: 'Diosso' } : {}) }
      for (const { rules } of unmetBy(given)) {
        for (const id of rules) {
          unmetCount += 1
          expect([id, given, finds(patterns.get(id) as AnyPattern, given)]).toEqual([
            id,
            given,
            false
          ])
        }
      }
    })
  )
  expect(unmetCount).toBeGreaterThan(50)
})
