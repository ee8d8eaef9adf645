// From a name to its candidate settlements with scores. An exactly known name is never taken for a
// misspelling of another. This only finds similar names; the gazetteer decides what a report's name
// means.

import { coveringCircle } from '@tocsin/domain/space-time/geometry'
import { canBeSameArea } from './area/area-successors.ts'
import type { Circle } from './map/area-layer.ts'
import { misspeltLengthMin } from './name/misspellings.ts'
import { nameKey } from './name/place-names.ts'
import { soundKey } from './name/sound-key.ts'
import type { Settlement, Settlements } from './settlement/settlements.ts'

/** The kind of match. `sound`: another spelling, such as another transliteration. */
export type MatchKind = 'name' | 'alternate' | 'sound' | 'misspelling'

const scores: Readonly<Record<MatchKind, number>> = {
  name: 1,
  alternate: 0.9,
  sound: 0.7,
  misspelling: 0.5
}
/** Score factor for a settlement outside the stated area. */
const elsewhereFactor = 0.5
/** Shorter sounds are shared by too many names. */
const soundLengthMin = 4
/** Minimum length for misspellings of sounds, which have already lost letters. */
const slippedSoundLengthMin = 7

const candidatesDefault = 50
const candidatesMax = 1000

export interface ForwardQuery {
  readonly name: string
  /** ISO 3166-1; the gazetteer takes names too. */
  readonly country?: string | null
  /** ISO 3166-2; the gazetteer takes names too, where the country is stated. */
  readonly admin1?: string | null
  /** Maximum candidates, default 50, at most 1,000. */
  readonly limit?: number
}

export interface ForwardCandidate extends Settlement {
  readonly match: MatchKind
  /**
   * From 0 to 1: by the kind of match, halved outside the stated area. Namesakes score equally:
   * population only orders them.
   */
  readonly score: number
}

export interface ForwardAnswer {
  /** Best first; of equals the more populous first. */
  readonly candidates: readonly ForwardCandidate[]
  /** The total number, including those beyond the limit. */
  readonly total: number
  /** Covers all of them and their reach; null without any. */
  readonly covering: Circle | null
}

interface Match {
  readonly row: number
  readonly match: MatchKind
}

/**
 * Candidate settlements of a name. Pure; microseconds for a known name, a tenth of a millisecond
 * else.
 */
export function findSettlements(settlements: Settlements, query: ForwardQuery): ForwardAnswer {
  const country = query.country ?? null
  const exact = findExactMatches(settlements, query.name).filter(
    ({ row }) => country === null || settlements.isInCountry(row, country)
  )
  const matches = exact.length > 0 ? exact : findSimilarMatches(settlements, query.name, country)
  const all = matches
    .map(match => scoreMatches(settlements, match, query.admin1 ?? null))
    .sort(compareScores)
  const limit = Math.min(query.limit ?? candidatesDefault, candidatesMax)
  return { candidates: all.slice(0, limit), total: all.length, covering: coveringCircle(all) }
}

function findExactMatches(settlements: Settlements, name: string): readonly Match[] {
  const key = nameKey(name)
  return settlements
    .findRowsByKey(key)
    .map(row => ({ row, match: nameKey(settlements.getName(row)) === key ? 'name' : 'alternate' }))
}

/** Names that sound the same; if there are none, names one edit away, in spelling or in sound. */
export function findSimilarMatches(
  settlements: Settlements,
  name: string,
  country: string | null
): readonly Match[] {
  const isMeant = (row: number) => country === null || settlements.isInCountry(row, country)
  const sound = soundKey(name)
  const heard =
    sound.length < soundLengthMin ? [] : settlements.findRowsBySound(sound).filter(isMeant)
  if (heard.length > 0) return heard.map(row => ({ row, match: 'sound' }))
  const key = nameKey(name)
  const misspelt = key.length < misspeltLengthMin ? [] : settlements.findRowsByNearKey(key)
  const misheard =
    sound.length < slippedSoundLengthMin ? [] : settlements.findRowsByNearSound(sound)
  const rows = [...new Set([...misspelt, ...misheard])].sort((a, b) => a - b)
  return rows.filter(isMeant).map(row => ({ row, match: 'misspelling' }))
}

function scoreMatches(
  settlements: Settlements,
  { row, match }: Match,
  admin1: string | null
): ForwardCandidate {
  const settlement = settlements.getSettlement(row)
  const isElsewhere =
    admin1 !== null && (settlement.admin1 === null || !canBeSameArea(settlement.admin1, admin1))
  return { ...settlement, match, score: scores[match] * (isElsewhere ? elsewhereFactor : 1) }
}

function compareScores(a: ForwardCandidate, b: ForwardCandidate): number {
  return b.score - a.score || b.population - a.population || (a.id < b.id ? -1 : 1)
}
