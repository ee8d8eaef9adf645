// Alert events for benches of the notifier, appended to the log as the rules do.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'

export class AlertLog {
  readonly #log: EventLog
  readonly #writer: AlertWriter
  #raised = 0
  #published = 0

  constructor(log: EventLog) {
    this.#log = log
    this.#writer = new AlertWriter(log)
  }

  /**
   * Raises another alert each time; all become visible together. Resolves with the names of their
   * settlements once they are in the log.
   */
  async raise(count: number, patch: Partial<AlertState> = {}): Promise<readonly string[]> {
    const settlements = Array.from({ length: count }, () => `Village ${this.#raised++}`)
    const records = settlements.map((settlement, i) => {
      const alertId = `alert-${this.#raised - count + i}`
      return this.#writer.record('raised', alertId, { group: { settlement }, ...patch })[0]
    })
    await this.#log.append(topics.alerts, records)
    return settlements
  }

  /**
   * Publishes events of an alert, numbered in their headlines from 1; all become visible together.
   * A snapshot for new clients stays small by it.
   */
  async publish(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => {
      const name = this.#published++ === 0 ? 'raised' : 'revised'
      const headline = `Siege of Diosso, event ${this.#published}.`
      return this.#writer.record(name, 'alert-of-the-bench', { headline })[0]
    })
    await this.#log.append(topics.alerts, records)
  }
}
