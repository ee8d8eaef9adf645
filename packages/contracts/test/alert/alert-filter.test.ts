import { severities } from '@tocsin/contracts/theatre/severity'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AlertFilter,
  alternativesMax,
  type FilterFacts,
  filterCost,
  filterCostMax,
  filterFromQuery,
  filterNames,
  matchesFilter,
  parseFilter,
  positionsMax
} from '../../src/alert/alert-filter.ts'

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

describe('a filter matches an alert', () => {
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

  it('by a polygon whose edge the circle reaches, not by its hole', () => {
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
    expect(
      matchesFilter({ polygon }, { ...fiji, area: { ...fiji.area, circle: [-17, 179.95, 10] } })
    ).toBe(true)
    expect(matchesFilter({ circle: [-17, -179.9, 15] }, fiji)).toBe(true)
    expect(matchesFilter({ circle: [-17, -179.9, 5] }, fiji)).toBe(false)
  })
  it('never by place if the alert has no coordinates', () => {
    const nowhere = { ...facts, area: { ...facts.area, circle: null } }
    expect(matchesFilter({ circle: [0, 0, 20_000] }, nowhere)).toBe(false)
    expect(matchesFilter({ polygon: square(-180, -90, 180, 90) }, nowhere)).toBe(false)
  })
  it('by minSeverity exactly as by all severities from there up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...severities),
        fc.constantFrom(...severities),
        (least, severity) => {
          const listed = severities.slice(severities.indexOf(least))
          const alert = { ...facts, severity }
          expect(matchesFilter({ minSeverity: least }, alert)).toBe(
            matchesFilter({ severity: listed }, alert)
          )
        }
      )
    )
  })
})

type Point = readonly [number, number]

/** Matches a polygon edge by edge, without any short cut. */
function touches(
  rings: readonly (readonly Point[])[],
  [lat0, lon0, radiusKm]: readonly [number, number, number]
): boolean {
  const kmPerDegree = 111.195
  const flat = rings.map(ring =>
    ring.map(([lon, lat]): Point => {
      const degreesEast = ((((lon - lon0 + 180) % 360) + 360) % 360) - 180
      return [
        degreesEast * Math.cos((lat0 * Math.PI) / 180) * kmPerDegree,
        (lat - lat0) * kmPerDegree
      ]
    })
  )
  const edges = flat.flatMap(ring => ring.slice(1).map((to, i) => [ring[i] as Point, to] as const))
  const crossings = edges.filter(
    ([[x1, y1], [x2, y2]]) => y1 > 0 !== y2 > 0 && x1 - (y1 * (x2 - x1)) / (y2 - y1) > 0
  )
  const distances = edges.map(([[x1, y1], [x2, y2]]) => {
    const [dx, dy] = [x2 - x1, y2 - y1]
    const square = dx * dx + dy * dy
    const along = square === 0 ? 0 : Math.max(0, Math.min(1, -(x1 * dx + y1 * dy) / square))
    return Math.hypot(x1 + along * dx, y1 + along * dy)
  })
  return crossings.length % 2 === 1 || Math.min(...distances) <= radiusKm
}

describe('a polygon', () => {
  // Never zero: a centre exactly on an edge may fall to either side by rounding.
  const radiiKm = fc.integer({ min: 0, max: 400 }).map(km => km + 0.05)
  const degrees = (most: number) =>
    fc.integer({ min: -most * 10, max: most * 10 }).map(tenths => tenths / 10)
  const near = fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }))
  const ringAround = (lon: number, lat: number) =>
    fc.array(near, { minLength: 3, maxLength: 8 }).map(steps => {
      const ring = steps.map(
        ([dx, dy]): Point => [
          Math.max(-180, Math.min(180, lon + dx / 10)),
          Math.max(-90, Math.min(90, lat + dy / 10))
        ]
      )
      return [...ring, ring[0] as Point]
    })
  const ringAnywhere = fc
    .array(fc.tuple(degrees(180), degrees(90)), { minLength: 3, maxLength: 6 })
    .map(ring => [...ring, ring[0] as Point])

  it('is matched the same with and without the test of its box, anywhere on Earth', () => {
    fc.assert(
      fc.property(
        fc.tuple(degrees(90), degrees(180), radiiKm).chain(circle =>
          fc.tuple(
            fc.constant(circle),
            fc.array(
              fc.oneof(
                ringAround(circle[1], circle[0]),
                ringAround(-circle[1], circle[0]),
                ringAnywhere
              ),
              {
                minLength: 1,
                maxLength: 2
              }
            )
          )
        ),
        ([circle, coordinates]) => {
          const polygon = { type: 'Polygon' as const, coordinates }
          const alert = { ...facts, area: { ...facts.area, circle } }
          expect(matchesFilter({ polygon }, alert)).toBe(touches(coordinates, circle))
        }
      ),
      { numRuns: computeRuns(5000, 10) }
    )
  })
})

