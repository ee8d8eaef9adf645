// Officers' declarations that two reports describe one incident, or do not. They may precede the
// reports. A declaration made without knowledge of the latest one about its reports is ignored, so
// that every reader of the log decides alike.

import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'

type PairDeclared = Extract<TheatreRecord, { readonly type: 'pair.declared' }>['data']

/** Declared pairs of a theatre, at most; further ones are ignored. */
const maxDeclaredPairs = 100_000

export interface DeclaredPairsState {
  readonly pairs: readonly (readonly [a: string, b: string, isSame: boolean])[]
  readonly latest: readonly (readonly [id: string, record: string, ordinal: number])[]
}

export class DeclaredPairs {
  /** By report and other report; both ways. */
  readonly #answers = new Map<string, Map<string, boolean>>()
  #pairCount = 0
  readonly #maxPairs: number
  /** By report: the latest record about it. */
  readonly #latest = new Map<string, { readonly record: string; readonly ordinal: number }>()

  constructor(maxPairs = maxDeclaredPairs) {
    this.#maxPairs = maxPairs
  }

  get isEmpty(): boolean {
    return this.#pairCount === 0
  }

  /** Applies a declaration. False: it is ignored. */
  declare(record: string, data: PairDeclared): boolean {
    const pairs = listPairs(data)
    const latest = this.#findLatest(listDeclaredReports(data))
    if (data.after !== undefined && data.after !== latest.record) return false
    const added = new Set(
      pairs
        .filter(([a, b]) => this.getAnswer(a, b) === undefined)
        .map(pair => [...pair].sort().join(' '))
    ).size
    if (this.#pairCount + added > this.#maxPairs) return false
    this.#pairCount += added
    const ordinal = this.#nextOrdinal++
    for (const [a, b] of pairs) {
      this.#setAnswer(a, b, data.same)
      this.#setAnswer(b, a, data.same)
      for (const id of [a, b]) this.#latest.set(id, { record, ordinal })
    }
    return true
  }

  #nextOrdinal = 1

  /** True: declared the same; false: declared different; undefined: not declared. */
  getAnswer(a: string, b: string): boolean | undefined {
    return this.#answers.get(a)?.get(b)
  }

  /** The other reports of the pairs of a report, with the answers. */
  listAnswers(id: string): ReadonlyMap<string, boolean> {
    return this.#answers.get(id) ?? noAnswers
  }

  exportState(): DeclaredPairsState {
    const pairs = [...this.#answers].flatMap(([a, answers]) =>
      [...answers].filter(([b]) => a < b).map(([b, isSame]) => [a, b, isSame] as const)
    )
    const latest = [...this.#latest].map(
      ([id, { record, ordinal }]) => [id, record, ordinal] as const
    )
    return { pairs, latest }
  }

  /** Restores a state into a new object. */
  restore({ pairs, latest }: DeclaredPairsState): void {
    this.#pairCount = pairs.length
    for (const [a, b, isSame] of pairs) {
      this.#setAnswer(a, b, isSame)
      this.#setAnswer(b, a, isSame)
    }
    for (const [id, record, ordinal] of latest) {
      this.#latest.set(id, { record, ordinal })
      this.#nextOrdinal = Math.max(this.#nextOrdinal, ordinal + 1)
    }
  }

  #setAnswer(id: string, other: string, isSame: boolean): void {
    const answers = this.#answers.get(id)
    if (answers === undefined) this.#answers.set(id, new Map([[other, isSame]]))
    else answers.set(other, isSame)
  }

  #findLatest(ids: readonly string[]): {
    readonly record: string | null
    readonly ordinal: number
  } {
    let latest: { readonly record: string | null; readonly ordinal: number } = none
    for (const id of ids) {
      const known = this.#latest.get(id)
      if (known !== undefined && known.ordinal > latest.ordinal) latest = known
    }
    return latest
  }
}

const none = { record: null, ordinal: 0 }
const noAnswers: ReadonlyMap<string, boolean> = new Map()

function listPairs({ reportIds, also = [] }: PairDeclared): readonly (readonly [string, string])[] {
  return [reportIds, ...also]
}

/** The reports of a declaration, each once. */
export function listDeclaredReports(data: PairDeclared): readonly string[] {
  return [...new Set(listPairs(data).flat())]
}
