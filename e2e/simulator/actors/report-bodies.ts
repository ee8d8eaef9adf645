// Bodies that simulated reporters post. Few places, close in time, so that incidents are joined,
// fronts grow, arcs widen and sieges hold; and places in more than one theatre, so that a
// correction can move a report.

import type { RandomSource } from '../world/random-source.ts'

/**
 * ISO 3166-1 codes by theatre. `lake` is declared in the middle of a run; places in none are
 * unassigned.
 */
export const countriesOf = { sahel: ['ML', 'BF', 'NE'], coast: ['BJ', 'TG'], lake: ['TD'] } as const
export type TheatreId = keyof typeof countriesOf
export const sourceIds = ['wire-1', 'radio-2', 'desk-3', 'village-4'] as const

interface Spot {
  readonly location: {
    readonly name?: string
    readonly country: string
    readonly admin1: string
    readonly lat?: number
    readonly lon?: number
  }
  /** Settlements are besieged and attacked, bare coordinates are attacked. */
  readonly settlement: boolean
}

const spot = (country: string, admin1: string, lat: number, lon: number, name?: string): Spot => ({
  location: { country, admin1, lat, lon, ...(name === undefined ? {} : { name }) },
  settlement: name !== undefined
})

const spots: Readonly<Record<TheatreId | 'nowhere', readonly Spot[]>> = {
  sahel: [
    spot('ML', 'ML-4', 13.88321, -5.36211, 'Diosso'),
    spot('ML', 'ML-5', 14.8252, -5.2547, 'Dioura'),
    spot('ML', 'ML-2', 13.28671, -7.56982, 'Sirakorola'),
    spot('BF', 'BF-12', 14.0994, -1.62554, 'Djibo'),
    spot('NE', 'NE-6', 14.2, 1.45)
  ],
  coast: [
    spot('BJ', 'BJ-AL', 11.3, 2.43, 'Kandi'),
    spot('BJ', 'BJ-AK', 10.62, 1.26),
    spot('TG', 'TG-S', 10.86, 0.2, 'Dapaong'),
    spot('TG', 'TG-K', 9.55, 1.18)
  ],
  lake: [
    spot('TD', 'TD-LC', 13.48, 14.72, 'Bol'),
    spot('TD', 'TD-KA', 14.13, 15.3),
    spot('TD', 'TD-HL', 12.5, 16.45)
  ],
  nowhere: [spot('CM', 'CM-EN', 11.05, 14.14), spot('NG', 'NG-BO', 11.85, 13.16)]
}

const attacks = [
  'attack',
  'attack',
  'ambush',
  'clash',
  'explosion',
  'killing',
  'attack-on-civilians'
] as const
const ofSiege = [
  'blockade',
  'movement-denied',
  'aid-denied',
  'blockade',
  'access-restored'
] as const
/** Mostly visible to partners, so that alerts of several reports enter and leave their view. */
const handlings = { public: 4, partners: 12, internal: 2, restricted: 1 } as const

/** First day of occurrence, before the time of all theatres. */
const firstDayMs = Date.parse('2025-05-01T00:00:00.000Z')
const dayMs = 86_400_000

export type ReportBody = Readonly<Record<string, unknown>> & {
  readonly source: { readonly id: string }
}

export interface Said {
  readonly source: string
  readonly externalId: string | null
  readonly theatre: TheatreId | 'nowhere'
}

/** A random report. Different calls give different content. */
export function sayReport(random: RandomSource, { source, externalId, theatre }: Said): ReportBody {
  const { location, settlement } = random.pick(spots[theatre])
  const isSiege = settlement && random.happens(0.35)
  const from = random.integer(0, 24)
  const days = isSiege ? random.integer(3, 14) : random.weighted({ '0': 6, '1': 2, '9': 1 })
  const jitter = () => random.integer(-3, 3) * 0.03
  const place =
    location.lat === undefined || location.lon === undefined || settlement
      ? location
      : {
          ...location,
          lat: round(location.lat + jitter()),
          lon: round(location.lon + jitter()),
          radiusKm: 2
        }
  const reportedAt = dayOf(from + Number(days) + random.integer(0, 6), random.integer(0, 23))
  return {
    source: { id: source },
    ...(externalId === null ? {} : { externalId }),
    // Reports without a time get the time of acceptance.
    ...(random.happens(0.7) ? { reportedAt } : {}),
    occurred: { from: dayOf(from).slice(0, 10), to: dayOf(from + Number(days)).slice(0, 10) },
    category: isSiege ? random.pick(ofSiege) : random.pick(attacks),
    location: place,
    credibility: random.pick([1, 2, 3, 6]),
    handling: random.weighted(handlings),
    fatalities: { low: random.integer(0, 9) },
    ...(random.happens(0.25)
      ? { private: { narrative: `what the wire says, ${random.integer(1, 6)}` } }
      : {}),
    ...(random.happens(0.03) ? { drill: true } : {})
  }
}

function dayOf(day: number, hour = 0): string {
  return new Date(firstDayMs + day * dayMs + hour * 3_600_000).toISOString()
}

function round(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}
