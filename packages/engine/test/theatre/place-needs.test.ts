// The rules for which a place is too coarse, as people are told, and that the rules agree.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { received, sourceConfigured, ticked } from '@tocsin/testing/report/record-builder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDay } from '../../src/data/time.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makePlaceCheck } from '../../src/theatre/place-needs.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'

const makeVersion = (pattern: string, more: Partial<RuleVersion> = {}): RuleVersion => ({
  ...{ ruleId: pattern, ruleVersion: 1, pattern, parameters: {} },
  ...more
})
const ids = [
  ...['coordinated-attack', 'front', 'near-repeat', 'new-actor', 'repeat-victimisation', 'surge'],
  ...['sustained-threat', 'widening-arc', 'siege', 'territory-lost', 'mass-casualty']
]
const versions = ids.map(id => makeVersion(id))

const check = (sketch: ReportSketch, rules = versions) =>
  makePlaceCheck(rules)(makeReport(sketch), 'B')

describe('a place', () => {
  it('is too coarse for some rules, which state what they need', () => {
    expect(check({ place: { radiusKm: 55.6 } })).toEqual([
      { needs: 'a point known to within 20 km', rules: ['front', 'near-repeat'] }
    ])
    expect(check({ category: 'explosion', place: { radiusKm: 5 } })).toEqual([
      { needs: 'a point known to within 1 km', rules: ['near-repeat'] }
    ])
    expect(check({ place: { radiusKm: 5 } })).toEqual([])
  })

  it('is checked with the parameters and the predicate of the rule, and never for a statistic', () => {
    const wide = makeVersion('front', { ruleId: 'wide', parameters: { epsilonKm: 60 } })
    const elsewhere = makeVersion('front', { ruleId: 'elsewhere', where: 'country == "NE"' })
    const here = makeVersion('front', { ruleId: 'here', where: 'country == "ML"' })
    const coarse = { place: { radiusKm: 55.6 } }
    expect(check(coarse, [wide, elsewhere, here]).flatMap(({ rules }) => rules)).toEqual(['here'])
    expect(check({ ...coarse, category: 'statistic' })).toEqual([])
    expect(check(coarse, [{ ...wide, parameters: { unheardOf: 1 } }])).toEqual([])
  })
})

/** True if a rule finds anything in a month of days with the same report. */
function finds(version: RuleVersion, sketch: ReportSketch): boolean {
  const engine = new Engine(makeRuleSet([version]), makeSilentPublisher)
  engine.apply(sourceConfigured({ id: 'source', reliability: 'B', cadenceDays: 1000 }))
  for (let day = 45_001; day <= 45_028; day++) {
    const at = formatDay(day)
    engine.apply(received(makeReport({ ...sketch, at, reportedAt: `${at}T12:00:00.000Z` })))
  }
  engine.apply(ticked(formatDay(45_029)))
  return [...engine.listFindings()].length > 0
}

it('is too coarse for a rule only if the rule finds nothing in it, however often it occurs', () => {
  let unmetCount = 0
  const place = fc.record({
    lat: fc.constantFrom(14, null),
    radiusKm: fc.constantFrom(0.5, 2, 5.6, 25, 55.6, 500),
    admin1: fc.constantFrom('ML-4', null)
  })
  const sketch = fc.record({
    category: fc.constantFrom(
      ...(['attack', 'explosion', 'attack-on-civilians', 'blockade', 'territory-seized'] as const)
    ),
    actors: fc.constantFrom([], [{ name: 'Group A', role: 'perpetrator' }]),
    place
  })
  fc.assert(
    fc.property(sketch, fc.boolean(), (drawn, isNamed) => {
      const { lat, admin1 } = drawn.place
      const settlement = isNamed ? { settlement: 'ML-4/diosso', settlementName: 'Diosso' } : {}
      const given = {
        ...drawn,
        place: { ...drawn.place, lon: lat === null ? null : -5, foundAdmin1: admin1, ...settlement }
      }
      for (const { rules } of check(given))
        for (const id of rules) {
          unmetCount += 1
          expect([id, given, finds(makeVersion(id), given)]).toEqual([id, given, false])
        }
    })
  )
  expect(unmetCount).toBeGreaterThan(50)
})
