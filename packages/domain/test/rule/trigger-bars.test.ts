// Which rules a place is too coarse for, as people are told it; and that the rules see it in the same way.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../src/detection/pattern.ts'
import { assembleIncident, type Incident, viewOf } from '../../src/incident/incident.ts'
import { defaultRules, patterns } from '../../src/patterns/pattern-catalogue.ts'
import { placeBarsOf } from '../../src/rule/trigger-bars.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

const incidentOf = (sketch: Partial<ReportSketch>): Incident =>
  assembleIncident([viewOf(revisionOf({ id: 'r1', at: '2025-06-01', category: 'attack', ...sketch }), 0, 'B')])
const barredBy = (sketch: Partial<ReportSketch>, rules = defaultRules) => placeBarsOf(incidentOf(sketch), rules)

describe('a place', () => {
  it('is too coarse for some rules, and they say what they need', () => {
    expect(barredBy({ radiusKm: 55.6 })).toEqual([{ needs: 'a point known to 20 km', rules: ['front', 'near-repeat'] }])
    expect(barredBy({ category: 'explosion', radiusKm: 5 })).toEqual([{ needs: 'a point known to 1 km', rules: ['near-repeat'] }])
    expect(barredBy({ radiusKm: 5 })).toEqual([])
  })

  it('without coordinates, settlement or area is enough for no rule of place', () => {
    const nowhere = { lat: null, lon: null, admin1: null } as const
    const rules = barredBy({ ...nowhere, category: 'attack-on-civilians', actors: ['Group A'] }).flatMap(bar => bar.rules)
    expect(rules.sort()).toEqual([
      'coordinated-attack',
      'front',
      'near-repeat',
      'new-actor',
      'repeat-victimisation',
      'surge',
      'sustained-threat',
      'widening-arc'
    ])
    expect(barredBy({ ...nowhere, category: 'blockade' })).toEqual([{ needs: 'a settlement that is known', rules: ['siege'] }])
  })

  it('is enough where one of several is', () => {
    expect(barredBy({ radiusKm: 55.6, alsoAt: [{ lat: 13, lon: -5 }] })).toEqual([])
  })

  it('is judged by the parameters and the predicate of the rule, and bars none of a statistic', () => {
    const wide = { ruleId: 'wide', ruleVersion: 1, pattern: 'front', parameters: { epsilonKm: 60 } }
    const elsewhere = { ruleId: 'elsewhere', ruleVersion: 1, pattern: 'front', parameters: {}, where: 'country == "NE"' }
    const here = { ...elsewhere, ruleId: 'here', where: 'country == "ML"' }
    expect(barredBy({ radiusKm: 55.6 }, [wide, elsewhere, here]).flatMap(({ rules }) => rules)).toEqual(['here'])
    expect(barredBy({ radiusKm: 55.6, category: 'statistic' })).toEqual([])
    expect(barredBy({ radiusKm: 55.6 }, [{ ...wide, parameters: { unheardOf: 1 } }])).toEqual([])
  })
})

/** Whether a pattern finds anything in a month of days that are all like one incident. */
function finds(pattern: AnyPattern, sketch: Partial<ReportSketch>): boolean {
  const parameters = resolveParameters(pattern, {})
  const states = new Map<string, unknown>()
  for (let day = 1; day <= 28; day++) {
    const incident = incidentOf({ ...sketch, id: `r${day}`, at: `2025-06-${String(day).padStart(2, '0')}` })
    for (const scope of pattern.scopesOf(incident, parameters))
      states.set(scope, pattern.step(states.get(scope) ?? pattern.initial(scope), incident, parameters))
  }
  const horizonMs = Date.parse('2025-06-29')
  return [...states.values()].some(state => pattern.findings(state, horizonMs, parameters, [], horizonMs).length > 0)
}

it('is too coarse for a rule only where the rule starts nothing with it, however often it comes', () => {
  let barred = 0
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
      for (const { rules } of barredBy(given)) {
        for (const id of rules) {
          barred += 1
          expect([id, given, finds(patterns.get(id) as AnyPattern, given)]).toEqual([id, given, false])
        }
      }
    })
  )
  expect(barred).toBeGreaterThan(50)
})
