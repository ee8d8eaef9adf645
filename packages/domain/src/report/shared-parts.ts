// What reports have in common is kept once: a theatre knows few places, actors and days, and each report comes with copies of its
// own. Nothing that is read differs by it.

import type { Actor, Fatalities, Place, ReportRevision, Target } from './report.ts'

/** Values that are kept for a key, the last ones. */
const alikeMax = 4
/** Keys that are kept. What was given out before they are dropped stays shared among those who have it. */
const keysMax = 4096

/** Plain data kept once for each value: of what is equal, the first is given. It holds no more than a bounded number. */
export class SharedValues<T extends object> {
  readonly #byKey = new Map<string, T[]>()
  readonly #keyOf: (value: T) => string

  /** `keyOf`: a text that equal values have in common, and few others. */
  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  /** The value itself, or one that is equal in every member and their order. */
  of(value: T): T {
    const key = this.#keyOf(value)
    const known = this.#byKey.get(key)
    if (known === undefined) {
      if (this.#byKey.size === keysMax) this.#byKey.clear()
      this.#byKey.set(key, [value])
      return value
    }
    for (let i = 0; i < known.length; i++) if (isAlike(known[i], value)) return known[i] as T
    this.#byKey.set(key, known.length < alikeMax ? [...known, value] : [...known.slice(1), value])
    return value
  }
}

/** A list kept once for each value; empty lists are one. */
export class SharedLists<T> {
  readonly #values: SharedValues<readonly T[]>

  /** `keyOf`: a text that equal first items have in common, and few others. */
  constructor(keyOf: (first: T) => string) {
    this.#values = new SharedValues(list => keyOf(list[0] as T))
  }

  of(list: readonly T[]): readonly T[] {
    return list.length === 0 ? (nothing as readonly T[]) : this.#values.of(list)
  }
}

const nothing: readonly never[] = []

/** Equal plain data, members in the same order. */
function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!isAlike(a[i], b[i])) return false
    return true
  }
  const [names, others] = [Object.keys(a), Object.keys(b)]
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    if (name !== others[i] || !isAlike((a as Members)[name], (b as Members)[name])) return false
  }
  return true
}

type Members = Readonly<Record<string, unknown>>

/** Revisions with their parts shared among the reports of one theatre. */
export class SharedParts {
  readonly #words = new Map<string, string>()
  readonly #days = new SharedValues<ReportRevision['occurred']>(({ from }) => from)
  readonly #places = new SharedValues<Place>(({ settlement, name }) => settlement ?? name ?? '')
  readonly #actors = new SharedLists<Actor>(({ name }) => name)
  readonly #targets = new SharedLists<Target>(({ kind }) => kind)
  readonly #tolls = new SharedValues<Fatalities>(({ best }) => String(best))
  readonly #texts = new SharedLists<string>(text => text)
  readonly #persons = new SharedLists<ReportRevision['persons'][number]>(({ key }) => key)
  readonly #further = new SharedLists<Place>(({ settlement, name }) => settlement ?? name ?? '')

  /** An equal revision. Sealed texts are left out: the fold has no use for them. */
  of(revision: ReportRevision): ReportRevision {
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
      fatalities: this.#tolls.of(revision.fatalities),
      persons: this.#persons.of(revision.persons),
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
