// A small table of values by key. Changes are written at once, and a start reads what it needs.

import type { ReadModel } from '../read-model.ts'

export const factTable =
  'create table report_fact(key text primary key, value text not null) strict, without rowid;'

export class FactTable {
  readonly #put
  readonly #putFirst
  readonly #find
  readonly #list

  constructor(model: ReadModel) {
    this.#put = model.prepare('insert or replace into report_fact values(?, ?)')
    this.#putFirst = model.prepare('insert or ignore into report_fact values(?, ?)')
    this.#find = model.prepare('select value from report_fact where key = ?')
    this.#list = model.prepare(
      `select key, value from report_fact where substr(key, 1, length(?1)) = ?1 order by key`
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
