// The parameters of near repeats, and what counts of an incident.

import type { ParameterTable } from '../../detection/pattern.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { isLongerThan } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import { genericActorsParameter } from '../episode/named-perpetrators.ts'
import { precisePoints } from '../episode/same-place.ts'

export interface NearRepeatParameters {
  readonly radiusKm: number
  readonly windowDays: number
  readonly explosionKm: number
  readonly explosionDays: number
  readonly incidentsMin: number
  readonly quietDays: number
  readonly hotRate: number
  readonly rateDays: number
  readonly longestDays: number
  readonly genericActors: readonly string[]
}

export const nearRepeatParameters: ParameterTable<NearRepeatParameters> = {
  radiusKm: {
    default: 20,
    unit: 'km',
    meaning: 'maximum distance of a repeat',
    source: 'patterns.md#near-repeat; PMC6800342',
    max: 100
  },
  windowDays: {
    default: 28,
    unit: 'days',
    meaning: 'maximum time between attacks of a repeat',
    source: 'patterns.md#near-repeat; PMC6800342: 4 to 10 weeks',
    min: 1,
    max: 365
  },
  explosionKm: {
    default: 1,
    unit: 'km',
    meaning: 'maximum distance of a repeated explosion',
    source: 'patterns.md#near-repeat; Townsley 2008',
    max: 100
  },
  explosionDays: {
    default: 2,
    unit: 'days',
    meaning: 'maximum time between explosions of a repeat',
    source: 'patterns.md#near-repeat; Townsley 2008',
    max: 365
  },
  incidentsMin: {
    default: 3,
    unit: 'incidents',
    meaning: 'attacks needed for entry',
    source: 'patterns.md#near-repeat',
    min: 2,
    max: 20
  },
  quietDays: {
    default: 70,
    unit: 'days',
    meaning: 'quiet time that ends it',
    source: 'patterns.md#near-repeat',
    min: 1,
    max: 365
  },
  hotRate: {
    default: 1,
    unit: 'incidents per window',
    meaning: "a cell's own past rate above which a repeat there raises nothing",
    source: 'our choice: as the hot cells of patterns.md#front'
  },
  rateDays: {
    default: 364,
    unit: 'days',
    meaning: 'period of this rate',
    source: 'as patterns.md#sustained-threat',
    min: 1,
    max: 3660
  },
  longestDays: {
    default: 365,
    unit: 'days',
    meaning: 'age at which it ends although attacks continue: they are usual there',
    source: 'our choice: a hot cell must not keep it open for ever',
    min: 1
  },
  genericActors: genericActorsParameter
}

export interface RepeatReach {
  readonly km: number
  readonly days: number
}

/** Explosions repeat at shorter distances and times than other attacks. */
export function reachOf(isExplosion: boolean, parameters: NearRepeatParameters): RepeatReach {
  return isExplosion
    ? { km: parameters.explosionKm, days: parameters.explosionDays }
    : { km: parameters.radiusKm, days: parameters.windowDays }
}

export function isExplosion({ category, tactics }: Incident): boolean {
  return category === 'explosion' || tactics.includes('ied')
}

/** What counts of an incident. */
export interface CountedAttack {
  /** Those precise enough. */
  readonly points: readonly Point[]
  readonly isExplosion: boolean
  /** If not, it only supports. */
  readonly mayTrigger: boolean
}

/** What counts of an incident; null if no place of it is precise enough for the distance. */
export function countedOf(
  incident: Incident,
  parameters: NearRepeatParameters
): CountedAttack | null {
  const explosion = isExplosion(incident)
  const { km, days } = reachOf(explosion, parameters)
  const points = precisePoints(placesOf(incident), km)
  if (points.length === 0) return null
  return {
    points,
    isExplosion: explosion,
    mayTrigger: incident.passesGrade && !isLongerThan(incident, days)
  }
}
