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
import type { ReadModel } from '../read-model.ts'
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

export interface DeclaredAction extends RecordPosition {
  readonly theatre: string
  readonly data: PairDeclared
  /** ISO 8601. */
  readonly at: string
  readonly outcome: DeclarationOutcome
}

export class PairDeclarations {
  readonly #model: ReadModel
  readonly #facts: FactTable
  /** How many pairs each theatre has: a count by SQL for each declaration would make folds quadratic. */
  readonly #counts = new Map<string, number>()

  constructor(model: ReadModel, facts: FactTable) {
    this.#model = model
    this.#facts = facts
  }

  /** Call this after the table was opened or emptied. */
  load(): void {
    this.#counts.clear()
    const sql = 'select theatre, count(*) as count from pair_declared group by theatre'
    for (const { theatre, count } of this.#model.all<{ theatre: string; count: number }>(sql))
      this.#counts.set(theatre, count)
  }

  /** Folds the next record of the partition. The first record of an id counts, as for the rules. */
  apply(record: TheatreRecord, { partition, position }: RecordPosition): void {
    if (record.type !== 'pair.declared' || this.action(record.id) !== undefined) return
    const { id, theatre, time: at, data } = record
    const outcome = this.#judge(theatre, data)
    const fact = { theatre, data, at, partition, position: Number(position), outcome }
    this.#facts.put(`declared|${id}`, fact)
    if (outcome.kind !== 'counts') return
    for (const pair of listPairs(data)) {
      if (this.#isNew(theatre, pair)) this.#counts.set(theatre, this.#count(theatre) + 1)
      this.#model.run(
        `insert into pair_declared values(?, ?, ?, ?, ?, ?, ?)
         on conflict do update set same = excluded.same, action = excluded.action,
           position = excluded.position`,
        ...[theatre, ...pair.toSorted(compareText), Number(data.same), id, position],
        data.byId ?? null
      )
    }
  }

  #judge(theatre: string, data: PairDeclared): DeclarationOutcome {
    const first = this.findLatest(theatre, listReports(data))
    if (data.after !== undefined && data.after !== (first?.id ?? null))
      return { kind: 'late', first }
    const added = listPairs(data).filter(pair => this.#isNew(theatre, pair)).length
    return { kind: this.#count(theatre) + added > declaredPairsMax ? 'full' : 'counts' }
  }

  #count(theatre: string): number {
    return this.#counts.get(theatre) ?? 0
  }

  #isNew(theatre: string, pair: readonly [string, string]): boolean {
    return this.find(theatre, ...pair) === undefined
  }

  /** By the record's id, which is the action's id. */
  action(recordId: string): DeclaredAction | undefined {
    const fact = this.#facts.find(`declared|${recordId}`) as DeclaredAction | undefined
    return fact === undefined ? undefined : { ...fact, position: BigInt(fact.position) }
  }

  /** What counts of a pair: whether it is the same incident, and who said so; undefined: nothing. */
  find(theatre: string, ...pair: readonly [string, string]) {
    const row = this.#model.get<{ same: number; action: string }>(
      'select same, action from pair_declared where theatre = ? and a = ? and b = ?',
      ...[theatre, ...pair.toSorted(compareText)]
    )
    return row && { same: row.same === 1, declaration: this.#declaration(row.action) }
  }

  /** The latest declaration for any of these reports; null for none. */
  findLatest(theatre: string, reportIds: Iterable<string>): Declaration | null {
    const row = this.#model.get<{ action: string }>(
      `with asked(id) as (select value from json_each(?2))
       select action, position from pair_declared where theatre = ?1 and a in asked
       union all select action, position from pair_declared indexed by pair_other
         where theatre = ?1 and b in asked
       order by position desc limit 1`,
      ...[theatre, JSON.stringify([...reportIds])]
    )
    return row === undefined ? null : this.#declaration(row.action)
  }

  /**
   * How many pairs a key declared first: a later correction by another key costs that key no room,
   * and returns none to the first. Older pairs without a recorded key count for no key.
   */
  countFirst(theatre: string, keyId: string): number {
    const sql = 'select count(*) as count from pair_declared where theatre = ? and first_by = ?'
    return Number(this.#model.get(sql, theatre, keyId)?.count)
  }

  #declaration(id: string): Declaration {
    const { data, at } = this.action(id) as DeclaredAction
    return { id, ...readAsker(data), ...readTalk(data), at }
  }
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
