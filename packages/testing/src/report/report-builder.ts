// Reports as intake writes them, for tests: all members have simple defaults, so that a test states
// only what matters to it.

import { digest } from '@tocsin/contracts/json/digest'
import type { Place, ReportRevision } from '@tocsin/contracts/theatre/report'

export type ReportOverrides = Partial<Omit<ReportRevision, 'place'>> & {
  readonly place?: Partial<Place>
}

/**
 * Real places of three admin areas, hundreds of kilometres apart: enough for tests of distance.
 * Source: GeoNames, CC BY 4.0.
 */
export const places = {
  diosso: makePlace({
    name: 'Diosso',
    country: 'ML',
    admin1: 'ML-4',
    settlement: 'ML-4/diosso',
    lat: 13.88321,
    lon: -5.36211
  }),
  dioura: makePlace({
    name: 'Dioura',
    country: 'ML',
    admin1: 'ML-5',
    settlement: 'ML-5/dioura',
    lat: 14.8252,
    lon: -5.2547
  }),
  sirakorola: makePlace({
    name: 'Sirakorola',
    country: 'ML',
    admin1: 'ML-2',
    settlement: 'ML-2/sirakorola',
    lat: 13.28671,
    lon: -7.56982
  }),
  boulkessi: makePlace({
    name: 'Boulkessi',
    country: 'ML',
    admin1: 'ML-5',
    settlement: 'ML-5/boulkessi',
    lat: 14.437,
    lon: -0.665
  }),
  djibo: makePlace({
    name: 'Djibo',
    country: 'BF',
    admin1: 'BF-12',
    settlement: 'BF-12/djibo',
    lat: 14.0994,
    lon: -1.62554
  }),
  diffa: makePlace({
    name: 'Diffa',
    country: 'NE',
    admin1: 'NE-2',
    settlement: 'NE-2/diffa',
    lat: 13.31536,
    lon: 12.61135
  })
} as const

/** A place with stated coordinates, 2 km precise, and a stated admin area, unless overridden. */
export function makePlace(overrides: Partial<Place>): Place {
  const admin1 = overrides.admin1 ?? null
  return {
    name: null,
    country: null,
    admin1,
    statedAdmin1: admin1,
    foundAdmin1: admin1,
    lat: null,
    lon: null,
    radiusKm: overrides.lat == null ? null : 2,
    settlement: null,
    settlementName: overrides.name ?? null,
    resolution: overrides.lat == null ? 'unresolved' : 'stated',
    candidates: [],
    ...overrides
  }
}

/**
 * One revision of a report: an attack at Dioura on 1 June 2025, reported a day later, unless
 * overridden. Pure. `reportId` derives from source and external id as in intake, `contentHash` from
 * the whole content, so that two different reports never share one by accident.
 */
export function aReport(overrides: ReportOverrides = {}): ReportRevision {
  const { place, ...rest } = overrides
  const sourceId = rest.sourceId ?? 'wire-1'
  const externalId = rest.externalId === undefined ? 'W-1' : rest.externalId
  const said = {
    sourceId,
    externalId,
    reportedAt: '2025-06-02T09:00:00.000Z',
    occurred: { from: '2025-06-01', to: '2025-06-01' },
    category: 'attack',
    tactics: [],
    place: { ...places.dioura, ...place },
    alsoAt: [],
    actors: [],
    targets: [],
    fatalities: { low: null, best: null, high: null },
    credibility: 2,
    handling: 'partners',
    persons: [],
    narrativeKey: null,
    linkKeys: [],
    private: null,
    drill: false,
    theatre: 'sahel',
    lane: 'live'
  } as const
  const report = { ...said, ...rest }
  return {
    ...report,
    reportId:
      rest.reportId ??
      digest('report-id', sourceId, 'external', externalId ?? JSON.stringify(report)),
    contentHash: rest.contentHash ?? digest(JSON.stringify(report))
  }
}
