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
  ShownPlace
} from '../../src/shown/shown-alert.ts'
import { anAlert } from '../support/an-alert.ts'

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
    const walked = parts.map(ring =>
      ring.flatMap(arc =>
        (arc >= 0
          ? (arcs[arc] as readonly number[])
          : (arcs[~arc] as readonly number[]).toReversed()
        ).slice(1)
      )
    )
    expect(walked.map(ring => ring.toSorted((a, b) => a - b))).toEqual([
      [0, 1, 3, 4],
      [1, 2, 4, 5],
      [6, 7, 8],
      [6, 7, 8]
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
    expect(unpackMap(packed).land.features[0]?.geometry.coordinates).toEqual([
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0]
      ]
    ])
  })
})

const place = (more: Partial<ShownPlace> = {}): ShownPlace => ({
  ...{
    name: 'Diosso',
    country: 'ML',
    admin1: 'ML-4',
    lat: 13.9,
    lon: -5.4,
    radiusKm: 5,
    resolution: 'stated'
  },
  ...more
})
const evidenceAt = (at: ShownPlace, more: object = {}): ShownEvidence => ({
  ...{ incidentId: 'i1', role: 'trigger', handling: 'public' },
  incident: {
    ...{
      incidentId: 'i1',
      category: 'attack',
      tactics: [],
      occurred: { from: '2026-01-01', to: '2026-01-01' },
      alsoAt: []
    },
    ...{
      fatalities: { low: null, best: null, high: null },
      independentSources: 1,
      withdrawn: false,
      reports: [],
      place: at
    },
    ...more
  }
})
const detailWith = (...evidence: readonly ShownEvidence[]) =>
  ({ ...anAlert(), evidence }) as AlertDetail

