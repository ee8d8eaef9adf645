import { distanceKm } from '@tocsin/domain/space-time/geometry'
import { describe, expect, it } from 'vitest'
import { disputes } from '../src/border/disputed-areas.ts'
import { describeWhereabouts } from '../src/settlement/whereabouts.ts'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

const gazetteer = openWorldGazetteer()
const ids = (name: string, country: string | null = null) =>
  gazetteer.find({ name, country }).candidates.map(c => c.id)

describe('a look-up by name', () => {
  it('returns all namesakes with a circle that covers them: two of Kamona, five and more of Farabougou', () => {
    expect(ids('Kamona', 'ML')).toEqual(['ML-4/kamona@12.9,-5.7', 'ML-4/kamona@14.0,-5.9'])
    const { candidates, covering, total } = gazetteer.find({ name: 'Farabougou', country: 'ML' })
    expect(candidates.length).toBe(total)
    expect(total).toBeGreaterThanOrEqual(5)
    for (const c of candidates)
      expect(distanceKm(covering!.center, c) + c.radiusKm).toBeLessThanOrEqual(
        covering!.radiusKm + 1e-6
      )
  })

  it('ignores accents, hyphens and spaces, and knows other spellings and scripts', () => {
    for (const name of ['Timbuktu', 'Tombouctou', 'TOMBOUCTOU', 'Тимбукту', 'تمبكتو'])
      expect(ids(name, 'ML')).toEqual(['ML-6/timbuktu'])
    for (const name of ['Ké Macina', 'Ke-Macina', 'ke massina'])
      expect(ids(name, 'ML')).toEqual(['ML-4/ke-macina'])
    for (const name of ['Kyiv', 'Kiev', 'Київ', 'Kijów'])
      expect(ids(name, 'UA')).toContain('UA-30/kyiv')
  })

  it('falls back to similar sounds, then to names one edit away, only if no place has the name', () => {
    const matches = (name: string, country: string) =>
      gazetteer.find({ name, country }).candidates.map(c => [c.id, c.match, c.score])
    expect(matches('Djibo', 'BF')).toEqual([['BF-12/djibo', 'name', 1]])
    expect(matches('Dgibo', 'BF')).toEqual([['BF-12/djibo', 'misspelling', 0.5]])
    expect(matches('Djybo', 'BF')).toEqual([['BF-12/djibo', 'sound', 0.7]])
    expect(matches('Nulle Part', 'ML')).toEqual([])
  })

  it('ranks the stated area first, and includes places outside it', () => {
    const { candidates } = gazetteer.find({ name: 'Gao', country: 'ML', admin1: 'ML-7' })
    expect(candidates[0]).toMatchObject({ id: 'ML-7/gao', score: 1 })
    expect(candidates.slice(1).every(c => c.score === 0.5)).toBe(true)
    expect(candidates.length).toBeGreaterThan(1)
  })

  it('finds a place of disputed land under either claimant', () => {
    expect(ids('Simferopol', 'UA')).toEqual(['UA-43/simferopol'])
    expect(ids('Simferopol', 'RU')).toEqual(['UA-43/simferopol'])
    expect(ids('Simferopol', 'PL')).toEqual([])
  })

  it('stops at its limit and returns the total number', () => {
    const { candidates, total } = gazetteer.find({ name: 'San José', limit: 5 })
    expect(candidates).toHaveLength(5)
    expect(total).toBeGreaterThan(50)
  })
})

describe('a look-up by coordinates', () => {
  it('gives distance and direction from the nearest town: 9 km south of Ké Macina', () => {
    const diosso = gazetteer.reverse({ lat: 13.88321, lon: -5.36211 })
    expect(diosso).toMatchObject({
      country: 'ML',
      admin1: 'ML-4',
      admin1Name: 'Ségou',
      dispute: null
    })
    expect(diosso.nearest).toMatchObject({ settlement: { id: 'ML-4/diosso' } })
    expect(diosso.town).toMatchObject({ settlement: { id: 'ML-4/ke-macina' }, wind: 'south' })
    expect(diosso.town?.km).toBeCloseTo(9.0, 1)
    expect(describeWhereabouts(diosso)).toBe('Diosso, 9 km south of Ké Macina')
    expect(describeWhereabouts(gazetteer.reverse({ lat: 13.9641, lon: -5.35791 }))).toBe(
      'Ké Macina'
    )
    expect(describeWhereabouts(gazetteer.reverse({ lat: 20.5, lon: 0.5 }))).toMatch(
      /^\d+ km [a-z-]+ of \S/
    )
    expect(describeWhereabouts(gazetteer.reverse({ lat: 0, lon: -30 }))).toBeNull()
  })
})

