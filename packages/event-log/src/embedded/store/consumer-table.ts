// Cursors of consumers: where each continues after a restart. Also the basis of lag; never a reason
// to remove records.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Cursor } from '../../port.ts'
import type { Topic } from '../../topics.ts'

export class ConsumerTable {
  readonly #epoch: string
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #all: StatementSync

  constructor(db: DatabaseSync, epoch: string) {
    this.#epoch = epoch
    this.#get = db.prepare('SELECT positions FROM consumers WHERE consumer = ? AND topic = ?')
    this.#put = db.prepare('INSERT OR REPLACE INTO consumers VALUES (?, ?, ?, ?)')
    this.#all = db.prepare(
      'SELECT consumer, topic, positions FROM consumers ORDER BY consumer, topic'
    )
  }

  get(consumer: string, topic: Topic): Cursor | null {
    const row = this.#get.get(consumer, topic)
    return row === undefined ? null : this.#cursor(topic, row.positions as string)
  }

  put(consumer: string, cursor: Cursor, nowMs: number): void {
    this.#put.run(consumer, cursor.topic, cursor.positions.join(','), nowMs)
  }

  all(): readonly { consumer: string; cursor: Cursor }[] {
    return this.#all.all().map(row => ({
      consumer: row.consumer as string,
      cursor: this.#cursor(row.topic as Topic, row.positions as string)
    }))
  }

  #cursor(topic: Topic, positions: string): Cursor {
    return { topic, epoch: this.#epoch, positions: positions.split(',').map(BigInt) }
  }
}
