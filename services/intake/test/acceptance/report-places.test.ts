import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { findTheatre } from '@tocsin/service/theatre/theatre-assignment'
import { describe, expect, it } from 'vitest'
import { resolvePlaces } from '../../src/acceptance/report-places.ts'

const gazetteer = openWorldGazetteer()
const nothing = { name: null, country: null, admin1: null, lat: null, lon: null, radiusKm: null }
const resolve = (location: object, by: Gazetteer = gazetteer) =>
  resolvePlaces({ location: { ...nothing, ...location }, alsoAt: [] } as unknown as ReportInput, by)

describe('the places of a report', () => {
  it('get country and area from coordinates alone, anywhere in the world', () => {
    expect(resolve({ lat: 12.766667, lon: 20.483333 })).toMatchObject({
      ok: true,
      place: { country: 'TD', admin1: 'TD-SI' }
    })
    expect(resolve({ lat: 16.283333, lon: 95.4 })).toMatchObject({
      ok: true,
      place: { country: 'MM', admin1: 'MM-07' }
    })
  })

  it('get a theatre from bare coordinates: by country, polygon, or claimants of the land', () => {
    const theatre = { clock: 'wall', retentionDays: 820, countries: null, polygon: null } as const
    const chad = { ...theatre, id: 'chad', countries: ['TD'] }
    const crimea = {
      ...theatre,
      id: 'crimea',
      polygon: [
        [
          [32, 44],
          [37, 44],
          [37, 46.5],
          [32, 46.5],
          [32, 44]
        ]
      ] as const
    }
    const theatreAt = (lat: number, lon: number) => {
      const resolved = resolve({ lat, lon })
      return resolved.ok
        ? findTheatre(resolved.place, [
            chad,
            crimea,
            { ...theatre, id: 'ukraine', countries: ['UA'] }
          ])
        : null
    }
    expect([theatreAt(12.77, 20.48), theatreAt(45.05, 34.1), theatreAt(48.5, 35.1)]).toEqual([
      'chad',
      'crimea',
      'ukraine'
    ])
    expect(resolve({ lat: 42.6629, lon: 21.1655 })).toMatchObject({
      place: { country: null, claimants: ['RS', 'XK'] }
    })
    expect(resolve({ lat: 42.6629, lon: 21.1655, country: 'XK' })).not.toHaveProperty(
      'place.claimants'
    )
  })

  it('are refused if two areas have the stated name, with the codes to choose from', () => {
    const twice: Gazetteer = {
      resolve: query => gazetteer.resolve(query),
      looksSwapped: () => false,
      findAdmin1: () => ({ kind: 'ambiguous', codes: ['MZ-L', 'MZ-MPM'] })
    }
    expect(resolve({ name: 'Matola', country: 'MZ', admin1: 'Maputo' }, twice)).toEqual({
      ok: false,
      errors: [
        {
          pointer: '/location/admin1',
          detail: 'is the name of several areas in MZ: use one of MZ-L, MZ-MPM'
        }
      ]
    })
  })
})
