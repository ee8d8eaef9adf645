import { describe, expect, it } from 'vitest'
import { BorderWitnesses } from '../src/border/border-witnesses.ts'

const town = { lat: 16.69, lon: 98.5, country: 'MM', mapped: 'TH', depthKm: 1.5 }
const witnesses = new BorderWitnesses([
  town,
  { ...town, lat: 16.8, depthKm: 0.5 },
  { ...town, lat: -0.02, lon: 0.01, country: 'GA', mapped: 'CG' }
])

describe('witnesses against a drawn border', () => {
  it('apply to land that the map draws in the same neighbour within 20 km, the nearest first', () => {
    expect(witnesses.against({ lat: 16.7, lon: 98.55 }, 'TH')).toBe(town)
    expect(witnesses.against({ lat: 16.79, lon: 98.5 }, 'TH')).toMatchObject({ depthKm: 0.5 })
    expect(witnesses.against({ lat: 16.7, lon: 98.55 }, 'LA')).toBeNull()
    expect(witnesses.against({ lat: 16.5, lon: 98.5 }, 'TH')).toBeNull()
  })

  it('apply across the cells of the index', () => {
    for (const [lat, lon] of [
      [0.1, 0.1],
      [0.1, -0.1],
      [-0.1, -0.1],
      [-0.1, 0.1]
    ] as const) {
      expect(witnesses.against({ lat, lon }, 'CG')).toMatchObject({ country: 'GA' })
    }
  })
})
