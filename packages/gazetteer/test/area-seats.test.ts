import { distanceKm } from '@tocsin/domain/space-time/geometry'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AreaSeat, clearArea, successorClearance } from '../src/area/area-seats.ts'

const at = (admin1: string, lat: number, lon: number): AreaSeat => ({ admin1, lat, lon })

describe('the part of a split area', () => {
  it('is that of the nearest settlement, if any other part is 1.5 times as far', () => {
    expect(clearArea([at('A', 0, 0), at('B', 0, 1)], { lat: 0, lon: 0.3 })).toBe('A')
    expect(clearArea([at('A', 0, 0), at('B', 0, 1)], { lat: 0, lon: 0.45 })).toBeNull()
    expect(clearArea([at('A', 0, 0), at('A', 0, 1)], { lat: 0, lon: 0.5 })).toBe('A')
    expect(clearArea([], { lat: 0, lon: 0 })).toBeNull()
  })

  it('equals the result of comparing all distances', () => {
    const degrees = fc.double({ min: -5, max: 5, noNaN: true })
    const voice = fc.record({ admin1: fc.constantFrom('A', 'B', 'C'), lat: degrees, lon: degrees })
    fc.assert(
      fc.property(fc.array(voice, { maxLength: 12 }), degrees, degrees, (voices, lat, lon) => {
        const far = voices
          .map(v => ({ admin1: v.admin1, km: distanceKm({ lat, lon }, v) }))
          .toSorted((a, b) => a.km - b.km)
        const other = far.find(v => v.admin1 !== far[0]?.admin1)
        const isClear =
          far[0] !== undefined &&
          (other === undefined || other.km >= successorClearance * far[0].km)
        expect(clearArea(voices, { lat, lon })).toBe(isClear ? (far[0]?.admin1 ?? null) : null)
      })
    )
  })
})
