// The answer to a write, from the fold of the incidents log: what became of the report, and of its
// places how each was resolved, its candidates, and what is wrong with it. Pure.

import type { Principal } from '@tocsin/auth/access/principal'
import type { Place, ReportRevision } from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { KnownReport, Place as RecordPlace } from '@tocsin/read-model/reports/known-report'
import { isVisible, revisionsSeen } from './visible-reports.ts'

export interface Answer {
  readonly reportId: string
  /** Number of revisions of the report that the key may see, this one included. */
  readonly revision: number
  /** The theatre of the winning revision. */
  readonly theatre: string
  /** No record was written: the log has all of it already. */
  readonly duplicate: boolean
  /** Its records in the incidents log, by partition. */
  readonly places: readonly RecordPosition[]
  /** The resolved place; null for a withdrawal. */
  readonly understood: Understood | null
  /**
   * Present if what was sent is stored but does not count, because another revision of the report
   * wins; not if the key may not see that one.
   */
  readonly superseded?: {
    /** The report time of the revision that counts. */
    readonly reportedAt: string
    /** What this means, and what to do. */
    readonly hint: string
  }
}

interface Written {
  /** The revision that was sent; null for a withdrawal. */
  readonly sent: (Understood & Pick<ReportRevision, 'contentHash'>) | null
  /** Its new records; null: nothing was written. */
  readonly places: readonly RecordPosition[] | null
}

/** The answer to a key that sent what a report now holds. */
export function makeAnswer(
  known: KnownReport,
  principal: Principal,
  { sent, places }: Written
): Answer {
  const { reportId, revisions, winner, standings } = known
  const answer = {
    reportId,
    revision: revisionsSeen(principal, revisions),
    theatre: winner?.theatre ?? '',
    duplicate: places === null,
    places: places ?? standings.map(readPosition),
    understood: sent && { place: sent.place, alsoAt: sent.alsoAt }
  }
  if (sent === null || !isVisible(known, principal)) return answer
  const { reportedAt, contentHash } = known.winner
  if (contentHash === sent.contentHash) return answer
  const hint = `this revision does not count: the one that was reported at ${reportedAt} does: the latest report time wins, and of equal ones the greater content hash. If this one is right, send it with PUT /v1/reports/${reportId}, or without a reportedAt: then it counts.`
  return { ...answer, superseded: { reportedAt, hint } }
}

/** As it is sent; its positions are in a cursor. */
export function describeAnswer({ places: _, understood, ...answer }: Answer): object {
  return { ...answer, ...(understood && describePlaces(understood, answer.theatre)) }
}

/** The position at a place. */
export function readPosition({ partition, position }: RecordPlace): RecordPosition {
  return { partition, position: BigInt(position) }
}

/** Most candidates in an answer; a name may match some hundred settlements. */
const candidatesMax = 20

/** How a place was resolved. `contradicting`: the coordinates are far outside of its country. */
type Resolution = Place['resolution'] | 'contradicting'

/** Places that cannot trigger a rule, or only through what all their candidates share. */
export type VaguePlace = (typeof vaguePlaces)[number]
export const vaguePlaces = [
  'contradicting',
  'unresolved',
  'ambiguous'
] as const satisfies readonly Resolution[]

export type Understood = Pick<ReportRevision, 'place' | 'alsoAt'>

/**
 * As it is answered: of the candidates the first few, and how many there are besides; a hint what it
 * means and what to do, unless it is clear.
 */
export function describePlace(place: Place) {
  const { candidates } = place
  const resolution = place.contradiction === 'country' ? 'contradicting' : place.resolution
  const omitted = candidates.length - candidatesMax
  const hint = place.contradiction === 'admin1' ? areaHint(place) : hints[resolution](place)
  return {
    resolution,
    candidates: candidates
      .slice(0, candidatesMax)
      .map(candidate =>
        candidate.admin1 === null ? candidate : { ...candidate, region: areaName(candidate.admin1) }
      ),
    ...(omitted > 0 && { omitted }),
    ...(hint !== null && { hint })
  }
}

/** `theatre`: where the report counts. One that no rules see is answered with the reason. */
function describePlaces({ place, alsoAt }: Understood, theatre: string): object {
  const described = describePlace(place)
  const hint = [described.hint, describeOutside(place)].filter(each => each !== undefined).join(' ')
  return {
    place: theatre === unassignedTheatre ? { ...described, hint } : described,
    ...(alsoAt.length === 0 ? {} : { alsoAt: alsoAt.map(describePlace) })
  }
}

/** Why a report is in no theatre, and what to do. */
export function describeOutside({ country, claimants = [] }: Place): string {
  const why = 'The report lies in no theatre: it is stored, and no rules see it'
  if (country !== null || claimants.length === 0)
    return `${why} until a theatre that holds its place is declared and the report is sent again.`
  const names = claimants.map(code => `${countryName(code)} (${code})`).join(' and ')
  return `${why}. The land is disputed: ${names} claim it, and no single theatre holds a claimant. State \`country\` to decide.`
}

const hints: Readonly<Record<Resolution, (place: Place) => string | null>> = {
  stated: () => null,
  gazetteer: () => null,
  ambiguous: ({ name }) =>
    `${quoted(name)} may mean any of these, or a place that the gazetteer lacks: the report triggers only what holds for all of them. Correct it with coordinates or an area.`,
  unresolved: ({ name, country }) =>
    `no place named ${quoted(name)} is known in ${findName(country)}: the report triggers nothing by its place. Correct it with coordinates or an area.`,
  contradicting: ({ country, lat, lon }) =>
    `${lat}, ${lon} lies far outside the stated country, ${findName(country)}: both are kept, and the report triggers nothing by its place. Correct whichever is wrong.`
}

/**
 * Place and area may both be right: the stated area counts, and the report triggers no rule for an
 * area.
 */
function areaHint({ statedAdmin1, foundAdmin1, lat, lon }: Place): string {
  const found = foundAdmin1 === null ? '' : ` and in ${areaName(foundAdmin1)} (${foundAdmin1})`
  return `${lat}, ${lon} lies far outside the stated area, ${areaName(statedAdmin1 ?? '')} (${statedAdmin1}),${found}: both are kept, and the report triggers nothing by its area. Correct whichever is wrong.`
}

function quoted(name: string | null): string {
  return JSON.stringify(name ?? '')
}

function findName(country: string | null): string {
  return country === null ? 'the stated country' : countryName(country)
}
