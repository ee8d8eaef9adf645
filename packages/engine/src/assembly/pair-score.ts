// How well two reports agree on an incident: place × day × kind × perpetrator × issuer, from 0 to
// 1. The numbers are those of decision 0005.

import { computeDistanceKm } from '../data/distance.ts'
import { haveCommon } from '../data/interning.ts'
import { isSameSettlement } from '../data/join-fields.ts'
import type { EncodedPlace, Reports } from '../data/reports.ts'
import { convertToDay, dayMs } from '../data/time.ts'
import { advisoryMask, attackMask, flag, statisticMask } from '../data/vocabulary.ts'
import { maxDateDays, maxIntervalDays, maxJoinKm } from './candidates.ts'

/** Least score that joins. 1: the same place, day and kind. */
export const minJoinScore = 0.5
/** Score of copies of a text that agree at all. */
export const copyScore = 2
/** Score of a pair that an officer declared the same. */
export const declaredScore = 3

/** Intervals that share less of their union do not agree. */
const minSharedDays = 0.2
/** Two times of day that differ by at most six hours agree. */
const sameTimeDays = 0.25
const nextDayScore = 0.75
const otherKindScore = 0.8
const otherActorScore = 0.6
const candidateScore = 0.75
const sameNameScore = 0.9
const minReachKm = 5
/** Fewer deaths agree by chance. */
const minSameToll = 3
const sameTollShare = 0.1

/** 0 if two reports cannot describe the same incident. */
export function scorePair(reports: Reports, a: number, b: number): number {
  const { category } = reports.columns
  if (areKeptApart(reports, a, b)) return 0
  const days = scoreDays(reports, a, b)
  if (days === 0) return 0
  const kinds = scoreCategories(category[a]!, category[b]!)
  if (kinds === 0) return 0
  const score =
    days *
    kinds *
    scorePlaces(reports, a, b) *
    scoreActors(reports, a, b) *
    scoreIssuers(reports, a, b)
  return score > 0 && isCopy(reports, a, b) ? copyScore : score
}

/**
 * True if two reports may describe the same incident although they do not join: both are attacks
 * with deaths, and an interval of days contains days of the other.
 */
export function mayBeOne(reports: Reports, a: number, b: number): boolean {
  const { category } = reports.columns
  if (areKeptApart(reports, a, b) || !haveDoubtfulDays(reports, a, b)) return false
  if (!canBeDoubtful(reports, a) || !canBeDoubtful(reports, b)) return false
  if (scoreActors(reports, a, b) < 1) return false
  const agreement =
    scoreCategories(category[a]!, category[b]!) *
    scorePlaces(reports, a, b) *
    scoreIssuers(reports, a, b)
  return agreement >= minJoinScore
}

/** An attack with deaths, dated to a month or better. */
export function canBeDoubtful(reports: Reports, row: number): boolean {
  const { category, fromMs, toMs } = reports.columns
  return (
    (category[row]! & attackMask) !== 0 &&
    getToll(reports, row) > 0 &&
    convertToDay(toMs[row]!) - convertToDay(fromMs[row]!) < maxIntervalDays
  )
}

function haveDoubtfulDays({ columns }: Reports, a: number, b: number): boolean {
  const { fromMs, toMs } = columns
  return areDaysDoubtful(
    convertToDay(fromMs[a]!),
    convertToDay(toMs[a]!),
    convertToDay(fromMs[b]!),
    convertToDay(toMs[b]!)
  )
}

/** True if two intervals have days in common and one is longer than a date and its neighbour. */
export function areDaysDoubtful(fromA: number, toA: number, fromB: number, toB: number): boolean {
  const longest = Math.max(toA - fromA, toB - fromB) + 1
  if (longest <= maxDateDays || longest > maxIntervalDays) return false
  return Math.max(fromA, fromB) <= Math.min(toA, toB)
}

/** Reports of the same source never join, nor a drill and what is real. */
export function areKeptApart({ columns }: Reports, a: number, b: number): boolean {
  const { source, flags } = columns
  return source[a] === source[b] || ((flags[a]! ^ flags[b]!) & flag.drill) !== 0
}

/** True for two reports with one text or a common link. */
export function isCopy({ details }: Reports, a: number, b: number): boolean {
  const links = details.get(a)?.links
  if (links === undefined || links.length === 0) return false
  return haveCommon(links, details.get(b)?.links ?? [])
}

/**
 * By whole days: two days with a day between them do not agree. An interval counts less the longer
 * it is. A report of a small part must agree on perpetrator and deaths.
 */
function scoreDays(reports: Reports, a: number, b: number): number {
  const { fromMs, toMs } = reports.columns
  const [fromA, toA, fromB, toB] = [fromMs[a]!, toMs[a]!, fromMs[b]!, toMs[b]!]
  const gapDays = Math.max(0, Math.max(fromA, fromB) - Math.min(toA, toB) - 1) / dayMs
  if (gapDays > 1) return 0
  const { common, union, longest } = compareDays(reports, a, b)
  if (common < 0) return 0
  const areTimed = toA - fromA < dayMs / 2 && toB - fromB < dayMs / 2
  if (areTimed) return gapDays <= sameTimeDays ? 1 : nextDayScore
  if (longest <= maxDateDays) return common > 0 ? 1 : nextDayScore
  const share = Math.max(0, common) / union
  const isPart = share < minSharedDays
  const canBePart = common > 0 && longest <= maxIntervalDays
  if (isPart && !(canBePart && agreeOnPart(reports, a, b))) return 0
  return 0.5 + 0.5 * share
}

