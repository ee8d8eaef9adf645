// Officers' declarations about pairs of reports, in the order of the log. A declaration made
// without knowing the latest one is late and ignored. It follows from these records alone, so that
// every reader of the log gets the same decision.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import {
  type Asker,
  type PairDeclared,
  readAsker,
  readTalk
} from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'

/** Maximum number of declared pairs per theatre; further ones are refused. */
export const declaredPairsMax = 100_000

/** The author and time of a declaration. */
export interface Declaration extends Asker {
  /** Id of the record. */
  readonly id: string
  /** Who may read its author; left out if it was not stated. */
  readonly handling?: Handling
  /** ISO 8601. */
  readonly at: string
}

export type DeclarationOutcome =
  | { readonly kind: 'counts' }
  /** Another declaration for the same reports came first. */
  | { readonly kind: 'late'; readonly first: Declaration | null }
  /** The theatre's maximum of pairs is reached. */
  | { readonly kind: 'full' }

export interface DeclarationsSnapshot {
  readonly declared: readonly (readonly [string, boolean])[]
  /** The author of each pair's declaration. Older snapshots lack it. */
  readonly declaredBy?: readonly (Declaration | null)[]
  /**
   * Pairs that another key declared since they were declared first, with the id of the first key.
   * Left out if there are none.
   */
  readonly broughtBy?: readonly (readonly [pair: string, keyId: string | null])[]
}

interface OrderedDeclaration {
  readonly declaration: Declaration | null
  /** Later declarations have greater ones. */
  readonly ordinal: number
}

export class PairDeclarations {
  readonly #pairs = new Map<string, boolean>()
  readonly #declarations = new Map<string, OrderedDeclaration>()
  /** The latest declaration for each report. */
  readonly #latest = new Map<string, OrderedDeclaration>()
  /**
   * The id of the key that declared a pair first: a later correction by another key costs that key
   * no room, and returns none to the first.
   */
  readonly #broughtBy = new Map<string, string>()
  /** By the id of a key, how many pairs it brought. */
  readonly #heldBy = new Map<string, number>()
  #ordinal = 0

  /**
   * The current value of each pair; true = the same incident. Grows as declarations are applied.
   */
  get pairs(): DeclaredPairs {
    return this.#pairs
  }

  /**
   * How many pairs each key declared first, by its id. Older pairs without a recorded key count for
   * no key.
   */
  get heldBy(): ReadonlyMap<string, number> {
    return this.#heldBy
  }

  /** Applies the next declaration of the log; gives whether it counts. */
  take(id: string, at: string, data: PairDeclared): DeclarationOutcome {
    const reports = listReports(data)
    const latest = this.findLatest(reports)
    if (data.after !== undefined && data.after !== (latest?.id ?? null))
      return { kind: 'late', first: latest }
    const keys = listPairs(data).map(pair => buildPairKey(...pair))
    const added = keys.filter(key => !this.#pairs.has(key)).length
    if (this.#pairs.size + added > declaredPairsMax) return { kind: 'full' }
    const one = {
      declaration: { id, ...readAsker(data), ...readTalk(data), at },
      ordinal: ++this.#ordinal
    }
    for (const key of keys) {
      if (!this.#pairs.has(key)) this.#bring(key, data.byId)
      this.#set(key, data.same, one)
    }
    return { kind: 'counts' }
  }

  /** The current declaration for a pair, with its author; undefined for none. */
  find(
    a: string,
    b: string
  ): { readonly same: boolean; readonly declaration: Declaration | null } | undefined {
    const key = buildPairKey(a, b)
    const same = this.#pairs.get(key)
    return same === undefined
      ? undefined
      : { same, declaration: this.#declarations.get(key)?.declaration ?? null }
  }

  /** The latest declaration for any of these reports; null for none. */
  findLatest(reportIds: Iterable<string>): Declaration | null {
    let latest: OrderedDeclaration | null = null
    for (const id of reportIds) {
      const one = this.#latest.get(id)
      if (one && one.ordinal > (latest?.ordinal ?? 0)) latest = one
    }
    return latest?.declaration ?? null
  }

  snapshot(): DeclarationsSnapshot {
    const keys = [...this.#pairs.keys()]
    const broughtBy = keys
      .filter(key => this.#broughtBy.get(key) !== this.#declarations.get(key)?.declaration?.byId)
      .map(key => [key, this.#broughtBy.get(key) ?? null] as const)
    return {
      declared: [...this.#pairs],
      declaredBy: keys.map(key => this.#declarations.get(key)?.declaration ?? null),
      ...(broughtBy.length === 0 ? {} : { broughtBy })
    }
  }

  /** Restores a snapshot, where pairs are in the order of their declarations. */
  restore({ declared, declaredBy = [], broughtBy = [] }: DeclarationsSnapshot): void {
    const brought = new Map(broughtBy)
    let before: OrderedDeclaration | null = null
    for (const [i, [key, same]] of declared.entries()) {
      const declaration = declaredBy[i] ?? null
      const isSameOne: boolean =
        before !== null && declaration !== null && before.declaration?.id === declaration.id
      const one: OrderedDeclaration = isSameOne
        ? (before as OrderedDeclaration)
        : { declaration, ordinal: ++this.#ordinal }
      this.#bring(key, brought.has(key) ? brought.get(key) : declaration?.byId)
      this.#set(key, same, one)
      before = one
    }
  }

  #set(key: string, same: boolean, one: OrderedDeclaration): void {
    // Moved to the end: the order of pairs is that of their declarations.
    this.#pairs.delete(key)
    this.#pairs.set(key, same)
    this.#declarations.set(key, one)
    for (const id of key.split('|')) this.#latest.set(id, one)
  }

  #bring(key: string, byId: string | null | undefined): void {
    if (byId == null) return
    this.#broughtBy.set(key, byId)
    this.#heldBy.set(byId, (this.#heldBy.get(byId) ?? 0) + 1)
  }
}

/** Officers' declarations for pairs of reports; true = the same incident. */
type DeclaredPairs = ReadonlyMap<string, boolean>

function buildPairKey(a: string, b: string): string {
  return compareText(a, b) < 0 ? `${a}|${b}` : `${b}|${a}`
}

/** Every pair of a declaration. */
export function listPairs({
  reportIds,
  also = []
}: PairDeclared): readonly (readonly [string, string])[] {
  return [reportIds, ...also]
}

/** Every report of a declaration, once. */
export function listReports(data: PairDeclared): readonly string[] {
  return [...new Set(listPairs(data).flat())]
}
