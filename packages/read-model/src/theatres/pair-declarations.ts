// Officers' declarations about pairs of reports, in the order of the log. A declaration made
// without knowing the latest one is late and ignored. It follows from these records alone, so that
// every reader of the log gets the same decision.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import {
  type Asker,
  type PairDeclared,
  readAsker,
  readTalk,
  type TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { FactTable } from '../reports/fact-table.ts'

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

interface OrderedDeclaration {
  readonly declaration: Declaration
  /** Later declarations have greater ones. */
  readonly ordinal: number
}

interface DeclaredPair {
  /** True = the same incident. */
  readonly same: boolean
  readonly declaration: Declaration
}

export class PairDeclarations {
  /** By pair: what counts. */
  readonly #pairs = new Map<string, DeclaredPair>()
  /** The latest declaration for each report. */
  readonly #latest = new Map<string, OrderedDeclaration>()
  /**
   * By the id of a key, how many pairs it declared first: a later correction by another key costs
   * that key no room, and returns none to the first. Older pairs without a recorded key count for
   * no key.
   */
  readonly heldBy = new Map<string, number>()
  #ordinal = 0

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
      const { byId } = data
      if (byId != null && !this.#pairs.has(key))
        this.heldBy.set(byId, (this.heldBy.get(byId) ?? 0) + 1)
      this.#pairs.set(key, { same: data.same, declaration: one.declaration })
      for (const reportId of key.split('|')) this.#latest.set(reportId, one)
    }
    return { kind: 'counts' }
  }

  /** The current declaration for a pair, with its author; undefined for none. */
  find(a: string, b: string): DeclaredPair | undefined {
    return this.#pairs.get(buildPairKey(a, b))
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
}

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

export interface DeclaredAction extends RecordPosition {
  readonly theatre: string
  readonly data: PairDeclared
  /** ISO 8601. */
  readonly at: string
  readonly outcome: DeclarationOutcome
}

/** As it is stored. */
type DeclaredFact = Omit<DeclaredAction, 'position'> & { readonly position: number }

const prefix = 'declared|'

export class DeclarationIndex {
  readonly #facts: FactTable
  readonly #theatres = new Map<string, PairDeclarations>()

  constructor(facts: FactTable) {
    this.#facts = facts
  }

  /** Folds the stored declarations again, instead of what was known before. */
  load(): void {
    this.#theatres.clear()
    const facts = this.#facts.list(prefix) as readonly (readonly [string, DeclaredFact])[]
    const inOrder = facts.toSorted(([, a], [, b]) => a.position - b.position)
    for (const [key, { theatre, at, data }] of inOrder) this.of(theatre).take(key, at, data)
  }

  of(theatre: string): PairDeclarations {
    const known = this.#theatres.get(theatre) ?? new PairDeclarations()
    this.#theatres.set(theatre, known)
    return known
  }

  /** By the record's id, which is the action's id. */
  action(recordId: string): DeclaredAction | undefined {
    const fact = this.#facts.find(prefix + recordId) as DeclaredFact | undefined
    return fact === undefined ? undefined : { ...fact, position: BigInt(fact.position) }
  }

  /** Folds the next record of the partition. The first record of an id counts, as for the rules. */
  apply(record: TheatreRecord, { partition, position }: RecordPosition): void {
    if (record.type !== 'pair.declared' || this.action(record.id) !== undefined) return
    const { id, theatre, time: at, data } = record
    const outcome = this.of(theatre).take(id, at, data)
    const fact = { theatre, data, at, partition, position: Number(position), outcome }
    this.#facts.put(prefix + id, fact satisfies DeclaredFact)
  }
}
