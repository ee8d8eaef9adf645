// A report: what one source says, as a theatre's fold sees it. Texts, links and names of persons are sealed; only keys derived from
// them are in the clear.

import type { Handling } from './handling.ts'

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
export type Category = (typeof categories)[number]

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

/** The categories that patterns call an attack: `attack` to `killing`, without `abduction` and `release`. */
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

/** Admiralty reliability of a source. F = cannot be judged, which is not the worst. */
export type Reliability = 'A' | 'B' | 'C' | 'D' | 'E' | 'F'

/** Admiralty credibility of a report. 6 = cannot be judged, which is not the worst. */
export type Credibility = 1 | 2 | 3 | 4 | 5 | 6

/** Numbers of deaths; null is unknown, which is not zero. */
export interface Fatalities {
  readonly low: number | null
  readonly best: number | null
  readonly high: number | null
}

/** One of the places that a name may mean. */
export interface PlaceCandidate {
  readonly settlement: string
  readonly name: string
  readonly country: string
  readonly admin1: string | null
  readonly lat: number
  readonly lon: number
}

/**
 * A place as intake resolved it. The fold never asks a gazetteer: everything that it may need stands here.
 * `admin1` is the one that counts: the stated one where the source states one, else the found one; both are kept. A stated code that has been
 * retired counts as the area that follows it there, so that one place is never in two; null where that can't be told.
 */
export interface Place {
  readonly name: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** ISO 3166-2. */
  readonly admin1: string | null
  readonly statedAdmin1: string | null
  readonly foundAdmin1: string | null
  /** Degrees, WGS 84. Null only when `resolution` is `unresolved`. For an ambiguous name: the middle of the candidates. */
  readonly lat: number | null
  readonly lon: number | null
  /** Precision, km. For an ambiguous name it covers all candidates. Null only where there are no coordinates. */
  readonly radiusKm: number | null
  /** Stable id of the settlement (`ML-4/diosso`), null where none is known or the name is ambiguous. */
  readonly settlement: string | null
  readonly settlementName: string | null
  /** Where the coordinates come from. `ambiguous`: `candidates` holds all that the name may mean. */
  readonly resolution: 'stated' | 'gazetteer' | 'ambiguous' | 'unresolved'
  readonly candidates: readonly PlaceCandidate[]
  /**
   * `assumed`: nobody says how precise the coordinates are, and `radiusKm` is what their decimals allow. What rests on them is at most likely. Left out
   * where the precision was stated, or is that of a settlement or an area. Source: core-idea.md#uncertainty-is-kept.
   */
  readonly precision?: 'assumed'
  /**
   * `country`: the coordinates lie far outside of the stated country. They stand as they were stated, with `admin1` and `settlement` null, and start nothing
   * by place. `admin1`: they lie in it, and far outside of the stated area: that still counts, and is not certain. Left out where nothing contradicts.
   */
  readonly contradiction?: 'country' | 'admin1'
  /** First-level areas that touch `admin1`, in order. Left out where none are known. */
  readonly neighbours?: readonly string[]
  /** What the settlement is the seat of. Left out where it is of none, or not known. */
  readonly seat?: Seat
}

/** A place of which nothing is known: what is known of one is said over it. */
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

/** The greatest that a settlement is the seat of: its country (the capital), its first- or its second-level area. */
export type Seat = 'country' | 'admin1' | 'admin2'

export interface PersonKey {
  /** HMAC of the normalised name: the same person has the same key in every report of this suite. */
  readonly key: string
  readonly role: string | null
  readonly kind: string | null
  /** The same HMAC of each further name that the report gives for this person. */
  readonly aliasKeys: readonly string[]
}

/** A person of whom a report gives a role or a kind, and no name. */
export interface UnnamedPerson {
  readonly role: string | null
  readonly kind: string | null
}

export interface Actor {
  readonly name: string
  readonly role: string | null
}

export interface Target {
  readonly kind: string
}

/** Sealed texts. Opened with the data key of `keyId` from the keys log; unreadable once that key is erased. */
export interface SealedPrivate {
  readonly algorithm: 'A256GCM'
  readonly keyId: string
  /** Base64. */
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** One revision of one report, as it stands in the incidents log. */
export interface ReportRevision {
  readonly reportId: string
  /** Digest of what the reporter sent; ties between equal `reportedAt` go to the greater. */
  readonly contentHash: string
  readonly sourceId: string
  readonly externalId: string | null
  /** ISO 8601, UTC, ms. Stated, else the time of acceptance. */
  readonly reportedAt: string
  /** An interval. Dates (`2025-06-01`) mean the whole day; instants are exact. */
  readonly occurred: { readonly from: string; readonly to: string }
  readonly category: Category
  readonly tactics: readonly string[]
  readonly place: Place
  readonly alsoAt: readonly Place[]
  readonly actors: readonly Actor[]
  readonly targets: readonly Target[]
  readonly fatalities: Fatalities
  readonly credibility: Credibility
  readonly handling: Handling
  readonly persons: readonly PersonKey[]
  /** Persons whom the report does not name. Left out where there are none. */
  readonly unnamed?: readonly UnnamedPerson[]
  readonly narrativeKey: string | null
  readonly linkKeys: readonly string[]
  readonly private: SealedPrivate | null
  readonly drill: boolean
  /** Where its place lies now. A theatre whose id differs counts the report as absent. */
  readonly theatre: string
  /** `backfill`: old news from a file, which pages nobody. */
  readonly lane: Lane
}

export const lanes = ['live', 'backfill'] as const
export type Lane = (typeof lanes)[number]