describe('a point without a name', () => {
  const near = (lat: number, lon: number, more: object = {}) =>
    gazetteer.resolve({
      name: null,
      country: 'NE',
      admin1: null,
      lat,
      lon,
      radiusKm: 2,
      ...more
    }).near

  it('has the settlement by which texts name it', () => {
    expect(near(14.2119, 1.53)).toEqual({ name: 'Tillabéri', km: 8, wind: 'east' })
    expect(near(14.95, 2.082)).toMatchObject({ wind: expect.stringMatching(/^[a-z-]+$/) })
    expect(near(14.95, 2.082)?.km).toBeGreaterThan(10)
  })

  it('has none far from all, with a wide radius, or with a name or settlement of its own', () => {
    expect(near(22.9, 9.9)).toBeUndefined()
    expect(near(14.2119, 1.53, { radiusKm: 40 })).toBeUndefined()
    expect(near(14.2119, 1.53, { name: 'Camp 7' })).toBeUndefined()
    expect(near(14.2119, 1.4531)).toBeUndefined()
  })
})

describe('disputed land', () => {
  const points: Readonly<Record<string, readonly [lat: number, lon: number]>> = {
    crimea: [45.2, 34.3],
    'western-sahara': [24.5, -13.5],
    kosovo: [42.6, 20.9],
    'jammu-kashmir': [33.9, 75.0],
    ladakh: [34.1, 77.5],
    'azad-kashmir': [33.6, 73.9],
    'gilgit-baltistan': [35.9, 74.4],
    siachen: [35.45, 76.95],
    'arunachal-pradesh': [28.0, 94.5],
    paracel: [15.782, 111.2013],
    spratly: [10.73, 115.8213],
    'northern-cyprus': [35.3, 33.4],
    somaliland: [9.6, 44.5],
    abkhazia: [43.0, 41.2],
    transnistria: [46.84, 29.63],
    'nagorno-karabakh': [39.82, 46.75],
    'south-ossetia': [42.23, 43.97],
    'east-jerusalem': [31.79, 35.24],
    'aksai-chin': [35.1, 79.3],
    shaksgam: [36.2, 76.4],
    golan: [33.0, 35.8],
    abyei: [9.8, 28.4],
    halaib: [22.3, 35.9],
    ilemi: [5.0, 35.3],
    'southern-kurils': [44.1, 145.9]
  }

  it.each(disputes.map(d => [d.name, d] as const))(
    '%s names its claimants and takes no side',
    (_, dispute) => {
      const [lat, lon] = points[dispute.id] as [number, number]
      const found = gazetteer.reverse({ lat, lon })
      expect(found.dispute).toEqual({ name: dispute.name, claimants: dispute.claimants })
      expect(found.country).toBe(dispute.claimants.length > 1 ? null : dispute.claimants[0])
    }
  )

  it('has a test point for each list entry', () => {
    expect(disputes.filter(d => !(d.id in points))).toEqual([])
  })
})

describe('names of countries', () => {
  it.each([
    ['Myanmar (Burma)', 'MM'],
    ['DR Congo (Zaire)', 'CD'],
    ['Congo', 'CG'],
    ['Ivory Coast', 'CI'],
    ['Allemagne', 'DE'],
    ['Россия', 'RU'],
    ['Niger', 'NE'],
    ['Nigeria', 'NG'],
    ['ml', 'ML'],
    ['Atlantis', null],
    ['', null]
  ] as const)('%s is %s', (name, code) => {
    expect(gazetteer.countryNamed(name)).toBe(code)
  })
})
