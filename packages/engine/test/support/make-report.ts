// Reports for tests: only what a test is about is stated.

import { type Place, type ReportRevision, unknownPlace } from '@tocsin/contracts/theatre/report'

export interface ReportSketch
  extends Partial<Omit<ReportRevision, 'place' | 'alsoAt' | 'occurred'>> {
  /** Day or instant, or both ends. */
  readonly at?: string | readonly [string, string]
  readonly place?: Partial<Place>
  readonly alsoAt?: readonly Partial<Place>[]
}

let count = 0

export function makeReport({ at = '2025-06-01', ...sketch }: ReportSketch = {}): ReportRevision {
  const [from, to] = typeof at === 'string' ? [at, at] : at
  const reportId = sketch.reportId ?? `report-${count++}`
  return {
    reportId,
    contentHash: 'hash-0',
    sourceId: 'source',
    externalId: null,
    reportedAt: '2025-06-02T00:00:00.000Z',
    category: 'attack',
    tactics: [],
    actors: [],
    targets: [],
    fatalities: { low: null, best: null, high: null },
    credibility: 3,
    handling: 'public',
    persons: [],
    narrativeKey: null,
    linkKeys: [],
    private: null,
    drill: false,
    theatre: 'sahel',
    lane: 'live',
    ...sketch,
    occurred: { from, to },
    place: makePlace(sketch.place),
    alsoAt: (sketch.alsoAt ?? []).map(makePlace)
  }
}

/** A place with a point that is exact to a kilometre, in an area, unless stated otherwise. */
export function makePlace(place: Partial<Place> = {}): Place {
  return {
    ...unknownPlace,
    name: 'Diosso',
    country: 'ML',
    admin1: 'ML-4',
    foundAdmin1: 'ML-4',
    lat: 14.8,
    lon: -5.2,
    radiusKm: 1,
    resolution: 'gazetteer',
    ...place
  }
}
