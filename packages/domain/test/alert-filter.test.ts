import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { severities } from '../src/alert.ts'
import {
  type AlertFilter,
  alternativesMax,
  type FilterFacts,
  filterFromQuery,
  filterNames,
  matchesFilter,
  parseFilter,
  positionsMax
} from '../src/alert-filter.ts'

const facts: FilterFacts = {
  severity: 'severe',
  status: 'provisional',
  pattern: 'siege',
  ruleId: 'siege-default',
  category: ['blockade', 'attack'],
  theatre: 'sahel',
  area: { country: ['ML'], admin1: ['ML-4'], circle: [13.88, -5.36, 5], settlement: 'ML-4/diosso' },
  certainty: 'likely',
  handling: 'partners',
  drill: false
}
const square = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south]
    ] as [number, number][]
  ]
})

describe('a filter passes an alert', () => {
  it.each<[AlertFilter, boolean]>([
    [{}, true],
    [{ severity: ['severe'] }, true],
    [{ severity: ['minor', 'extreme'] }, false],
    [{ minSeverity: 'severe' }, true],
    [{ minSeverity: 'extreme' }, false],
    [{ minSeverity: 'minor' }, true],
    [{ status: ['provisional', 'confirmed'] }, true],
    [{ status: ['retracted'] }, false],
    [{ pattern: ['siege'] }, true],
    [{ pattern: ['front'] }, false],
    [{ ruleId: ['siege-default'] }, true],
    [{ ruleId: ['siege'] }, false],
    [{ category: ['attack'] }, true],
    [{ category: ['killing'] }, false],
    [{ theatre: ['sahel'] }, true],
    [{ theatre: ['world'] }, false],
    [{ admin1: ['ML-4', 'ML-5'] }, true],
    [{ admin1: ['ML-5'] }, false],
    [{ country: ['ML'] }, true],
    [{ country: ['BF'] }, false],
    [{ certainty: ['likely'] }, true],
    [{ certainty: ['observed'] }, false],
    [{ handling: ['partners'] }, true],
    [{ handling: ['public'] }, false],
    [{ drill: false }, true],
    [{ drill: true }, false],
    [{ circle: [13.88, -5.36, 0] }, true],
    [{ circle: [14.0, -5.36, 9] }, true],
    [{ circle: [14.0, -5.36, 5] }, false],
    [{ polygon: square(-6, 13, -5, 14) }, true],
    [{ polygon: square(-5, 13, -4, 14) }, false],
    [{ severity: ['severe'], country: ['ML'] }, true],
    [{ severity: ['severe'], country: ['BF'] }, false]
  ])('%j: %s', (filter, passes) => expect(matchesFilter(filter, facts)).toBe(passes))

  it('by a polygon whose edge the circle reaches, and not by its hole', () => {
    // The circle's middle is 0.03° (about 3.2 km) east of this edge; its radius is 5 km.
    expect(matchesFilter({ polygon: square(-7, 13, -5.39, 14) }, facts)).toBe(true)
    expect(matchesFilter({ polygon: square(-7, 13, -5.42, 14) }, facts)).toBe(false)
    const holed = {
      type: 'Polygon' as const,
      coordinates: [...square(-8, 12, -3, 16).coordinates, ...square(-6, 13, -5, 15).coordinates]
    }
    expect(matchesFilter({ polygon: holed }, facts)).toBe(false)
  })
  it('across the date line', () => {
    const fiji = { ...facts, area: { ...facts.area, circle: [-17, 179.9, 10] as const } }
    const polygon = {
      type: 'Polygon' as const,
      coordinates: [
        [
          [-180, -18],
          [-179, -18],
          [-179, -16],
          [-180, -16],
          [-180, -18]
        ] as [number, number][]
      ]
    }
    expect(matchesFilter({ polygon }, { ...fiji, area: { ...fiji.area, circle: [-17, 179.95, 10] } })).toBe(true)
    expect(matchesFilter({ circle: [-17, -179.9, 15] }, fiji)).toBe(true)
    expect(matchesFilter({ circle: [-17, -179.9, 5] }, fiji)).toBe(false)
  })
  it('never by place where the alert has no coordinates', () => {
    const nowhere = { ...facts, area: { ...facts.area, circle: null } }
    expect(matchesFilter({ circle: [0, 0, 20_000] }, nowhere)).toBe(false)
    expect(matchesFilter({ polygon: square(-180, -90, 180, 90) }, nowhere)).toBe(false)
  })
  it('by minSeverity exactly as by the severities from there up', () => {
    fc.assert(
      fc.property(fc.constantFrom(...severities), fc.constantFrom(...severities), (least, severity) => {
        const listed = severities.slice(severities.indexOf(least))
        const alert = { ...facts, severity }
        expect(matchesFilter({ minSeverity: least }, alert)).toBe(matchesFilter({ severity: listed }, alert))
      })
    )
  })
})