function agreeOnPart(reports: Reports, a: number, b: number): boolean {
  return agreeOnDetail(reports, a, b) || isCopy(reports, a, b)
}

interface ComparedDays {
  /** Days in common; 0: they are neighbours; less: a day is between them. */
  readonly common: number
  readonly union: number
  /** Days of the longer one. */
  readonly longest: number
}

export function compareDays({ columns }: Reports, a: number, b: number): ComparedDays {
  const { fromMs, toMs } = columns
  const [fromA, toA] = [convertToDay(fromMs[a]!), convertToDay(toMs[a]!)]
  const [fromB, toB] = [convertToDay(fromMs[b]!), convertToDay(toMs[b]!)]
  return {
    common: Math.min(toA, toB) - Math.max(fromA, fromB) + 1,
    union: Math.max(toA, toB) - Math.min(fromA, fromB) + 1,
    longest: Math.max(toA - fromA, toB - fromB) + 1
  }
}

/** True if days alone would not join them: the same number of deaths and a perpetrator do. */
export function isJoinedByDetail(reports: Reports, a: number, b: number): boolean {
  const { common, union } = compareDays(reports, a, b)
  return Math.max(0, common) / union < minSharedDays && agreeOnDetail(reports, a, b)
}

/** Attacks with a common perpetrator and the same number of deaths, too many for chance. */
function agreeOnDetail(reports: Reports, a: number, b: number): boolean {
  const { category } = reports.columns
  const [tollA, tollB] = [getToll(reports, a), getToll(reports, b)]
  const [least, most] = [Math.min(tollA, tollB), Math.max(tollA, tollB)]
  const areAttacks = (category[a]! & attackMask) !== 0 && (category[b]! & attackMask) !== 0
  if (!areAttacks || least < minSameToll || most - least > most * sameTollShare) return false
  return haveCommon(reports.getPerpetrators(a), reports.getPerpetrators(b))
}

/** The best figure, else the low, else the high. */
function getToll({ columns }: Reports, row: number): number {
  const { best, low, high } = columns
  if (best[row]! >= 0) return best[row]!
  return low[row]! >= 0 ? low[row]! : Math.max(0, high[row]!)
}

function scoreCategories(a: number, b: number): number {
  if (((a | b) & statisticMask) !== 0) return 0
  if (a === b) return 1
  return (a & attackMask) !== 0 && (b & attackMask) !== 0 ? otherKindScore : 0
}

/** Perpetrators that differ count against it, unknown ones do not. */
function scoreActors(reports: Reports, a: number, b: number): number {
  const [actorsA, actorsB] = [reports.getPerpetrators(a), reports.getPerpetrators(b)]
  if (actorsA.length === 0 || actorsB.length === 0) return 1
  return haveCommon(actorsA, actorsB) ? 1 : otherActorScore
}

/** Advisories of two states are two, however near: their number is what counts. */
function scoreIssuers({ columns, details }: Reports, a: number, b: number): number {
  if (columns.category[a] !== advisoryMask) return 1
  const [issuersA, issuersB] = [details.get(a)?.issuers ?? [], details.get(b)?.issuers ?? []]
  if (issuersA.length === 0 || issuersB.length === 0) return 1
  return haveCommon(issuersA, issuersB) ? 1 : 0
}

export function scorePlaces(reports: Reports, a: number, b: number): number {
  const { columns, details } = reports
  const { lat } = columns
  const arePoints = !(Number.isNaN(lat[a]!) || Number.isNaN(lat[b]!))
  if (arePoints && !details.has(a) && !details.has(b)) return scorePoints(reports, a, b)
  const placesB = reports.listPlaces(b)
  const scores = reports.listPlaces(a).flatMap(x => placesB.map(y => scorePlacePair(x, y)))
  return Math.max(...scores)
}

/** The same for reports with a single point each. */
function scorePoints({ columns }: Reports, a: number, b: number): number {
  const { lat, lon, km, settlement } = columns
  const apartKm = computeDistanceKm(lat[a]!, lon[a]!, lat[b]!, lon[b]!)
  const isOneName = settlement[a]! >= 0 && settlement[a] === settlement[b]
  return isOneName && apartKm <= maxJoinKm ? 1 : scoreDistance(apartKm, km[a]!, km[b]!)
}

export function scorePlacePair(a: EncodedPlace, b: EncodedPlace): number {
  if (canMean(a, b) || canMean(b, a)) return candidateScore
  if (isSameSettlement(a, b)) return 1
  if (!Number.isNaN(a.lat) && !Number.isNaN(b.lat))
    return scoreDistance(computeDistanceKm(a.lat, a.lon, b.lat, b.lon), a.km, b.km)
  return isSameName(a, b) ? sameNameScore : 0
}

/** Names agree if both places have only a name. */
function isSameName(a: EncodedPlace, b: EncodedPlace): boolean {
  if (!Number.isNaN(a.lat) || !Number.isNaN(b.lat)) return false
  return a.name >= 0 && a.name === b.name && a.country === b.country && a.admin1 === b.admin1
}

/** True if the name of the first place may mean the settlement of the second. */
export function canMean({ candidates }: EncodedPlace, { settlement }: EncodedPlace): boolean {
  return settlement >= 0 && candidates.includes(settlement)
}

function scoreDistance(apartKm: number, kmA: number, kmB: number): number {
  const reachKm = Math.min(maxJoinKm, Math.max(minReachKm, (kmA || 0) + (kmB || 0)))
  return apartKm > reachKm ? 0 : 1 - 0.5 * (apartKm / reachKm)
}
