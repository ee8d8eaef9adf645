// How well two reports agree on one incident, and why, in words. Source of the numbers: decision
// 0005.

import { compareText, type ReportView } from '../incident/incident.ts'
import { daysOf, intervalDaysMax, mayBeSameDay } from '../incident/possible-duplicates.ts'
import { areOneSettlement } from '../report/one-settlement.ts'
import { attackCategories, type Place } from '../report/report.ts'
import { dayMs, gapDays, type Span } from '../space-time/event-time.ts'
import { distanceKm } from '../space-time/geometry.ts'
import { joinDistanceMaxKm, overlapShareMin } from './report-cells.ts'

/**
 * Minimum score that joins two reports. 1 = same place, same day, same kind. Source: decision 0005.
 */
export const joinScoreMin = 0.5
/** Score of copies of one text: they join first. */
export const copyScore = 2

/**
 * How well two reports agree on one incident: place × day × kind × perpetrator, 0 if they can't be
 * the same. A copy (same narrative or origin link) that is compatible at all scores 2: copies join
 * first.
 */
export function scorePair(a: ReportView, b: ReportView): number {
  if (a.revision.sourceId === b.revision.sourceId || a.revision.drill !== b.revision.drill) return 0
  // Cheap checks that reject most pairs first.
  const day = dayAgreement(a, b)
  const kind = day === 0 ? 0 : kindAgreement(a, b)
  const score =
    kind === 0
      ? 0
      : day * kind * placeAgreement(a, b) * actorAgreement(a, b) * issuerAgreement(a, b)
  return score > 0 && isCopy(a, b) ? copyScore : score
}

/** False if two reports are of places so far apart that they score 0. */
export function agreeOnPlace(a: ReportView, b: ReportView): boolean {
  return placeAgreement(a, b) > 0
}

/**
 * True for a report of an attack with deaths, dated to a month or better: another may describe the
 * same incident without joining it.
 */
export function mayHaveDoubts(report: ReportView): boolean {
  return daysOf(report.span) <= intervalDaysMax && isAttack(report) && tollOf(report) > 0
}

/**
 * True if two reports may describe one incident although their score is too low to join: one
 * interval contains the other's day, place and kind are the same, no named actor contradicts, and
 * both report deaths.
 */
export function mayBeOne(a: ReportView, b: ReportView): boolean {
  if (a.revision.sourceId === b.revision.sourceId || a.revision.drill !== b.revision.drill)
    return false
  if (
    !mayBeSameDay(a.span, b.span) ||
    !mayHaveDoubts(a) ||
    !mayHaveDoubts(b) ||
    actorAgreement(a, b) < 1
  )
    return false
  return kindAgreement(a, b) * placeAgreement(a, b) * issuerAgreement(a, b) >= joinScoreMin
}

/** Why `scorePair` takes two reports for one incident, in words. It reveals nothing private. */
export function explainPair(a: ReportView, b: ReportView): string {
  if (isCopy(a, b)) return 'copies of one text'
  return [
    placeWords(a, b),
    dayWords(a.span, b.span),
    kindWords(a, b),
    actorWords(a, b),
    tollWords(a, b)
  ]
    .filter(words => words !== null)
    .join(', ')
}

function placeWords(a: ReportView, b: ReportView): string {
  const [one, other] = [a.revision.place, b.revision.place]
  if (areOneSettlement(one, other)) return 'same settlement'
  if (mayMean(one, other) || mayMean(other, one)) return 'a settlement that the name may mean'
  if (placeAgreement(a, b) > agreementOf(one, other)) return 'a place in common'
  if (one.lat === null || one.lon === null || other.lat === null || other.lon === null)
    return 'same name of a place'
  const apartKm = distanceKm({ lat: one.lat, lon: one.lon }, { lat: other.lat, lon: other.lon })
  return `${Math.round(apartKm)} km apart`
}

function dayWords(a: Span, b: Span): string {
  const { apart, longest } = inDays(a, b)
  if (apart > 0) return 'one day apart'
  return longest === 1 ? 'same day' : 'days in common'
}

function kindWords(a: ReportView, b: ReportView): string {
  const [one, other] = [a.revision.category, b.revision.category]
  if (one === other) return `both ${one}`
  return compareText(one, other) < 0 ? `${one} and ${other}` : `${other} and ${one}`
}

function actorWords(a: ReportView, b: ReportView): string | null {
  const [one, other] = [perpetratorsOf(a), perpetratorsOf(b)]
  if (one.length === 0 || other.length === 0) return null
  return one.some(name => other.includes(name)) ? 'a perpetrator in common' : 'other perpetrators'
}

function tollWords(a: ReportView, b: ReportView): string | null {
  return shareOfDays(a.span, b.span) < overlapShareMin && agreeOnDetail(a, b)
    ? 'the same number of dead'
    : null
}

/**
 * By whole days: a time of day belongs to one day, and two days with a day between them do not
 * agree. An interval weighs less the longer it is; if the other is only a small part of it, both
 * must agree on perpetrator and deaths.
 */
function dayAgreement(one: ReportView, other: ReportView): number {
  const [a, b] = [one.span, other.span]
  if (gapDays(a, b) > 1) return 0
  const { apart, common, union, longest } = inDays(a, b)
  if (apart > 1) return 0
  if (isTimed(a) && isTimed(b)) return gapDays(a, b) <= sameTimeDays ? 1 : 0.75
  if (longest <= 2) return apart === 0 ? 1 : 0.75
  const share = common / union
  const isSmall = share < overlapShareMin
  return isSmall &&
    !(longest <= intervalDaysMax && common > 0 && (agreeOnDetail(one, other) || isCopy(one, other)))
    ? 0
    : 0.5 + 0.5 * share
}

