// What reports have in common is kept once: a theatre knows few places, actors and days, and each
// report comes with copies of its own. Nothing that is read differs by it.

import type { Actor, Fatalities, Place, PlaceCandidate, ReportRevision, Target } from './report.ts'

/** Values that are kept for a key, the last ones. */
const alikeMax = 4
/**
 * Keys that are kept. What was given out before they are dropped stays shared among those who have
 * it.
 */
const keysMax = 4096

type AreSame<T> = (a: T, b: T) => boolean

/**
 * Plain data kept once for each value: of what is the same, the first is given. It holds no more
 * than a bounded number.
 */
export class SharedValues<T extends object> {
  readonly #byKey = new Map<string, T[]>()
  readonly #keyOf: (value: T) => string
  readonly #areSame: AreSame<T>

  /** `keyOf`: a text that equal values have in common, and few others. */
  constructor(keyOf: (value: T) => string, areSame: AreSame<T>) {
    this.#keyOf = keyOf
    this.#areSame = areSame
  }

  /** The value itself, or an earlier one that is the same. */
  of(value: T): T {
    const key = this.#keyOf(value)
    const known = this.#byKey.get(key)
    if (known === undefined) {
      if (this.#byKey.size === keysMax) this.#byKey.clear()
      this.#byKey.set(key, [value])
      return value
    }
    for (let i = 0; i < known.length; i++)
      if (this.#areSame(known[i] as T, value)) return known[i] as T
    this.#byKey.set(key, known.length < alikeMax ? [...known, value] : [...known.slice(1), value])
    return value
  }
}

/** A list kept once for each value; empty lists are one. */
export class SharedLists<T> {
  readonly #values: SharedValues<readonly T[]>

  /** `keyOf`: a text that equal first items have in common, and few others. */
  constructor(keyOf: (first: T) => string, areSame: AreSame<T>) {
    this.#values = new SharedValues(
      list => keyOf(list[0] as T),
      (a, b) => areLists(a, b, areSame)
    )
  }

  of(list: readonly T[]): readonly T[] {
    return list.length === 0 ? nothing : this.#values.of(list)
  }
}

const nothing: readonly never[] = []

/** Lists of texts. */
export function sharedTexts(): SharedLists<string> {
  return new SharedLists(text => text, isEqual)
}

function areLists<T>(a: readonly T[], b: readonly T[], areSame: AreSame<T>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!areSame(a[i] as T, b[i] as T)) return false
  return true
}

function isEqual<T>(a: T, b: T): boolean {
  return a === b
}

/** Asked of each report: member by member, each by its name. */
function arePlaces(a: Place, b: Place): boolean {
  return (
    a.lat === b.lat &&
    a.lon === b.lon &&
    a.radiusKm === b.radiusKm &&
    a.settlement === b.settlement &&
    a.settlementName === b.settlementName &&
    a.name === b.name &&
    a.country === b.country &&
    a.admin1 === b.admin1 &&
    a.statedAdmin1 === b.statedAdmin1 &&
    a.foundAdmin1 === b.foundAdmin1 &&
    a.resolution === b.resolution &&
    a.precision === b.precision &&
    a.contradiction === b.contradiction &&
    a.seat === b.seat &&
    areLists(a.candidates, b.candidates, areCandidates) &&
    (a.neighbours === undefined) === (b.neighbours === undefined) &&
    areLists(a.neighbours ?? nothing, b.neighbours ?? nothing, isEqual) &&
    areLists(a.claimants ?? nothing, b.claimants ?? nothing, isEqual)
  )
}

function areCandidates(a: PlaceCandidate, b: PlaceCandidate): boolean {
  return (
    a.settlement === b.settlement &&
    a.name === b.name &&
    a.country === b.country &&
    a.admin1 === b.admin1 &&
    a.lat === b.lat &&
    a.lon === b.lon
  )
}

function keyOfPlace({ settlement, name }: Place): string {
  return settlement ?? name ?? ''
}

type Days = ReportRevision['occurred']

/** Revisions with their parts shared among the reports of one theatre. */
export class SharedParts {
  readonly #words = new Map<string, string>()
  readonly #days = new SharedValues<Days>(
    ({ from }) => from,
    (a, b) => a.from === b.from && a.to === b.to
  )
  readonly #places = new SharedValues<Place>(keyOfPlace, arePlaces)
  readonly #further = new SharedLists<Place>(keyOfPlace, arePlaces)
  readonly #actors = new SharedLists<Actor>(
    ({ name }) => name,
    (a, b) => a.name === b.name && a.role === b.role
  )
  readonly #targets = new SharedLists<Target>(
    ({ kind }) => kind,
    (a, b) => a.kind === b.kind
  )
  readonly #tolls = new SharedValues<Fatalities>(
    ({ best }) => String(best),
    (a, b) => a.low === b.low && a.best === b.best && a.high === b.high
  )
  readonly #texts = sharedTexts()

  /** An equal revision. Sealed texts are left out: the fold has no use for them. */
  of(revision: ReportRevision): ReportRevision {
    const { low, best, high } = revision.fatalities
    return {
      ...revision,
      sourceId: this.#word(revision.sourceId),
      occurred: this.#days.of(revision.occurred),
      category: this.#word(revision.category),
      tactics: this.#texts.of(revision.tactics),
      place: this.#places.of(revision.place),
      alsoAt: this.#further.of(revision.alsoAt),
      actors: this.#actors.of(revision.actors),
      targets: this.#targets.of(revision.targets),
      fatalities: this.#tolls.of({ low, best, high }),
      persons: revision.persons.length === 0 ? nothing : revision.persons,
      linkKeys: this.#texts.of(revision.linkKeys),
      private: null,
      theatre: this.#word(revision.theatre)
    }
  }

  #word<T extends string>(word: T): T {
    const known = this.#words.get(word)
    if (known !== undefined) return known as T
    if (this.#words.size === keysMax) this.#words.clear()
    this.#words.set(word, word)
    return word
  }
}