describe('reading a filter', () => {
  it('takes one value or a list, and the same from a query', () => {
    expect(parseFilter({ severity: 'severe', country: ['ML', 'BF', 'ML'] })).toEqual({
      ok: true,
      filter: { severity: ['severe'], country: ['ML', 'BF'] }
    })
    const query = { severity: 'severe', country: 'ML, BF', drill: 'false', minSeverity: 'minor', cursor: 'abc', limit: '5' }
    expect(filterFromQuery(query)).toEqual({
      ok: true,
      filter: { severity: ['severe'], country: ['ML', 'BF'], drill: false, minSeverity: 'minor' }
    })
    expect(filterFromQuery({ country: ['ML', 'BF,NE'] })).toEqual({ ok: true, filter: { country: ['ML', 'BF', 'NE'] } })
    expect(filterFromQuery({ circle: '13.5, -5, 20' })).toEqual({ ok: true, filter: { circle: [13.5, -5, 20] } })
    const polygon = square(-6, 13, -5, 14)
    expect(filterFromQuery({ polygon: JSON.stringify(polygon) })).toEqual({ ok: true, filter: { polygon } })
  })
  it.each<[unknown, string]>([
    [null, ''],
    [[], ''],
    ['severe', ''],
    [{ severty: 'severe' }, '/severty'],
    [{ 'a/b~c': 1 }, '/a~1b~0c'],
    [{ __proto__: null, constructor: 'x' }, '/constructor'],
    [{ severity: 'awful' }, '/severity'],
    [{ severity: [] }, '/severity'],
    [{ severity: [1] }, '/severity'],
    [{ minSeverity: ['severe'] }, '/minSeverity'],
    [{ status: 'open' }, '/status'],
    [{ category: 'riot' }, '/category'],
    [{ certainty: 'maybe' }, '/certainty'],
    [{ handling: 'secret' }, '/handling'],
    [{ drill: 'yes' }, '/drill'],
    [{ theatre: '' }, '/theatre'],
    [{ country: 'x'.repeat(201) }, '/country'],
    [{ ruleId: Array.from({ length: alternativesMax + 1 }, (_, i) => `r${i}`) }, '/ruleId'],
    [{ circle: [91, 0, 1] }, '/circle'],
    [{ circle: [0, 181, 1] }, '/circle'],
    [{ circle: [0, 0, -1] }, '/circle'],
    [{ circle: [0, 0] }, '/circle'],
    [{ circle: [0, 0, Number.NaN] }, '/circle'],
    [{ polygon: { type: 'Point', coordinates: [0, 0] } }, '/polygon'],
    [{ polygon: { type: 'Polygon', coordinates: [] } }, '/polygon'],
    [{ polygon: { type: 'Polygon', coordinates: [[[0, 0]]] } }, '/polygon'],
    [
      {
        polygon: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 0],
              [1, 1],
              [2, 2]
            ]
          ]
        }
      },
      '/polygon'
    ],
    [
      {
        polygon: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [200, 0],
              [1, 1],
              [0, 0]
            ]
          ]
        }
      },
      '/polygon'
    ],
    [{ polygon: { type: 'Polygon', coordinates: [Array.from({ length: positionsMax + 1 }, () => [0, 0])] } }, '/polygon']
  ])('refuses %j and names %j', (value, pointer) => {
    const parsed = parseFilter(value)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.errors.map(error => error.pointer)).toContain(pointer)
  })
  it('tells all errors at once', () => {
    const parsed = parseFilter({ severity: 'awful', circle: 1, drill: 1 })
    expect(parsed.ok ? [] : parsed.errors.map(error => error.pointer)).toEqual(['/severity', '/circle', '/drill'])
  })
  it('never throws, whatever it is given, in JSON or in a query', () => {
    const keys = fc.oneof(fc.constantFrom(...filterNames), fc.string())
    fc.assert(fc.property(fc.dictionary(keys, fc.jsonValue()), value => typeof parseFilter(value).ok === 'boolean'))
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.oneof(fc.string(), fc.array(fc.string()))),
        value => typeof filterFromQuery(value).ok === 'boolean'
      )
    )
  })
})