describe('places', () => {
  it('are as wide as they are uncertain, in every direction', () => {
    const [north] = circleAround(13.9, -5.4, 111.2)
    expect(north?.[1]).toBeCloseTo(14.9)
    expect(placesOfAlerts([anAlert()]).circles.features).toHaveLength(1)
  })

  it('of an alert that knows only areas are the areas, and never a point', () => {
    const alert = anAlert({
      area: { country: ['ML'], admin1: ['ML-4'], circle: null, settlement: null },
      severity: 'severe'
    })
    expect(placesOfAlerts([alert])).toMatchObject({
      circles: { features: [] },
      centres: { features: [] },
      areas: { 'ML-4': { kind: 'severe' } }
    })
  })

  it('of an alert whose circle only covers its areas are the areas too', () => {
    const area = {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.9, -5.4, 200] as const,
      settlement: null
    }
    expect(placesOfAlerts([anAlert({ area })])).toMatchObject({
      circles: { features: [] },
      areas: { 'ML-4': { id: 'a1' } }
    })
  })

  it('of an alert with events at several places are an extent: in its middle nothing happened', () => {
    // Three villages within 15 km of their middle.
    const area = {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.9, -5.4, 15] as const,
      settlement: null
    }
    const drawn = (more: Partial<ShownAlert['area']>) => {
      const { circles, centres, extents, areas } = placesOfAlerts([
        anAlert({ area: { ...area, ...more } })
      ])
      return [circles, centres, extents, { features: Object.keys(areas) }].map(
        ({ features }) => features.length
      )
    }
    expect(drawn({})).toEqual([1, 0, 1, 0])
    // Of a settlement, at which all its triggers are: as precise as one exact place.
    expect(drawn({ circle: [13.9, -5.4, 5.1] })).toEqual([1, 0, 1, 0])
    expect(drawn({ settlement: 'ML-4/diosso', circle: [13.9, -5.4, 5] })).toEqual([1, 1, 0, 0])
    expect(drawn({ settlement: 'ML-4/diosso' })).toEqual([1, 0, 1, 0])
    expect(drawn({ settlement: 'ML-4/diosso', circle: [13.9, -5.4, 26] })).toEqual([1, 0, 1, 0])
  })

  describe('of two villages within 5 km of the middle between them', () => {
    const area = {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.9, -5.4, 3] as const,
      settlement: null
    }
    const villages = anAlert({
      area,
      pattern: 'mass-casualty',
      evidenceCount: { triggers: 2, support: 1 }
    })
    const [north, south] = [
      place({ lat: 13.918, radiusKm: 1 }),
      place({ lat: 13.882, radiusKm: 1 })
    ]
    const opened = (...evidence: readonly ShownEvidence[]) =>
      ({ ...villages, evidence }) as AlertDetail
    const of = (at: ShownPlace, more: Partial<ShownEvidence> = {}): ShownEvidence => ({
      ...evidenceAt(at),
      ...more
    })
    const marksOf = (alert: ShownAlert, open: AlertDetail | null = null) => {
      const { centres, extents } = placesOfAlerts([alert], open)
      return [centres, extents].map(({ features }) =>
        features.map(({ geometry }) => geometry.coordinates[1])
      )
    }

    it('are no mark, unless all that happened did so at one settlement, or but once', () => {
      const named = { ...area, settlement: 'ML-4/diosso' }
      expect(marksOf(villages)).toEqual([[], [13.9]])
      // It names the settlement of the first alone.
      expect(marksOf({ ...villages, area: named })).toEqual([[], [13.9]])
      expect(marksOf({ ...villages, area: named, pattern: 'siege' })).toEqual([[13.9], []])
      expect(marksOf({ ...villages, evidenceCount: { triggers: 1, support: 9 } })).toEqual([
        [13.9],
        []
      ])
    })

    it('are marks at the villages once the alert is open, each once, and no other alert is drawn by them', () => {
      const open = opened(
        of(north),
        of(south),
        of(north),
        of(place({ lat: 13.9 }), { role: 'support' })
      )
      expect(marksOf(villages, open)).toEqual([[13.918, 13.882], []])
      const { centres } = placesOfAlerts([villages], open)
      expect(
        centres.features.map(({ properties }) => [properties.id, properties.kind, properties.km])
      ).toEqual([
        ['a1', 'moderate', 1],
        ['a1', 'moderate', 1]
      ])
      expect(marksOf({ ...villages, alertId: 'other' }, open)).toEqual([[], [13.9]])
      // One event at both of them.
      const both = {
        ...opened(evidenceAt(north, { alsoAt: [south] })),
        evidenceCount: { triggers: 1, support: 0 }
      }
      expect(marksOf({ ...villages, evidenceCount: { triggers: 1, support: 0 } }, both)).toEqual([
        [13.918, 13.882],
        []
      ])
    })

    it('are as before while a part of the evidence is not known, or has no place', () => {
      expect(marksOf(villages, opened(of(north)))).toEqual([[], [13.9]])
      expect(marksOf(villages, opened(of(north), of(south, { incident: null })))).toEqual([
        [],
        [13.9]
      ])
      expect(marksOf(villages, opened(of(north), of(place({ resolution: 'unresolved' }))))).toEqual(
        [[], [13.9]]
      )
    })
  })

  it('known to an area of the gazetteer are an extent as evidence and as an alert alike', () => {
    const area = place({ radiusKm: 12, resolution: 'gazetteer' })
    const alert = anAlert({
      area: { country: ['ML'], admin1: ['ML-4'], circle: [13.9, -5.4, 12], settlement: null }
    })
    const counts = [placesOfEvidence(detailWith(evidenceAt(area))), placesOfAlerts([alert])].map(
      ({ centres, extents }) => [centres.features.length, extents.features.length]
    )
    expect(counts).toEqual([
      [0, 1],
      [0, 1]
    ])
  })

  it('of evidence leave out what is withdrawn, not found, or elsewhere than was said', () => {
    const [found, unresolved] = [place(), place({ resolution: 'unresolved' })]
    const count = (evidence: ShownEvidence) =>
      placesOfEvidence(detailWith(evidence)).centres.features.length
    expect(count(evidenceAt(found))).toBe(1)
    expect(count(evidenceAt(found, { alsoAt: [place({ lat: 14 })] }))).toBe(2)
    expect(count(evidenceAt(unresolved))).toBe(0)
    expect(count(evidenceAt(place({ contradiction: 'country' })))).toBe(0)
    expect(count(evidenceAt(place({ radiusKm: null })))).toBe(0)
    expect(count(evidenceAt(found, { withdrawn: true }))).toBe(0)
  })

  it('of evidence bear their name, each once, of no more than a line', () => {
    const labels = (...places: ShownPlace[]) => {
      const [first, ...alsoAt] = places
      const { centres } = placesOfEvidence(detailWith(evidenceAt(first as ShownPlace, { alsoAt })))
      return centres.features.map(({ properties }) => properties.label)
    }
    const diosso = place({ name: 'Diosso' })
    expect(labels(diosso, diosso, place({ name: 'Diosso', lat: 16 }))).toEqual([
      '',
      'Diosso',
      'Diosso'
    ])
    expect(labels(place({ name: 'diosso camp', settlementName: 'Diosso' }))).toEqual(['Diosso'])
    expect(labels(place({ name: 'x'.repeat(100_000) }))).toEqual(['x'.repeat(40)])
    expect(labels(place({ name: null }))).toEqual([''])
  })

  it('known to an extent alone are the circle, and no mark in its middle, which would be a place', () => {
    const drawn = (at: ShownPlace) => {
      const { circles, centres, extents } = placesOfEvidence(detailWith(evidenceAt(at)))
      return [circles, centres, extents].map(({ features }) => features.length)
    }
    expect(drawn(place({ radiusKm: 25 }))).toEqual([1, 1, 0])
    expect(drawn(place({ radiusKm: 26 }))).toEqual([1, 0, 1])
    expect(
      drawn(place({ radiusKm: 12, resolution: 'gazetteer', settlement: 'ML-4/diosso' }))
    ).toEqual([1, 1, 0])
    // An area that is small, and one of several settlements: as little is known of where in it.
    expect(drawn(place({ radiusKm: 12, resolution: 'gazetteer' }))).toEqual([1, 0, 1])
    expect(drawn(place({ radiusKm: 12, resolution: 'ambiguous' }))).toEqual([1, 0, 1])
    const country = anAlert({
      area: { country: ['ML'], admin1: [], circle: [17, -4, 700], settlement: null }
    })
    expect(placesOfAlerts([country])).toMatchObject({
      centres: { features: [] },
      extents: { features: [{ properties: { km: 700 } }] }
    })
  })

  it('of ten thousand alerts have centres all, circles only the gravest', () => {
    const many = Array.from({ length: circlesMax + 100 }, (_, i) =>
      anAlert({ alertId: `a${i}`, severity: i < 10 ? 'extreme' : 'minor' })
    )
    const { circles, centres } = placesOfAlerts(many)
    expect([circles.features.length, centres.features.length]).toEqual([
      circlesMax,
      circlesMax + 100
    ])
    expect(circles.features.filter(({ properties }) => properties.kind === 'extreme')).toHaveLength(
      10
    )
  })
})

describe('what no map can show', () => {
  const area = (members: Partial<ReturnType<typeof anAlert>['area']>) =>
    anAlert({
      area: { country: ['ML'], admin1: [], circle: null, settlement: null, ...members },
      evidenceCount: { triggers: 1, support: 0 }
    })

  it('is counted: what is known by country alone, and by nothing', () => {
    const shown = [
      area({ admin1: ['ML-4'] }),
      area({ circle: [13, -5, 5] }),
      area({ circle: [13, -5, 300] })
    ]
    expect(offMapOf(shown)).toEqual({ byCountry: 0, nowhere: 0 })
    expect(placesOfAlerts(shown).centres.features).toHaveLength(1)
    expect(placesOfAlerts(shown).extents.features).toHaveLength(1)
    const off = [area({}), area({ country: ['ML', 'BF'] }), area({ country: [] })]
    expect(offMapOf([...shown, ...off])).toEqual({ byCountry: 2, nowhere: 1 })
    const none = placesOfAlerts(off)
    expect([none.centres.features.length, Object.keys(none.areas).length]).toEqual([0, 0])
  })
})
