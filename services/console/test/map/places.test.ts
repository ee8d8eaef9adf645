// The base map, cut and put together again; and what is drawn of places that are known to some
// extent only.

import { describe, expect, it } from 'vitest'
import { arcsOf } from '../../build/border-arcs.ts'
import { type PackedMap, unpackMap } from '../../src/map/base-map.ts'
import {
  circleAround,
  circlesMax,
  offMapOf,
  placesOfAlerts,
  placesOfEvidence
} from '../../src/map/shown-places.ts'
import type {
  AlertDetail,
  ShownAlert,
  ShownEvidence,
  ShownIncident,
  ShownPlace
} from '../../src/shown/shown-alert.ts'
import { anAlert, anAlertAt } from '../support/an-alert.ts'
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
    towns: [['Ségou', -63, 134, 2]]
  }

  it('tells borders of countries, of areas and of disputed land; a coast is none', () => {
    expect(unpackMap(packed).borders.features.map(({ properties }) => properties.kind)).toEqual([
      'area',
      'country',
      'disputed'
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

/** What is drawn, as counts: circles, marks, extents, areas. */
const countOf = ({ circles, centres, extents, areas }: ReturnType<typeof placesOfAlerts>) => [
  ...[circles, centres, extents].map(({ features }) => features.length),
  Object.keys(areas).length
]
const drawnOf = (alert: ShownAlert) => countOf(placesOfAlerts([alert]))
const around = (km: number, area: Partial<ShownAlert['area']> = {}) =>
  anAlertAt('a1', { admin1: ['ML-4'], circle: [13.9, -5.4, km], ...area })
const settlement = 'ML-4/diosso'

describe('places of alerts', () => {
  it('are as wide as they are uncertain, in every direction', () => {
    const [north] = circleAround(13.9, -5.4, 111.2)
    expect(north?.[1]).toBeCloseTo(14.9)
  })

  it('are the areas, and never a point, where areas alone are known', () => {
    const byArea = anAlertAt('a1', { admin1: ['ML-4'] }, { severity: 'severe' })
    expect(drawnOf(byArea)).toEqual([0, 0, 0, 1])
    expect(placesOfAlerts([byArea]).areas).toMatchObject({ 'ML-4': { kind: 'severe', id: 'a1' } })
  })

  // In the middle of several places nothing happened. A settlement at which all its triggers are is
  // as precise as one exact place.
  it.each<[string, ShownAlert, number[]]>([
    ['three villages', around(15), [1, 0, 1, 0]],
    ['places within 5.1 km', around(5.1), [1, 0, 1, 0]],
    ['a settlement', around(5, { settlement }), [1, 1, 0, 0]],
    ['a settlement within 15 km', around(15, { settlement }), [1, 0, 1, 0]],
    ['a settlement within 26 km', around(26, { settlement }), [1, 0, 1, 0]],
    ['an area of the gazetteer', around(12), [1, 0, 1, 0]],
    ['a country', around(700, { admin1: [] }), [1, 0, 1, 0]],
    ['a circle that only covers its areas', around(200), [0, 0, 0, 1]]
  ])('are an extent unless they are one place: %s', (_, alert, counts) => {
    expect(drawnOf(alert)).toEqual(counts)
  })

  describe('of two villages within 5 km of the middle between them', () => {
    const area = around(3).area
    const villages: ShownAlert = {
      ...around(3),
      pattern: 'mass-casualty',
      evidenceCount: { triggers: 2, support: 1 }
    }
    const once = { triggers: 1, support: 0 }
    const [north, south] = [13.918, 13.882].map(lat => place({ lat, radiusKm: 1 })) as [
      ShownPlace,
      ShownPlace
    ]
    const opened = (...evidence: readonly ShownEvidence[]) => aDetail(evidence, {}, villages)
    const marksOf = (alert: ShownAlert, open: AlertDetail | null = null) => {
      const { centres, extents } = placesOfAlerts([alert], open)
      return [centres, extents].map(({ features }) =>
        features.map(({ geometry }) => geometry.coordinates[1])
      )
    }
    const [asExtent, asMark] = [
      [[], [13.9]],
      [[13.9], []]
    ]

    it('are no mark, unless all that happened did so at one settlement, or but once', () => {
      const named = { ...villages, area: { ...area, settlement } }
      expect(marksOf(villages)).toEqual(asExtent)
      // It names the settlement of the first alone.
      expect(marksOf(named)).toEqual(asExtent)
      expect(marksOf({ ...named, pattern: 'siege' })).toEqual(asMark)
      expect(marksOf({ ...villages, evidenceCount: { ...once, support: 9 } })).toEqual(asMark)
    })

    it('are marks at the villages once the alert is open, each once, and no other alert is drawn by them', () => {
      const support = aPiece({ place: place({ lat: 13.9 }) }, { role: 'support' })
      const open = opened(pieceAt(north), pieceAt(south), pieceAt(north), support)
      const atBoth = [[13.918, 13.882], []]
      expect(marksOf(villages, open)).toEqual(atBoth)
      const ofEach = { properties: { id: 'a1', kind: 'moderate', km: 1 } }
      expect(placesOfAlerts([villages], open).centres.features).toMatchObject([ofEach, ofEach])
      expect(marksOf({ ...villages, alertId: 'other' }, open)).toEqual(asExtent)
      // One event at both of them.
      const both = { ...opened(pieceAt(north, { alsoAt: [south] })), evidenceCount: once }
      expect(marksOf({ ...villages, evidenceCount: once }, both)).toEqual(atBoth)
    })

    it.each<[string, ShownEvidence[]]>([
      ['is left out', []],
      ['is not known', [aPiece(null)]],
      ['has no place', [pieceAt(place({ resolution: 'unresolved' }))]]
    ])('are as before while a part of the evidence %s', (_, more) => {
      expect(marksOf(villages, opened(pieceAt(north), ...more))).toEqual(asExtent)
    })
  })

  it('have all their centres, circles only the gravest, of ten thousand', () => {
    const many = Array.from({ length: circlesMax + 100 }, (_, i) =>
      anAlert({ alertId: `a${i}`, severity: i < 10 ? 'extreme' : 'minor' })
    )
    const { circles, centres } = placesOfAlerts(many)
    expect([circles, centres].map(({ features }) => features.length)).toEqual([
      circlesMax,
      circlesMax + 100
    ])
    const grave = circles.features.filter(({ properties }) => properties.kind === 'extreme')
    expect(grave).toHaveLength(10)
  })

  it('are counted where no map can show them: what is known by country alone, and by nothing', () => {
    const shown = [around(5), anAlertAt('a2', { admin1: ['ML-4'] }), around(300, { admin1: [] })]
    const off = [[], ['ML'], ['ML', 'BF']].map(country => anAlertAt('off', { country }))
    expect(offMapOf(shown)).toEqual({ byCountry: 0, nowhere: 0 })
    expect(offMapOf([...shown, ...off])).toEqual({ byCountry: 2, nowhere: 1 })
    expect(countOf(placesOfAlerts(off))).toEqual([0, 0, 0, 0])
  })
})

describe('places of evidence', () => {
  const drawn = (...evidence: readonly ShownEvidence[]) => placesOfEvidence(aDetail(evidence))
  const found = place()

  it.each<[string, number, ShownEvidence]>([
    ['found', 1, pieceAt(found)],
    ['at two places', 2, pieceAt(found, { alsoAt: [place({ lat: 14 })] })],
    ['not found', 0, pieceAt(place({ resolution: 'unresolved' }))],
    ['elsewhere than was said', 0, pieceAt(place({ contradiction: 'country' }))],
    ['of no precision', 0, pieceAt(place({ radiusKm: null }))],
    ['withdrawn', 0, pieceAt(found, { withdrawn: true })]
  ])('have marks of what is known: %s', (_, count, evidence) => {
    expect(drawn(evidence).centres.features).toHaveLength(count)
  })

  it('bear their name, each once, of no more than a line', () => {
    const labels = (...[first, ...alsoAt]: readonly [ShownPlace, ...ShownPlace[]]) =>
      drawn(pieceAt(first, { alsoAt })).centres.features.map(({ properties }) => properties.label)
    expect(labels(found, found, place({ lat: 16 }))).toEqual(['', 'Diosso', 'Diosso'])
    expect(labels(place({ name: 'diosso camp', settlementName: 'Diosso' }))).toEqual(['Diosso'])
    expect(labels(place({ name: 'x'.repeat(100_000) }))).toEqual(['x'.repeat(40)])
    expect(labels(place({ name: null }))).toEqual([''])
  })

  // An area that is small, or one of several settlements: as little is known of where in it.
  it.each<[Partial<ShownPlace>, number[]]>([
    [{ radiusKm: 25 }, [1, 1, 0]],
    [{ radiusKm: 26 }, [1, 0, 1]],
    [{ radiusKm: 12, resolution: 'gazetteer', settlement }, [1, 1, 0]],
    [{ radiusKm: 12, resolution: 'gazetteer' }, [1, 0, 1]],
    [{ radiusKm: 12, resolution: 'ambiguous' }, [1, 0, 1]]
  ])('known to an extent alone are the circle, and no mark in its middle: %j', (at, counts) => {
    const { circles, centres, extents } = drawn(pieceAt(place(at)))
    expect([circles, centres, extents].map(({ features }) => features.length)).toEqual(counts)
  })
})
