// Reports in a short form, for tests that fold many.

import { digest } from '@tocsin/contracts/json/digest'
import type { Category, Place, ReportRevision } from '@tocsin/contracts/theatre/report'

export interface ReportSketch {
  readonly id: string
  readonly source?: string
  readonly at: string
  readonly to?: string
  readonly reportedAt?: string
  readonly category?: Category
  readonly tactics?: readonly string[]
  readonly settlement?: string
  readonly admin1?: string | null
  readonly country?: string
  readonly lat?: number | null
  readonly lon?: number | null
  readonly radiusKm?: number
  readonly narrative?: string
  readonly link?: string
  readonly credibility?: ReportRevision['credibility']
  readonly handling?: ReportRevision['handling']
  readonly deaths?: number | readonly [number | null, number | null, number | null]
  readonly actors?: readonly string[]
  readonly targets?: readonly string[]
  readonly persons?: ReportRevision['persons']
  readonly unnamed?: ReportRevision['unnamed']
  readonly alsoAt?: readonly Omit<ReportSketch, 'id' | 'at'>[]
  readonly neighbours?: readonly string[]
  readonly seat?: Place['seat']
  readonly precision?: Place['precision']
  readonly contradiction?: Place['contradiction']
  readonly theatre?: string
  readonly lane?: ReportRevision['lane']
  readonly drill?: boolean
}

function makePlace(sketch: Omit<ReportSketch, 'id' | 'at'>): Place {
  return {
    name: sketch.settlement ?? null,
    country: sketch.country ?? 'ML',
    admin1: sketch.admin1 === undefined ? 'ML-4' : sketch.admin1,
    statedAdmin1: sketch.admin1 === undefined ? 'ML-4' : sketch.admin1,
    foundAdmin1: null,
    lat: sketch.lat === undefined ? 14 : sketch.lat,
    lon: sketch.lon === undefined ? -5 : sketch.lon,
    radiusKm: sketch.lat === null ? null : (sketch.radiusKm ?? 2),
    settlement: sketch.settlement
      ? `${sketch.admin1 ?? 'ML-4'}/${sketch.settlement.toLowerCase()}`
      : null,
    settlementName: sketch.settlement ?? null,
    resolution: sketch.lat === null ? 'unresolved' : 'stated',
    candidates: [],
    ...(sketch.neighbours ? { neighbours: sketch.neighbours } : {}),
    ...(sketch.seat ? { seat: sketch.seat } : {}),
    ...(sketch.precision ? { precision: sketch.precision } : {}),
    ...(sketch.contradiction ? { contradiction: sketch.contradiction } : {})
  }
}

export function makeRevision(sketch: ReportSketch, theatre = 'sahel'): ReportRevision {
  const place = makePlace(sketch)
  const { deaths = null } = sketch
  const [low, best, high] =
    typeof deaths === 'number' || deaths === null ? [deaths, deaths, deaths] : deaths
  return {
    reportId: sketch.id,
    contentHash: digest('report', JSON.stringify(sketch)),
    sourceId: sketch.source ?? 'wire-1',
    externalId: sketch.id,
    reportedAt: sketch.reportedAt ?? `${(sketch.to ?? sketch.at).slice(0, 10)}T12:00:00.000Z`,
    occurred: { from: sketch.at, to: sketch.to ?? sketch.at },
    category: sketch.category ?? 'attack',
    tactics: sketch.tactics ?? [],
    place,
    alsoAt: (sketch.alsoAt ?? []).map(makePlace),
    actors: (sketch.actors ?? []).map(name => ({
      name,
      role: sketch.category === 'advisory' ? 'issuer' : 'perpetrator'
    })),
    targets: (sketch.targets ?? []).map(kind => ({ kind })),
    fatalities: { low, best, high },
    credibility: sketch.credibility ?? 2,
    handling: sketch.handling ?? 'internal',
    persons: sketch.persons ?? [],
    ...(sketch.unnamed ? { unnamed: sketch.unnamed } : {}),
    narrativeKey: sketch.narrative ?? null,
    linkKeys: sketch.link ? [sketch.link] : [],
    private: null,
    drill: sketch.drill ?? false,
    theatre: sketch.theatre ?? theatre,
    lane: sketch.lane ?? 'live'
  }
}
