// Officers' declarations that two reports describe the same incident, or do not. They may precede
// the reports. A declaration made without knowledge of the latest one about its reports is ignored,
// so that all readers of the log decide in the same way.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'

export type PairDeclared = Extract<TheatreRecord, { readonly type: 'pair.declared' }>['data']

/** Declared pairs of a theatre, at most; a declaration with more is ignored. */
const maxDeclaredPairs = 100_000

export interface DeclaredPair {
  readonly isSame: boolean
  /** Name of the officer's key. */
  readonly by: string
  readonly record: string
  /** Later declarations have greater ones. */
  readonly ordinal: number
}

/** Each pair once. */
export type DeclaredPairsState = readonly (readonly [a: string, b: string, pair: DeclaredPair])[]

export class DeclaredPairs {
  /** By report and other report; both ways. */
  readonly #pairs = new Map<string, Map<string, DeclaredPair>>()
  readonly #maxPairs: number
  #pairCount = 0
  #lastOrdinal = 0

  constructor(maxPairs = maxDeclaredPairs) {
    this.#maxPairs = maxPairs
  }

  get isEmpty(): boolean {
    return this.#pairCount === 0
  }

  /** False for a declaration that is ignored. */
  accepts(data: PairDeclared): boolean {
    const latest = this.#findLatest(listDeclaredReports(data))
    if (data.after !== undefined && data.after !== latest) return false
    const added = listPairs(data).filter(([a, b]) => this.find(a, b) === undefined)
    return this.#pairCount + added.length <= this.#maxPairs
  }

  apply(record: string, data: PairDeclared): void {
    const pair = { isSame: data.same, by: data.by, record, ordinal: this.#lastOrdinal + 1 }
    for (const [a, b] of listPairs(data)) this.#set(a, b, pair)
  }

  find(a: string, b: string): DeclaredPair | undefined {
    return this.#pairs.get(a)?.get(b)
  }

  /** The pairs of a report, by the other report. */
  listPairs(id: string): ReadonlyMap<string, DeclaredPair> {
    return this.#pairs.get(id) ?? noPairs
  }

  exportState(): DeclaredPairsState {
    return [...this.#pairs].flatMap(([a, pairs]) =>
      [...pairs].filter(([b]) => a < b).map(([b, pair]) => [a, b, pair] as const)
    )
  }

  restore(state: DeclaredPairsState): void {
    for (const [a, b, pair] of state) this.#set(a, b, pair)
  }

  #set(a: string, b: string, pair: DeclaredPair): void {
    if (this.find(a, b) === undefined) this.#pairCount += 1
    this.#lastOrdinal = Math.max(this.#lastOrdinal, pair.ordinal)
    for (const [id, other] of [
      [a, b],
      [b, a]
    ] as const) {
      const pairs = this.#pairs.get(id)
      if (pairs === undefined) this.#pairs.set(id, new Map([[other, pair]]))
      else pairs.set(other, pair)
    }
  }

  /** Id of the latest record about one of the reports; null if there is none. */
  #findLatest(ids: readonly string[]): string | null {
    let latest: DeclaredPair | null = null
    for (const id of ids)
      for (const pair of this.listPairs(id).values())
        if (pair.ordinal > (latest?.ordinal ?? 0)) latest = pair
    return latest?.record ?? null
  }
}

const noPairs: ReadonlyMap<string, DeclaredPair> = new Map()

function listPairs({ reportIds, also = [] }: PairDeclared): readonly (readonly [string, string])[] {
  return [reportIds, ...also]
}

export function listDeclaredReports(data: PairDeclared): readonly string[] {
  return [...new Set(listPairs(data).flat())]
}
