// The base map, cut and put together again; and what is drawn of places that are known to some
// extent only.

import { describe, expect, it } from 'vitest'
import { arcsOf } from '../../build/border-arcs.ts'
import { adjoiningAreas, type PackedMap, unpackMap } from '../../src/map/base-map.ts'
import {
  circleAround,
  collectAlertPlaces,
  collectEvidencePlaces,
  computeDots,
  makeOffMap
} from '../../src/map/shown-places.ts'
import type {
  ShownAlert,
  ShownEvidence,
  ShownIncident,
  ShownPlace
} from '../../src/shown/shown-alert.ts'
import { anAlertAt } from '../support/an-alert.ts'
import { aDetail, aPiece, aPlace } from '../support/evidence.ts'

describe('arcs', () => {
  // Two squares side by side: 0 1 2 above, 3 4 5 below; and an island of one area.
  const rings = [
    { area: 0, vertices: [0, 1, 4, 3] },
    { area: 1, vertices: [1, 2, 5, 4] },
    { area: 1, vertices: [6, 7, 8] }
  ]

  it('are each there once, with the areas on their sides', () => {
    const { arcs, sides } = arcsOf(rings)
    expect(arcs).toHaveLength(4)
    const shared = sides.findIndex(each => each.length === 2)
    expect([arcs[shared]?.toSorted(), sides[shared]]).toEqual([
      [1, 4],
      [0, 1]
    ])
    expect(sides.filter(each => each.length === 1)).toHaveLength(3)
  })

  it('make the rings again, whichever way they are walked', () => {
    const { arcs, rings: parts } = arcsOf([...rings, { area: 2, vertices: [8, 7, 6] }])
    const walk = (arc: number) => (arc >= 0 ? arcs[arc] : arcs[~arc]?.toReversed()) ?? []
    const walked = parts.map(ring => ring.flatMap(arc => walk(arc).slice(1)))
    expect(walked.map(ring => ring.toSorted().join(' '))).toEqual([
      ...['0 1 3 4', '1 2 4 5', '6 7 8', '6 7 8']
    ])
  })
})

describe('the base map', () => {
  const packed: PackedMap = {
    units: 10,
    areas: [
      ['ML', 'ML-1', 'One', 0],
      ['ML', 'ML-2', 'Two', 0],
      ['BF', 'BF-1', 'Three', 0],
      ['', 'X', 'Claimed', 1]
    ],
    sides: [[0, 1], [1, 2], [2, 3], [0]],
    arcs: [
      [0, 0, 10, 0],
      [10, 0, 0, 10],
      [10, 10, -10, 0],
      [0, 10, 0, -10]
    ],
    rings: [[0, 0, 1, 2, 3]],
    rivers: [[0, 0, 5, 5]],
    lakes: [[0, 0, 5, 0, 0, 5, -5, -5]],
    towns: [['Ségou', -63, 134, 2, 0]]
  }

  it('tells borders of countries, of areas and of disputed land; a coast is none', () => {
    expect(unpackMap(packed).borders.features.map(({ properties }) => properties.kind)).toEqual([
      'area',
      'country',
      'disputed'
    ])
  })

  it('tells which areas adjoin, across a border of countries too', () => {
    expect([...adjoiningAreas(packed)]).toEqual([
      ['ML-1', ['ML-2']],
      ['ML-2', ['ML-1', 'BF-1']],
      ['BF-1', ['ML-2', 'X']],
      ['X', ['BF-1']]
    ])
  })

  it('closes its rings', () => {
    const [ring] = unpackMap(packed).land.features[0]?.geometry.coordinates ?? []
    expect(JSON.stringify(ring)).toBe('[[0,0],[1,0],[1,1],[0,1],[0,0]]')
  })
})

const place = (more: Partial<ShownPlace> = {}) => aPlace({ radiusKm: 5, ...more })
const pieceAt = (at: ShownPlace, more: Partial<ShownIncident> = {}) =>
  aPiece({ place: at, ...more })

const frames = new Map([['ML-4', [-7, 13, -5, 15] as const]])
const drawing = { frames, labelOf: () => 'there' }
const placesOf = (...alerts: readonly ShownAlert[]) => collectAlertPlaces(alerts, drawing)
/** Of the one mark: whether it is an extent, and how wide. */
const markOf = (alert: ShownAlert) => {
  const { isExtent, km } = placesOf(alert).marks.features[0]?.properties ?? {}
  return [isExtent, km]
}
const around = (km: number, area: Partial<ShownAlert['area']> = {}) =>
  anAlertAt('a1', { admin1: ['ML-4'], circle: [13.9, -5.4, km], ...area })
const settlement = 'ML-4/diosso'