function shareOfDays(a: Span, b: Span): number {
  const { common, union } = inDays(a, b)
  return common / union
}

/** A perpetrator in common, and the same number of deaths, too many for chance. */
function agreeOnDetail(a: ReportView, b: ReportView): boolean {
  const [one, other] = [tollOf(a), tollOf(b)]
  const most = Math.max(one, other)
  if (
    !isAttack(a) ||
    !isAttack(b) ||
    Math.min(one, other) < sameTollMin ||
    most - Math.min(one, other) > most * sameTollShare
  )
    return false
  return perpetratorsOf(a).some(name => perpetratorsOf(b).includes(name))
}

/** Anything but an attack may last for all of its days. */
function isAttack({ revision }: ReportView): boolean {
  return attackCategories.has(revision.category)
}

/** Fewer deaths than this agree by chance. */
const sameTollMin = 3
/**
 * Tolls that differ by a smaller share of the greater are the same: counts are updated for days.
 */
const sameTollShare = 0.1

function tollOf({ revision: { fatalities } }: ReportView): number {
  return fatalities.best ?? fatalities.low ?? fatalities.high ?? 0
}

/** Maximum difference of two times of day that still agree: six hours. */
const sameTimeDays = 0.25

function isTimed({ fromMs, toMs }: Span): boolean {
  return toMs - fromMs < dayMs / 2
}

/**
 * Two spans as whole days: days from the end of one to the start of the other (0 if they share
 * one), days in common, days in all; the longer one.
 */
function inDays(
  a: Span,
  b: Span
): { apart: number; common: number; union: number; longest: number } {
  const [aFrom, aTo] = [Math.floor(a.fromMs / dayMs), Math.floor(a.toMs / dayMs)]
  const [bFrom, bTo] = [Math.floor(b.fromMs / dayMs), Math.floor(b.toMs / dayMs)]
  const common = Math.min(aTo, bTo) - Math.max(aFrom, bFrom) + 1
  return {
    apart: Math.max(0, 1 - common),
    common: Math.max(0, common),
    union: Math.max(aTo, bTo) - Math.min(aFrom, bFrom) + 1,
    longest: Math.max(aTo - aFrom, bTo - bFrom) + 1
  }
}

function kindAgreement(a: ReportView, b: ReportView): number {
  const [one, other] = [a.revision.category, b.revision.category]
  if (one === 'statistic' || other === 'statistic') return 0
  if (one === other) return 1
  return attackCategories.has(one) && attackCategories.has(other) ? 0.8 : 0
}

/**
 * The best agreement between any place of one and any of the other: reports may list places in
 * different order.
 */
function placeAgreement(a: ReportView, b: ReportView): number {
  const [one, other] = [a.revision, b.revision]
  let best = agreementOf(one.place, other.place)
  if (one.alsoAt.length === 0 && other.alsoAt.length === 0) return best
  const others = [other.place, ...other.alsoAt]
  for (const mine of [one.place, ...one.alsoAt])
    for (const theirs of others) best = Math.max(best, agreementOf(mine, theirs))
  return best
}

/** Agreement of an ambiguous name with one of its candidates. */
const candidateAgreement = 0.75

function agreementOf(one: Place, other: Place): number {
  if (mayMean(one, other) || mayMean(other, one)) return candidateAgreement
  if (areOneSettlement(one, other)) return 1
  if (one.lat === null || one.lon === null || other.lat === null || other.lon === null) {
    const sameName =
      one.name !== null &&
      other.name !== null &&
      one.name.toLowerCase() === other.name.toLowerCase()
    return sameName && one.country === other.country && one.admin1 === other.admin1 ? 0.9 : 0
  }
  const reachKm = Math.min(
    joinDistanceMaxKm,
    Math.max(5, (one.radiusKm ?? 0) + (other.radiusKm ?? 0))
  )
  const apartKm = distanceKm({ lat: one.lat, lon: one.lon }, { lat: other.lat, lon: other.lon })
  return apartKm > reachKm ? 0 : 1 - 0.5 * (apartKm / reachKm)
}

function mayMean({ candidates }: Place, { settlement }: Place): boolean {
  return (
    candidates.length > 0 &&
    settlement !== null &&
    candidates.some(candidate => candidate.settlement === settlement)
  )
}

/**
 * Both name perpetrators, none in common: probably two incidents. Unknown perpetrators do not count
 * against.
 */
function actorAgreement(a: ReportView, b: ReportView): number {
  const [one, other] = [perpetratorsOf(a), perpetratorsOf(b)]
  return one.length === 0 || other.length === 0 || one.some(name => other.includes(name)) ? 1 : 0.6
}

const perpetrators = new WeakMap<ReportView, readonly string[]>()

function perpetratorsOf(report: ReportView): readonly string[] {
  const known =
    perpetrators.get(report) ??
    report.revision.actors
      .filter(({ role }) => role === 'perpetrator')
      .map(({ name }) => name.toLowerCase())
  perpetrators.set(report, known)
  return known
}

/** Notices of two states stay two, however near in place and day: their number is what counts. */
function issuerAgreement(a: ReportView, b: ReportView): number {
  if (a.revision.category !== 'advisory') return 1
  const issuers = (r: ReportView) =>
    r.revision.actors.filter(x => x.role === 'issuer').map(x => x.name.trim().toLowerCase())
  const [one, other] = [issuers(a), issuers(b)]
  return one.length === 0 || other.length === 0 || one.some(name => other.includes(name)) ? 1 : 0
}

function isCopy(a: ReportView, b: ReportView): boolean {
  const [one, other] = [a.revision, b.revision]
  return (
    (one.narrativeKey !== null && one.narrativeKey === other.narrativeKey) ||
    one.linkKeys.some(k => other.linkKeys.includes(k))
  )
}
