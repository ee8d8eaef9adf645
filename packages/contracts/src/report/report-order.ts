// Reports with their members in canonical order: the posted body and the recorded revision. Written
// out by hand, because sorting some fifty names per report took longer than all other work on its
// text, and an order that is made from the format at load half as long again (decision 0014).

import type { Place, PlaceCandidate, ReportRevision } from '../theatre/report.ts'
import type { PostedLocation } from './posted-location.ts'
import type { PostedReport } from './posted-report.ts'

/** Every member of T with any value type: the compiler refuses a missing or an unknown one. */
type EachOf<T> = { readonly [K in keyof T]-?: unknown }

/** A body in the shape of a report, members in canonical order. Pure. */
export function orderPosted(body: PostedReport): EachOf<PostedReport> {
  const { fatalities, occurred } = body
  return {
    actors: body.actors?.map(({ name, role }) => ({ name, role })),
    alsoAt: body.alsoAt?.map(orderLocation),
    category: body.category,
    credibility: body.credibility,
    drill: body.drill,
    externalId: body.externalId,
    fatalities: fatalities && { best: fatalities.best, high: fatalities.high, low: fatalities.low },
    handling: body.handling,
    location: orderLocation(body.location),
    occurred: { from: occurred.from, to: occurred.to },
    private: orderPrivate(body.private),
    reportedAt: body.reportedAt,
    source: body.source,
    tactics: body.tactics,
    targets: body.targets
  } satisfies EachOf<PostedReport>
}

function orderLocation({
  admin1,
  country,
  lat,
  lon,
  name,
  radiusKm
}: PostedLocation): EachOf<PostedLocation> {
  return { admin1, country, lat, lon, name, radiusKm } satisfies EachOf<PostedLocation>
}

function orderPrivate(texts: PostedReport['private']) {
  if (texts === undefined) return undefined
  const { links, narrative, persons } = texts
  const personsInOrder = persons?.map(({ aliases, kind, name, role }) => ({
    aliases,
    kind,
    name,
    role
  }))
  return { links, narrative, persons: personsInOrder } satisfies EachOf<typeof texts>
}

/**
 * A revision made here, members in canonical order. A stored one may have members that this version
 * does not know. Pure; TypeError for a number that is not finite.
 */
export function orderRevision(revision: ReportRevision): EachOf<ReportRevision> {
  const { fatalities, occurred } = revision
  return {
    actors: revision.actors.map(({ name, role }) => ({ name, role })),
    alsoAt: revision.alsoAt.map(orderPlace),
    category: revision.category,
    contentHash: revision.contentHash,
    credibility: revision.credibility,
    drill: revision.drill,
    externalId: revision.externalId,
    fatalities: { best: fatalities.best, high: fatalities.high, low: fatalities.low },
    handling: revision.handling,
    lane: revision.lane,
    linkKeys: revision.linkKeys,
    narrativeKey: revision.narrativeKey,
    occurred: { from: occurred.from, to: occurred.to },
    persons: revision.persons.map(({ aliasKeys, key, kind, role }) => ({
      aliasKeys,
      key,
      kind,
      role
    })),
    place: orderPlace(revision.place),
    private: orderSealed(revision.private),
    reportId: revision.reportId,
    reportedAt: revision.reportedAt,
    sourceId: revision.sourceId,
    tactics: revision.tactics,
    targets: revision.targets,
    theatre: revision.theatre,
    unnamed: revision.unnamed?.map(({ kind, role }) => ({ kind, role }))
  } satisfies EachOf<ReportRevision>
}

function orderPlace(place: Place): EachOf<Place> {
  return {
    admin1: place.admin1,
    candidates:
      place.candidates.length === 0 ? place.candidates : place.candidates.map(orderCandidate),
    claimants: place.claimants,
    contradiction: place.contradiction,
    country: place.country,
    foundAdmin1: place.foundAdmin1,
    lat: withEnd(place.lat),
    lon: withEnd(place.lon),
    name: place.name,
    near: place.near && { km: place.near.km, name: place.near.name, wind: place.near.wind },
    neighbours: place.neighbours,
    precision: place.precision,
    radiusKm: withEnd(place.radiusKm),
    resolution: place.resolution,
    seat: place.seat,
    settlement: place.settlement,
    settlementName: place.settlementName,
    statedAdmin1: place.statedAdmin1
  } satisfies EachOf<Place>
}

function orderCandidate({
  admin1,
  country,
  lat,
  lon,
  name,
  settlement
}: PlaceCandidate): EachOf<PlaceCandidate> {
  return {
    admin1,
    country,
    lat: withEnd(lat),
    lon: withEnd(lon),
    name,
    settlement
  } satisfies EachOf<PlaceCandidate>
}

function orderSealed(sealed: ReportRevision['private']) {
  if (sealed === null) return null
  const { algorithm, ciphertext, iv, keyId, tag } = sealed
  return { algorithm, ciphertext, iv, keyId, tag } satisfies EachOf<typeof sealed>
}

/** Computed numbers must be finite: JSON would write null for any other. */
function withEnd(value: number | null): number | null {
  if (value !== null && !Number.isFinite(value))
    throw new TypeError('not a JSON value: a number that is not finite')
  return value
}
