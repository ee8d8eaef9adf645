// A small table of values by key. Changes are written at once, and a start reads what it needs.

import type { ReadModel } from '../read-model.ts'

type FactTableName = 'report_fact' | 'alert_fact'

export const createFactTable = (table: FactTableName) =>
  `create table ${table}(key text primary key, value text not null) strict, without rowid;`

export class FactTable {
  readonly #put
  readonly #putFirst
  readonly #find
  readonly #list

  constructor(model: ReadModel, table: FactTableName) {
    this.#put = model.prepare(`insert or replace into ${table} values(?, ?)`)
    this.#putFirst = model.prepare(`insert or ignore into ${table} values(?, ?)`)
    this.#find = model.prepare(`select value from ${table} where key = ?`)
    this.#list = model.prepare(
      `select key, value from ${table} where substr(key, 1, length(?1)) = ?1 order by key`
    )
  }

  put(key: string, value: unknown): void {
    this.#put.run(key, JSON.stringify(value))
  }

  /** True if there was none. */
  putFirst(key: string, value: unknown): boolean {
    return this.#putFirst.run(key, JSON.stringify(value)).changes === 1
  }

  /** Undefined if there is none. */
  find(key: string): unknown {
    const row = this.#find.get(key)
    return row === undefined ? undefined : JSON.parse(String(row.value))
  }

  /** Those whose key begins with this. */
  list(prefix: string): readonly (readonly [key: string, value: unknown])[] {
    return this.#list.all(prefix).map(({ key, value }) => [String(key), JSON.parse(String(value))])
  }
}

/** The last seq of each chain of a log. Only the first record at a seq counts. */
export class ChainEnds {
  readonly #facts: FactTable
  readonly #last = new Map<string, number>()

  constructor(facts: FactTable) {
    this.#facts = facts
  }

  load(): void {
    this.#last.clear()
    for (const [key, seq] of this.#facts.list('seq|')) this.#last.set(key, seq as number)
  }

  isNext(chain: string, seq: number): boolean {
    const key = `seq|${chain}`
    if (seq <= (this.#last.get(key) ?? -1)) return false
    this.#last.set(key, seq)
    this.#facts.put(key, seq)
    return true
  }
}
