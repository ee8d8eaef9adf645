// A small table of values by key. Changes are written at once, and a start reads what it needs.

import type { ReadModel } from '../read-model.ts'

export class FactTable {
  readonly #model: ReadModel

  constructor(model: ReadModel) {
    this.#model = model
  }

  put(key: string, value: unknown): void {
    this.#model.run('insert or replace into report_fact values(?, ?)', key, JSON.stringify(value))
  }

  /** True if there was none. */
  putFirst(key: string, value: unknown): boolean {
    const sql = 'insert or ignore into report_fact values(?, ?)'
    return this.#model.run(sql, key, JSON.stringify(value)).changes === 1
  }

  /** Undefined if there is none. */
  find(key: string): unknown {
    const row = this.#model.get('select value from report_fact where key = ?', key)
    return row === undefined ? undefined : JSON.parse(String(row.value))
  }

  /** Those whose key begins with this, by the rest of the key. */
  list(prefix: string): readonly (readonly [key: string, value: unknown])[] {
    return this.#model
      .all<{ key: string; value: string }>(
        `select substr(key, length(?1) + 1) as key, value from report_fact
         where substr(key, 1, length(?1)) = ?1 order by key`,
        prefix
      )
      .map(({ key, value }) => [key, JSON.parse(value)])
  }
}
