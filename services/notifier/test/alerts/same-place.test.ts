import { describe, expect, it } from 'vitest'
import { isSamePlace } from '../../src/alerts/evidence.ts'

const place = {
  ...{ name: 'Diosso', country: 'ML', admin1: 'ML-4', settlement: 'ML-4/diosso' },
  ...{ lat: 13.88, lon: -5.36 }
}
const unsettled = { ...place, settlement: null }
const nowhere = { ...unsettled, lat: null, lon: null }

describe('two places are one', () => {
  it('by the id of a settlement, unless their points are too far apart for one', () => {
    expect(isSamePlace(place, { ...place, lat: 14.05 })).toBe(true)
    expect(isSamePlace(place, { ...place, lat: null, lon: null })).toBe(true)
    expect(isSamePlace(place, { ...place, lat: 14.2 })).toBe(false)
    expect(isSamePlace(place, { ...place, settlement: 'ML-4/other' })).toBe(false)
  })

  it('by points that are hardly apart, where one has no settlement', () => {
    expect(isSamePlace(place, { ...unsettled, lat: 13.91 })).toBe(true)
    expect(isSamePlace(place, { ...unsettled, lat: 13.95 })).toBe(false)
  })

  it('by one name in one area, without points', () => {
    expect(isSamePlace(nowhere, unsettled)).toBe(true)
    expect(isSamePlace(nowhere, { ...nowhere, admin1: 'ML-5' })).toBe(false)
    expect(isSamePlace({ ...nowhere, name: null }, { ...nowhere, name: null })).toBe(false)
  })
})
