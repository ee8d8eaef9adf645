// A report as numbers: flags, places and people. Texts are interned.

import { type Place, type ReportRevision, unknownPlace } from '@tocsin/contracts/theatre/report'
import { emptyList, type Names } from './interning.ts'
import { isDate } from './time.ts'
import { flag, isKnownTactic } from './vocabulary.ts'

/** A place as numbers. NaN and -1 mean unknown. */
export interface EncodedPlace {
  readonly lat: number
  readonly lon: number
  readonly km: number
  readonly admin1: number
  readonly country: number
  readonly settlement: number
  /** Its name in lower case. */
  readonly name: number
  /** Settlements that an ambiguous name may mean. */
  readonly candidates: readonly number[]
  readonly flags: number
}

export interface Person {
  /** Keys of all names; empty if no report names the person. */
  readonly keys: readonly number[]
  readonly role: number
  readonly kind: number
}

/** What few reports have. */
export interface ReportDetails {
  readonly places: readonly EncodedPlace[]
  readonly candidates: readonly number[]
  /** Keys of the text and of links: reports with a common key are copies. */
  readonly links: readonly number[]
  /** States that advise to leave. */
  readonly issuers: readonly number[]
  /** Tactics outside the vocabulary. */
  readonly otherTactics: readonly number[]
  readonly people: readonly Person[]
}

/** The places of a report that do not contradict their country, and its name without any. */
export function listPlaces(report: ReportRevision): readonly Place[] {
  const { place, alsoAt } = report
  if (alsoAt.length === 0 && place.contradiction !== 'country') return [place]
  const places = [place, ...alsoAt].filter(each => each.contradiction !== 'country')
  return places.length > 0 ? places : [{ ...unknownPlace, name: place.name }]
}

export function encodeReportFlags(
  report: ReportRevision,
  place: Place,
  isArchive: boolean
): number {
  const { occurred, drill, lane } = report
  let flags = encodePlaceFlags(place)
  if (drill) flags |= flag.drill
  if (!isDate(occurred.from) && !isDate(occurred.to)) flags |= flag.exactTime
  if (lane === 'backfill' || isArchive) flags |= flag.archived
  return flags
}

function encodePlaceFlags(place: Place): number {
  let flags = 0
  if (place.precision === 'assumed') flags |= flag.assumedPlace
  if (place.seat !== undefined) flags |= flag.seat
  if (place.seat === 'admin1') flags |= flag.areaSeat
  if (place.seat === 'country') flags |= flag.capital
  if (place.contradiction !== undefined) return flags
  if (place.statedAdmin1 !== null) flags |= flag.statedArea
  if (
    place.admin1 !== null &&
    place.resolution !== 'unresolved' &&
    place.candidates.every(({ admin1 }) => admin1 === place.admin1)
  )
    flags |= flag.areaInside
  return flags
}

export function encodePlace(place: Place, names: Names): EncodedPlace {
  return {
    lat: place.lat ?? Number.NaN,
    lon: place.lon ?? Number.NaN,
    km: place.radiusKm ?? Number.NaN,
    admin1: names.intern(place.admin1),
    country: names.intern(place.country),
    settlement: names.intern(place.settlement),
    name: names.intern(place.name?.toLowerCase()),
    candidates: encodeCandidates(place, names),
    flags: encodePlaceFlags(place)
  }
}

function encodeCandidates({ candidates }: Place, names: Names): readonly number[] {
  if (candidates.length === 0) return emptyList
  return candidates.map(({ settlement }) => names.intern(settlement))
}

/** Undefined for a report without any. */
export function encodeDetails(
  report: ReportRevision,
  places: readonly Place[],
  names: Names
): ReportDetails | undefined {
  const { category, tactics, persons, unnamed, narrativeKey, linkKeys } = report
  const isPlain =
    places.length === 1 &&
    places[0]!.candidates.length === 0 &&
    linkKeys.length === 0 &&
    narrativeKey === null &&
    persons.length === 0 &&
    unnamed === undefined &&
    category !== 'advisory' &&
    !tactics.includes('ordered-departure') &&
    tactics.every(isKnownTactic)
  if (isPlain) return undefined
  const links = linkKeys.map(key => names.intern(`l:${key}`))
  if (narrativeKey !== null) links.push(names.intern(`n:${narrativeKey}`))
  const otherTactics = tactics.filter(tactic => !isKnownTactic(tactic))
  return {
    places: places.slice(1).map(place => encodePlace(place, names)),
    candidates: encodeCandidates(places[0]!, names),
    links,
    issuers: encodeIssuers(report, names),
    otherTactics: otherTactics.map(tactic => names.intern(tactic)),
    people: encodePeople(report, names)
  }
}

function encodePeople(report: ReportRevision, names: Names): readonly Person[] {
  const named = report.persons.map(({ key, aliasKeys, role, kind }) => ({
    keys: [...new Set([key, ...aliasKeys])].map(each => names.intern(each)),
    role: names.intern(role),
    kind: names.intern(kind)
  }))
  const others = (report.unnamed ?? []).map(({ role, kind }) => ({
    keys: emptyList,
    role: names.intern(role),
    kind: names.intern(kind)
  }))
  return [...named, ...others]
}

/** Those in the role of issuer; else those without a role. An actor of another role is what it warns of. */
function encodeIssuers(report: ReportRevision, names: Names): readonly number[] {
  const issuers = encodeActors(report, 'issuer', names)
  return issuers.length > 0 ? issuers : encodeActors(report, null, names)
}

/** The actors of a role by the form of their names that is compared, each once. */
export function encodeActors(
  { actors }: ReportRevision,
  role: string | null,
  names: Names
): readonly number[] {
  if (actors.length === 0) return emptyList
  const numbers: number[] = []
  for (const actor of actors) {
    if (actor.role !== role) continue
    const number = names.internName(actor.name)
    if (!numbers.includes(number)) numbers.push(number)
  }
  return numbers
}