describe('places of alerts', () => {
  it('are as wide as they are uncertain, in every direction', () => {
    const [north] = circleAround(13.9, -5.4, 111.2)
    expect(north?.[1]).toBeCloseTo(14.9)
  })

  it('are the outline of the areas, where areas alone are known, with a mark that says so', () => {
    const byArea = anAlertAt('a1', { admin1: ['ML-4'] }, { severity: 'severe' })
    const { areas, marks, bounds } = placesOf(byArea)
    expect(areas).toEqual({ 'ML-4': 'severe' })
    expect(marks.features).toMatchObject([
      { properties: { id: 'a1', isExtent: true }, geometry: { coordinates: [-6, 14] } }
    ])
    expect(bounds).toEqual([-7, 13, -5, 15])
  })

  // In the middle of several places nothing happened. A settlement at which all its triggers are is
  // as precise as one exact place.
  it.each<[string, ShownAlert, [boolean, number]]>([
    ['three villages', around(15), [true, 15]],
    ['places within 5.1 km', around(5.1), [true, 5.1]],
    ['a settlement', around(5, { settlement }), [false, 5]],
    ['a settlement within 15 km', around(15, { settlement }), [true, 15]],
    ['an area of the gazetteer', around(12), [true, 12]],
    ['a country', around(700, { admin1: [] }), [true, 700]],
    ['a circle that only covers its areas', around(200), [true, 0]]
  ])('are an extent unless they are one place: %s', (_, alert, mark) => {
    expect(markOf(alert)).toEqual(mark)
  })

  it('are an extent of two villages, unless all that happened did so at one settlement, or but once', () => {
    const villages: ShownAlert = {
      ...around(3),
      pattern: 'mass-casualty',
      evidenceCount: { triggers: 2, support: 1 }
    }
    const named = { ...villages, area: { ...villages.area, settlement } }
    const isExtent = (alert: ShownAlert) => markOf(alert)[0]
    // It names the settlement of the first alone.
    expect([villages, named].map(isExtent)).toEqual([true, true])
    expect(isExtent({ ...named, pattern: 'siege' })).toBe(false)
    expect(isExtent({ ...villages, evidenceCount: { triggers: 1, support: 9 } })).toBe(false)
  })

  it('are counted where no map can show them: what is known by country alone, and by nothing', () => {
    const shown = [around(5), anAlertAt('a2', { admin1: ['ML-4'] }), around(300, { admin1: [] })]
    const off = [[], ['ML'], ['ML', 'BF']].map(country => anAlertAt('off', { country }))
    expect(makeOffMap(shown)).toEqual({ byCountry: 0, nowhere: 0 })
    expect(makeOffMap([...shown, ...off])).toEqual({ byCountry: 2, nowhere: 1 })
    expect(placesOf(...off).marks.features).toEqual([])
  })
})

describe('places of evidence', () => {
  const dots = (...evidence: readonly ShownEvidence[]) =>
    collectEvidencePlaces(aDetail(evidence), drawing).dots.features
  const found = place()

  it.each<[string, number, ShownEvidence]>([
    ['found', 1, pieceAt(found)],
    ['at two places', 2, pieceAt(found, { alsoAt: [place({ lat: 14 })] })],
    ['not found', 0, pieceAt(place({ resolution: 'unresolved' }))],
    ['elsewhere than was said', 0, pieceAt(place({ contradiction: 'country' }))],
    ['of no precision', 0, pieceAt(place({ radiusKm: null }))],
    ['withdrawn', 0, pieceAt(found, { withdrawn: true })]
  ])('have dots of what is known: %s', (_, count, evidence) => {
    expect(dots(evidence)).toHaveLength(count)
  })

  it('bear their name, of no more than a line', () => {
    const label = (at: ShownPlace) => dots(pieceAt(at))[0]?.properties.label
    expect(label(place({ name: 'diosso camp', settlementName: 'Diosso' }))).toBe('Diosso')
    expect(label(place({ name: 'x'.repeat(100_000) }))).toBe('x'.repeat(40))
    expect(label(place({ name: null }))).toBe('')
  })

  // An area that is small, or one of several settlements: as little is known of where in it.
  it.each<[Partial<ShownPlace>, boolean]>([
    [{ radiusKm: 25 }, false],
    [{ radiusKm: 26 }, true],
    [{ radiusKm: 12, resolution: 'gazetteer', settlement }, false],
    [{ radiusKm: 12, resolution: 'gazetteer' }, true],
    [{ radiusKm: 12, resolution: 'ambiguous' }, true]
  ])('known to an extent alone are hollow: %j', (at, isExtent) => {
    expect(dots(pieceAt(place(at)))[0]?.properties.isExtent).toBe(isExtent)
  })
})

describe('incidents on the map', () => {
  it('are none that was withdrawn or is an exercise', () => {
    const report = {
      reportId: 'r',
      sourceId: 's',
      externalId: null,
      reportedAt: '',
      credibility: 3,
      withdrawn: false
    }
    const { incident } = pieceAt(place(), { reports: [report] })
    if (incident === null) expect.unreachable()
    const exercise = [{ ...report, drill: true }]
    const all = [incident, { ...incident, withdrawn: true }, { ...incident, reports: exercise }]
    expect(computeDots(all).features).toHaveLength(1)
  })
})