describe('parsing a filter', () => {
  it('accepts one value or a list, and the same from a query', () => {
    expect(parseFilter({ severity: 'severe', country: ['ML', 'BF', 'ML'] })).toEqual({
      ok: true,
      filter: { severity: ['severe'], country: ['ML', 'BF'] }
    })
    const query = {
      severity: 'severe',
      country: 'ML, BF',
      drill: 'false',
      minSeverity: 'minor',
      cursor: 'abc',
      limit: '5'
    }
    expect(filterFromQuery(query)).toEqual({
      ok: true,
      filter: { severity: ['severe'], country: ['ML', 'BF'], drill: false, minSeverity: 'minor' }
    })
    expect(filterFromQuery({ country: ['ML', 'BF,NE'] })).toEqual({
      ok: true,
      filter: { country: ['ML', 'BF', 'NE'] }
    })
    expect(filterFromQuery({ circle: '13.5, -5, 20' })).toEqual({
      ok: true,
      filter: { circle: [13.5, -5, 20] }
    })
    const polygon = square(-6, 13, -5, 14)
    expect(filterFromQuery({ polygon: JSON.stringify(polygon) })).toEqual({
      ok: true,
      filter: { polygon }
    })
  })
  it.each<[unknown, string]>([
    [null, ''],
    ['severe', ''],
    [{ severty: 'severe' }, '/severty'],
    [{ 'a/b~c': 1 }, '/a~1b~0c'],
    [{ severity: 'awful' }, '/severity/0'],
    [{ severity: [] }, '/severity'],
    [{ minSeverity: ['severe'] }, '/minSeverity'],
    [{ category: 'riot' }, '/category/0'],
    [{ drill: 'yes' }, '/drill'],
    [{ theatre: '' }, '/theatre/0'],
    [{ country: 'x'.repeat(201) }, '/country/0'],
    [{ ruleId: Array.from({ length: alternativesMax + 1 }, (_, i) => `r${i}`) }, '/ruleId'],
    [{ circle: [91, 0, 1] }, '/circle/0'],
    [{ circle: [0, 0] }, '/circle'],
    [{ circle: [0, 0, Number.NaN] }, '/circle/2'],
    [{ polygon: { type: 'Point', coordinates: [0, 0] } }, '/polygon/type'],
    [{ polygon: { type: 'Polygon', coordinates: [[[0, 0]]] } }, '/polygon/coordinates/0'],
    [
      {
        polygon: {
          type: 'Polygon',
          coordinates: [Array.from({ length: positionsMax + 1 }, () => [0, 0])]
        }
      },
      '/polygon'
    ]
  ])('refuses %j and names %j', (value, pointer) => {
    const parsed = parseFilter(value)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.errors.map(error => error.pointer)).toContain(pointer)
  })
  it('refuses a filter whose total cost is too high, and names the limit', () => {
    const polygon = {
      type: 'Polygon',
      coordinates: [Array.from({ length: positionsMax }, () => [0, 0])]
    }
    const names = Array.from({ length: 100 }, (_, i) => `n${i}`)
    const within = parseFilter({ polygon, ruleId: names, country: names })
    expect(within.ok && filterCost(within.filter)).toBe(filterCostMax)
    expect(parseFilter({ polygon, ruleId: names, country: names, theatre: 'sahel' })).toEqual({
      ok: false,
      errors: [
        {
          pointer: '',
          detail: `has 1201 alternatives and positions in all; the limit of a filter is ${filterCostMax}`
        }
      ]
    })
  })
  it('reports all errors at once', () => {
    const parsed = parseFilter({ severity: 'awful', circle: 1, drill: 1 })
    expect(parsed.ok ? [] : parsed.errors.map(error => error.pointer)).toEqual([
      '/severity/0',
      '/circle',
      '/drill'
    ])
  })
  it('never throws, whatever the JSON or query', () => {
    const keys = fc.oneof(fc.constantFrom(...filterNames), fc.string())
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.jsonValue()),
        value => typeof parseFilter(value).ok === 'boolean'
      )
    )
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.oneof(fc.string(), fc.array(fc.string()))),
        value => typeof filterFromQuery(value).ok === 'boolean'
      )
    )
  })
})
