import { type Place, type ReportRevision, unknownPlace } from '@tocsin/domain/report/report'
import { SharedParts, SharedValues } from '@tocsin/domain/report/shared-parts'
import { describe, expect, it } from 'vitest'

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const dioura: Place = {
  ...unknownPlace,
  name: 'Dioura',
  country: 'ML',
  settlement: 'ML-5/dioura',
  lat: 14.8,
  lon: -5.3
}
const report: ReportRevision = {
  reportId: 'one',
  contentHash: 'hash',
  sourceId: 'wire-1',
  externalId: 'W-1',
  reportedAt: '2025-06-02T09:00:00.000Z',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  tactics: ['ied'],
  place: dioura,
  alsoAt: [{ ...dioura, radiusKm: 3 }],
  actors: [{ name: 'Katiba A', role: 'perpetrator' }],
  targets: [{ kind: 'civilians' }],
  fatalities: { low: 1, best: 2, high: 3 },
  credibility: 2,
  handling: 'partners',
  persons: [],
  narrativeKey: null,
  linkKeys: [],
  private: null,
  drill: false,
  theatre: 'sahel',
  lane: 'live'
}

describe('revisions with shared parts', () => {
  it('say the same, member by member and in the same order', () => {
    const parts = new SharedParts()
    for (const revision of [
      report,
      copyOf(report),
      { ...report, tactics: ['ied', 'drone'], place: unknownPlace }
    ])
      expect(JSON.stringify(parts.of(revision))).toBe(JSON.stringify(revision))
  })

  it('have the parts of the first with equal ones', () => {
    const parts = new SharedParts()
    const first = parts.of(copyOf(report))
    const second = parts.of(copyOf({ ...report, reportId: 'another' }))
    for (const part of [
      'place',
      'occurred',
      'actors',
      'targets',
      'tactics',
      'fatalities',
      'alsoAt',
      'persons',
      'linkKeys'
    ] as const)
      expect(second[part], part).toBe(first[part])
  })

  it('have their own where one member differs', () => {
    const parts = new SharedParts()
    const first = parts.of(copyOf(report))
    const moved = parts.of({
      ...copyOf(report),
      place: { ...report.place, radiusKm: 25 },
      fatalities: { low: 0, best: 2, high: 3 }
    })
    expect(moved.place).toEqual({ ...first.place, radiusKm: 25 })
    expect(moved.fatalities).toEqual({ low: 0, best: 2, high: 3 })
    expect(parts.of(copyOf(report)).place).toBe(first.place)
  })

  it('tell places apart by each of their members', () => {
    const parts = new SharedParts()
    const candidate = { settlement: 's', name: 'n', country: 'ML', admin1: null, lat: 1, lon: 2 }
    const kept = parts.of(report).place
    const others: readonly Partial<Place>[] = [
      { name: 'x' },
      { country: 'x' },
      { admin1: 'x' },
      { statedAdmin1: 'x' },
      { foundAdmin1: 'x' },
      { lat: 1 },
      { lon: 1 },
      { radiusKm: 1 },
      { settlementName: 'x' },
      { resolution: 'stated' },
      { candidates: [candidate] },
      { candidates: [{ ...candidate, lat: 3 }] },
      { precision: 'assumed' },
      { contradiction: 'country' },
      { neighbours: [] },
      { neighbours: ['x'] },
      { seat: 'country' }
    ]
    for (const other of others) {
      const moved = { ...report, place: { ...dioura, ...other } }
      expect(parts.of(report).place, JSON.stringify(other)).toEqual(kept)
      expect(parts.of(moved).place, JSON.stringify(other)).toEqual(moved.place)
    }
  })

  it('have no sealed texts', () => {
    const sealed = { algorithm: 'A256GCM', keyId: 'k', iv: 'i', ciphertext: 'c', tag: 't' } as const
    expect(new SharedParts().of({ ...report, private: sealed }).private).toBeNull()
  })
})

describe('shared values', () => {
  it('keep the last few of a key', () => {
    const values = new SharedValues<{ readonly at: number }>(
      () => 'one key',
      (a, b) => a.at === b.at
    )
    const first = values.of({ at: 0 })
    for (let at = 1; at < 4; at++) values.of({ at })
    expect(values.of({ at: 0 })).toBe(first)
    values.of({ at: 4 })
    expect(values.of({ at: 0 })).not.toBe(first)
  })
})
