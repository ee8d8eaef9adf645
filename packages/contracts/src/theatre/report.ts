// A report of one source, as a theatre's fold sees it. Texts, links and names of persons are
// sealed; only keys derived from them are in the clear.

import {
  integer,
  listOf,
  number,
  optional,
  orNull,
  record,
  released,
  shared,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import { instantFormat, spanFormat, textOrNull } from '../format/shared-formats.ts'
import { handlingFormat } from './handling.ts'

export const categories = [
  'attack',
  'attack-on-civilians',
  'clash',
  'ambush',
  'explosion',
  'air-strike',
  'shelling',
  'abduction',
  'release',
  'killing',
  'looting',
  'arson',
  'infrastructure-destroyed',
  'blockade',
  'movement-denied',
  'aid-denied',
  'access-restored',
  'territory-seized',
  'imposed-rule',
  'displacement',
  'food-insecurity',
  'school-closure',
  'advisory',
  'appeal',
  'threat',
  'protest',
  'statistic',
  'other'
] as const
export const categoryFormat = shared('category', words(categories))
export type Category = ValueOf<typeof categoryFormat>

/** Tactics that patterns read. Any other is written `other:<word>`. */
export const tactics = [
  'base-overrun',
  'encirclement',
  'aid-denied',
  'movement-denied',
  'fuel-blockade',
  'road-block',
  'convoy',
  'ied',
  'suicide',
  'drone',
  'mass-grave',
  'execution',
  'hostage-video',
  'tax',
  'school-closure',
  'leader-killed',
  'hunger',
  'no-medical-care',
  'mass-displacement',
  'ordered-departure'
] as const

/**
 * The categories that patterns call an attack: `attack` to `killing`, without `abduction` and
 * `release`.
 */
export const attackCategories: ReadonlySet<Category> = new Set<Category>([
  'attack',
  'attack-on-civilians',
  'clash',
  'ambush',
  'explosion',
  'air-strike',
  'shelling',
  'killing'
])

/**
 * Acts of violence: attacks, and what is done to people and their goods. Each happens once, and
 * does not last for days.
 */
export const violentCategories: ReadonlySet<Category> = new Set<Category>([
  ...attackCategories,
  'abduction',
  'looting',
  'arson'
])

/** Admiralty reliability of a source. F = cannot be judged, which is not the worst. */
export const reliabilities = ['A', 'B', 'C', 'D', 'E', 'F'] as const
export type Reliability = (typeof reliabilities)[number]

/** Admiralty credibility of a report. 6 = cannot be judged, which is not the worst. */
export type Credibility = 1 | 2 | 3 | 4 | 5 | 6

const deaths = orNull(integer({ minimum: 0 }))
export const fatalitiesFormat = shared(
  'fatalities',
  record(
    { low: deaths, best: deaths, high: deaths },
    'Numbers of deaths; null is unknown, which is not zero.'
  )
)

const latitude = number('Degrees, WGS 84.', { minimum: -90, maximum: 90 })
const longitude = number('Degrees, WGS 84.', { minimum: -180, maximum: 180 })

export const placeCandidateFormat = shared(
  'placeCandidate',
  record(
    {
      settlement: text(),
      name: text(),
      country: text(),
      admin1: textOrNull,
      lat: latitude,
      lon: longitude
    },
    'One of the places that a name may mean.'
  )
)
export type PlaceCandidate = ValueOf<typeof placeCandidateFormat>

/**
 * The greatest unit that a settlement is the seat of: its country (the capital), its first- or its
 * second-level area.
 */
export const seats = ['country', 'admin1', 'admin2'] as const
export type Seat = (typeof seats)[number]

const winds = [
  'north',
  'north-east',
  'east',
  'south-east',
  'south',
  'south-west',
  'west',
  'north-west'
] as const
export type Wind = (typeof winds)[number]

/** The wind nearest to a bearing from 0 to 360 degrees, clockwise from north. Pure. */
export function findWind(degrees: number): Wind {
  return winds[Math.round(degrees / 45) % winds.length] as Wind
}

const nearFormat = record(
  {
    name: text(),
    km: integer({ minimum: 0 }),
    wind: words(winds, 'From the settlement to the place.')
  },
  'The nearest known settlement to a place without a name, at most 100 km away.'
)
export type Near = ValueOf<typeof nearFormat>

/**
 * A place as intake resolved it, with all that the fold needs: it never asks a gazetteer. `admin1`
 * is the effective area: the stated one if there is one, else the found one; both are stored. A
 * retired code counts as the area that succeeded it, so that one place is never in two areas; null
 * if that is undecidable.
 */
export const placeFormat = shared(
  'place',
  record({
    name: textOrNull,
    country: orNull(text('ISO 3166-1 alpha-2.')),
    admin1: orNull(text('ISO 3166-2. The effective one.')),
    statedAdmin1: textOrNull,
    foundAdmin1: textOrNull,
    /**
     * Null only when `resolution` is `unresolved`. For an ambiguous name: the centre of the
     * candidates.
     */
    lat: orNull(latitude),
    lon: orNull(longitude),
    radiusKm: orNull(
      number(
        'Precision, km. For an ambiguous name it covers all candidates. Null only without coordinates.',
        { minimum: 0 }
      )
    ),
    settlement: orNull(
      text('Stable id of the settlement (`ML-4/diosso`); null if unknown or ambiguous.')
    ),
    settlementName: textOrNull,
    resolution: words(
      ['stated', 'gazetteer', 'ambiguous', 'unresolved'],
      'Origin of the coordinates. `ambiguous`: `candidates` holds all that the name may mean.'
    ),
    candidates: listOf(placeCandidateFormat),
    /** Source: core-idea.md#uncertainty-is-kept. */
    precision: optional(
      words(
        ['assumed'],
        '`assumed`: not stated; `radiusKm` follows from the decimals of the coordinates, and evidence is `likely` at most.'
      )
    ),
    contradiction: optional(
      words(
        ['country', 'admin1'],
        '`country`: the coordinates are far outside the stated country: the place is kept and triggers nothing. `admin1`: far outside the stated area, which counts but is not certain.'
      )
    ),
    neighbours: optional(
      listOf(text(), 'ISO 3166-2 codes of the areas that touch `admin1`.', { uniqueItems: true })
    ),
    claimants: optional(
      listOf(
        text(),
        'ISO 3166-1 codes of the states that claim the land; `country` is then null.',
        { uniqueItems: true }
      )
    ),
    seat: optional(words(seats, 'The greatest unit that the settlement is the seat of.')),
    near: optional(nearFormat)
  })
)
export type Place = ValueOf<typeof placeFormat>

/** A place without any known members, to be overridden by known ones. */
export const unknownPlace: Place = {
  name: null,
  country: null,
  admin1: null,
  statedAdmin1: null,
  foundAdmin1: null,
  lat: null,
  lon: null,
  radiusKm: null,
  settlement: null,
  settlementName: null,
  resolution: 'unresolved',
  candidates: []
}

const unnamedMembers = { role: textOrNull, kind: textOrNull }

const unnamedPersonFormat = record(
  unnamedMembers,
  'A person whose role or kind a report gives, without a name.'
)
export type UnnamedPerson = ValueOf<typeof unnamedPersonFormat>

const personKeyFormat = record({
  ...unnamedMembers,
  key: text(
    'HMAC of the normalised name: the same person has the same key in every report of this suite.'
  ),
  aliasKeys: listOf(
    text(),
    'The same HMAC of each further name that the report gives for this person.'
  )
})
export type PersonKey = ValueOf<typeof personKeyFormat>

const actorFormat = record({ name: text(), role: textOrNull })
export type Actor = ValueOf<typeof actorFormat>

const targetFormat = record({ kind: text() })

const sealedPrivateFormat = record(
  {
    algorithm: words(['A256GCM']),
    keyId: text(),
    iv: text('Base64.'),
    ciphertext: text('Base64.'),
    tag: text('Base64.')
  },
  'Sealed texts. Opened with the data key of `keyId` from the keys log; unreadable once that key is erased.'
)
export type SealedPrivate = ValueOf<typeof sealedPrivateFormat>

export const laneFormat = shared(
  'lane',
  words(['live', 'backfill'], '`backfill`: old news from a file, which pages nobody.')
)
export type Lane = ValueOf<typeof laneFormat>

/** One revision of a report, as stored in the incidents log. */
export const reportRevisionFormat = released(
  'report.received.v1',
  'Report revision',
  'One revision of one report, as the rules see it.',
  {
    reportId: text(),
    contentHash: text(
      'Digest of what the reporter sent; ties between equal `reportedAt` go to the greater.'
    ),
    sourceId: text(),
    externalId: textOrNull,
    /** Stated, else the time of acceptance. */
    reportedAt: instantFormat,
    occurred: spanFormat,
    category: categoryFormat,
    tactics: listOf(text()),
    place: placeFormat,
    alsoAt: listOf(placeFormat),
    actors: listOf(actorFormat),
    targets: listOf(targetFormat),
    fatalities: fatalitiesFormat,
    credibility: integer<Credibility>({ minimum: 1, maximum: 6 }),
    handling: handlingFormat,
    persons: listOf(personKeyFormat),
    unnamed: optional(
      listOf(
        unnamedPersonFormat,
        'Persons whom the report does not name. Left out if there are none.'
      )
    ),
    narrativeKey: textOrNull,
    linkKeys: listOf(text()),
    private: orNull(sealedPrivateFormat),
    drill: truth(),
    theatre: text('The theatre of its place now.'),
    lane: laneFormat
  }
)
export type ReportRevision = ValueOf<typeof reportRevisionFormat>
