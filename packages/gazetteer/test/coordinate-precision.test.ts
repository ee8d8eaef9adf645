// Precision of coordinates without a stated one.

import { describe, expect, it } from 'vitest'
import { settlementRadiusKm } from '../src/port.ts'
import { resolve } from './world.ts'

describe('coordinates', () => {
  it('are precise to half of the last given decimal, but not below 5 km', () => {
    const radii = (points: readonly (readonly [number, number])[]) =>
      points.map(([lat, lon]) => resolve({ lat, lon }).radiusKm)
    expect(
      radii([
        [13.512345, -5.367891],
        [13.51, -5.37],
        [13.5, -5.3],
        [13, -5]
      ])
    ).toEqual([5, 5, 5.6, 55.6])
    // The same point, with the zeros of one number lost in JSON.
    expect(
      radii([
        [14.0, -5.3512],
        [13.0, -5.1],
        [1e-7, 30]
      ])
    ).toEqual([5, 5.6, 5])
  })

  it('denote no settlement as whole degrees, and an area only if the whole circle is in it', () => {
    expect(resolve({ lat: 14, lon: -6 })).toMatchObject({ settlement: null, foundAdmin1: 'ML-4' })
    expect(resolve({ lat: 18, lon: 9 })).toMatchObject({ admin1: 'NE-1', settlement: null })
    expect(resolve({ lat: 13, lon: -4 })).toMatchObject({ admin1: null, precision: 'assumed' })
  })

  it('with an unknown name are as precise as a village, if their decimals are', () => {
    const camp = { name: 'Camp of the Three Wells', country: 'ML' }
    const sharp = resolve({ ...camp, lat: 13.512, lon: -5.367 })
    expect(sharp).toMatchObject({
      radiusKm: settlementRadiusKm,
      settlement: 'ML-4/camp-of-the-three-wells'
    })
    expect(sharp).not.toHaveProperty('precision')
    expect(resolve({ ...camp, lat: 13.5, lon: -5.3 })).toMatchObject({
      radiusKm: 5.6,
      precision: 'assumed'
    })
    expect(resolve({ ...camp, lat: 13, lon: -5 })).toMatchObject({
      radiusKm: 55.6,
      precision: 'assumed',
      settlement: null
    })
  })

  it('with the name of a settlement are as precise as that, however they are written', () => {
    const dioura = resolve({ name: 'Dioura', country: 'ML', lat: 14.8, lon: -5.3 })
    expect(dioura).toMatchObject({ settlement: 'ML-5/dioura', radiusKm: settlementRadiusKm })
    expect(dioura).not.toHaveProperty('precision')
  })
})
