// Officers' declarations about pairs of reports, folded from the incidents log exactly as the rules
// do: which one counts, and which came too late.

import type { PairDeclared, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { FactTable } from '../reports/fact-table.ts'
import { type DeclarationOutcome, PairDeclarations } from './pair-declarations.ts'

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
