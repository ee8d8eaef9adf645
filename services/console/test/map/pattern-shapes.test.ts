// The shapes that are drawn of patterns: what each claims of places, and what it does not.

import { describe, expect, it } from 'vitest'
import { computeShapes, convexHull } from '../../src/map/evidence-steps.ts'
import type { AlertDetail, ShownEvidence } from '../../src/shown/shown-alert.ts'
import { anAlertAt } from '../support/an-alert.ts'
import { aDetail, aPieceOf as at } from '../support/evidence.ts'

const shapesBy = (
  pattern: string,
  evidence: readonly ShownEvidence[],
  more: Partial<AlertDetail> = {}
) => computeShapes(aDetail(evidence, { pattern, ...more }))
const partsBy = (...of: Parameters<typeof shapesBy>) =>
  shapesBy(...of).shapes.features.map(({ properties }) => properties.part)
const apart = [at('a', '01'), at('b', '03', { lat: 14.4 }), at('c', '09', { lon: -6 })]

describe('the shape of a siege', () => {
  it('is a ring outside the circle of its place, and none where the place is not known', () => {
    const { area } = anAlertAt('a1', { circle: [13.9, -5.4, 5] })
    const { shapes, said, corners } = shapesBy('siege', apart, { area })
    expect(shapes.features).toMatchObject([
      { properties: { part: 'ring' }, geometry: { type: 'Point', coordinates: [-5.4, 13.9] } }
    ])
    expect(said).toBe('ring')
    expect(Math.max(...corners.map(([, lat]) => lat)) - 13.9).toBeGreaterThan(5 / 111.2)
    expect(shapesBy('siege', apart, { area: { ...area, circle: null } }).said).toBeNull()
  })
})

describe('the shape of a cluster', () => {
  it('is an outline around the circles of at least two places', () => {
    expect(partsBy('near-repeat', apart)).toEqual(['cluster'])
    expect(partsBy('front', apart)).toEqual(['cluster'])
    expect(shapesBy('front', [at('a', '01'), at('b', '02')]).said).toBeNull()
  })

  it('claims no place that is not known: neither contradicted ones, nor support', () => {
    const contradicted = at('b', '03', { lat: 20, contradiction: 'country' })
    const doubtful = [at('a', '01'), contradicted, at('c', '04', { lat: 30 }, 'support')]
    expect(partsBy('near-repeat', doubtful)).toEqual([])
  })

  it.each([
    ...['surge', 'new-actor', 'cumulative-deaths', 'third-party-convergence', 'one-of-tomorrow']
  ])('is not drawn of %s, of which events are only in one area or by one actor', pattern => {
    expect(partsBy(pattern, apart)).toEqual([])
  })
})

it('a hull is convex and closed', () => {
  const corners = (...text: readonly string[]) =>
    text.map(each => each.split(' ').map(Number) as [number, number])
  const hull = convexHull(corners('0 0', '2 0', '1 1', '2 2', '0 2', '1 0'))
  expect(hull).toEqual(corners('0 0', '2 0', '2 2', '0 2', '0 0'))
  expect(convexHull([])).toEqual([])
})
