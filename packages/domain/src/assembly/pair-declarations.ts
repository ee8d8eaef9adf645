// What officers said of pairs of reports, in the order of the log. Who speaks without knowing the latest word about a report comes too late: the one
// writer of incidents and everyone who reads the log decide that alike, for it follows from these records alone.

import { type Asker, askerOf, type PairDeclared } from '../record/theatre-record.ts'
import { type DeclaredPairs, pairKey } from './declared-partners.ts'

/** Pairs of which something is said in one theatre; beyond that no further ones are taken. */
export const declaredPairsMax = 100_000

/** Who said something, and when. */
export interface Declaration extends Asker {
  /** Of its record. */
  readonly id: string
  /** ISO 8601. */
  readonly at: string
}

export type DeclarationOutcome =
  | { readonly kind: 'counts' }
  /** Another word about the same reports came first. */
  | { readonly kind: 'late'; readonly first: Declaration | null }
  /** The theatre has no room for more pairs. */
  | { readonly kind: 'full' }

export interface DeclarationsSnapshot {
  readonly declared: readonly (readonly [string, boolean])[]
  /** Who said it, pair by pair. Snapshots of before officers could say so have none. */
  readonly declaredBy?: readonly (Declaration | null)[]
}

interface Word {
  readonly declaration: Declaration | null
  /** Later words have greater ones. */
  readonly ordinal: number
}

export class PairDeclarations {
  readonly #pairs = new Map<string, boolean>()
  readonly #words = new Map<string, Word>()
  /** The latest word about each report. */
  readonly #latest = new Map<string, Word>()
  #ordinal = 0

  /** What stands of each pair; true = the same incident. Grows as declarations are taken. */
  get pairs(): DeclaredPairs {
    return this.#pairs
  }

  /** Takes the next declaration of the log, and says whether it counts. */
  take(id: string, at: string, data: PairDeclared): DeclarationOutcome {
    const reports = reportsOf(data)
    const latest = this.latestOf(reports)
    if (data.after !== undefined && data.after !== (latest?.id ?? null)) return { kind: 'late', first: latest }
    const keys = pairsOf(data).map(pair => pairKey(...pair))
    const added = keys.filter(key => !this.#pairs.has(key)).length
    if (this.#pairs.size + added > declaredPairsMax) return { kind: 'full' }
    const word = { declaration: { id, ...askerOf(data), at }, ordinal: ++this.#ordinal }
    for (const key of keys) this.#set(key, data.same, word)
    return { kind: 'counts' }
  }

  /** Who said what stands of a pair, and what; undefined where nothing does. */
  standing(a: string, b: string): { readonly same: boolean; readonly declaration: Declaration | null } | undefined {
    const key = pairKey(a, b)
    const same = this.#pairs.get(key)
    return same === undefined ? undefined : { same, declaration: this.#words.get(key)?.declaration ?? null }
  }

  /** The latest word about any of these reports; null where there is none. */
  latestOf(reportIds: Iterable<string>): Declaration | null {
    let latest: Word | null = null
    for (const id of reportIds) {
      const word = this.#latest.get(id)
      if (word && word.ordinal > (latest?.ordinal ?? 0)) latest = word
    }
    return latest?.declaration ?? null
  }

  snapshot(): DeclarationsSnapshot {
    return {
      declared: [...this.#pairs],
      declaredBy: [...this.#pairs.keys()].map(key => this.#words.get(key)?.declaration ?? null)
    }
  }

  /** Puts back what a snapshot held. Pairs stand there in the order of their words, those of one word together. */
  restore({ declared, declaredBy = [] }: DeclarationsSnapshot): void {
    let before: Word | null = null
    for (const [i, [key, same]] of declared.entries()) {
      const declaration = declaredBy[i] ?? null
      const isSameWord: boolean = before !== null && declaration !== null && before.declaration?.id === declaration.id
      const word: Word = isSameWord ? (before as Word) : { declaration, ordinal: ++this.#ordinal }
      this.#set(key, same, word)
      before = word
    }
  }

  #set(key: string, same: boolean, word: Word): void {
    // Behind all others: the order of pairs is that of their words.
    this.#pairs.delete(key)
    this.#pairs.set(key, same)
    this.#words.set(key, word)
    for (const id of key.split('|')) this.#latest.set(id, word)
  }
}

/** Every pair of which a declaration speaks. */
export function pairsOf({ reportIds, also = [] }: PairDeclared): readonly (readonly [string, string])[] {
  return [reportIds, ...also]
}

/** Every report of which a declaration speaks, once. */
export function reportsOf(data: PairDeclared): readonly string[] {
  return [...new Set(pairsOf(data).flat())]
}
