// The places of a report in the answer to its reporter: how each was resolved, its candidates, and
// what is wrong with it. Pure.

import type { Place, ReportRevision } from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'

/** Most candidates in an answer; a name may match some hundred settlements. */
const candidatesToldMax = 20

/** How a place was resolved. `contradicting`: the coordinates are far outside of its country. */
type ToldResolution = Place['resolution'] | 'contradicting'

/** Places that cannot trigger a rule, or only through what all their candidates share. */
export type VaguePlace = (typeof vaguePlaces)[number]
export const vaguePlaces = [
  'contradicting',
  'unresolved',
  'ambiguous'
] as const satisfies readonly ToldResolution[]

/** The resolved places of a report. */
export type Understood = Pick<ReportRevision, 'place' | 'alsoAt'>

/**
 * As it is answered: of the candidates the first few, and how many there are besides; a hint what it
 * means and what to do, unless it is clear.
 */
export function toldPlace(place: Place) {
  const { candidates } = place
  const resolution = place.contradiction === 'country' ? 'contradicting' : place.resolution
  const omitted = candidates.length - candidatesToldMax
  const hint = place.contradiction === 'admin1' ? areaHint(place) : hints[resolution](place)
  return {
    resolution,
    candidates: candidates
      .slice(0, candidatesToldMax)
      .map(candidate =>
        candidate.admin1 === null ? candidate : { ...candidate, region: areaName(candidate.admin1) }
      ),
    ...(omitted > 0 ? { omitted } : {}),
    ...(hint === null ? {} : { hint })
  }
}

/**
 * `"place":{…}` of an answer, with `,"alsoAt":[…]` if there are further ones. `theatre`: where the
 * report counts. Most places are clear and need no serialiser.
 */
export function placesText({ place, alsoAt }: Understood, theatre: string): string {
  const others = alsoAt.length === 0 ? '' : `,"alsoAt":[${alsoAt.map(formatText).join()}]`
  return `"place":${theatre === unassignedTheatre ? textOutside(place) : formatText(place)}${others}`
}

/** A report that no rules see is answered with the reason. */
function textOutside(place: Place): string {
  const told = toldPlace(place)
  const before = 'hint' in told ? `${told.hint} ` : ''
  return JSON.stringify({ ...told, hint: `${before}${describeOutside(place)}` })
}

/** Why a report is in no theatre, and what to do. */
export function describeOutside({ country, claimants = [] }: Place): string {
  const why = 'The report lies in no theatre: it is stored, and no rules see it'
  if (country !== null || claimants.length === 0)
    return `${why} until a theatre that holds its place is declared and the report is sent again.`
  const names = claimants.map(code => `${countryName(code)} (${code})`).join(' and ')
  return `${why}. The land is disputed: ${names} claim it, and no single theatre holds a claimant. State \`country\` to decide.`
}

function formatText(place: Place): string {
  const isClear =
    (place.resolution === 'stated' || place.resolution === 'gazetteer') &&
    place.contradiction === undefined
  return isClear
    ? `{"resolution":"${place.resolution}","candidates":[]}`
    : JSON.stringify(toldPlace(place))
}

const hints: Readonly<Record<ToldResolution, (place: Place) => string | null>> = {
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
