// Alert events for benches of the webhooks, appended to the log as the rules do. Each is another
// alert: none replaces another.

import type { AlertState } from '@tocsin/domain/alert/alert'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'

export class AlertSource {
  readonly #log: EventLog
  readonly #writer: AlertWriter
  #count = 0

  constructor(log: EventLog) {
    this.#log = log
    this.#writer = new AlertWriter(log)
  }

  /**
   * They become visible at once. Resolves with their names, as the endpoints tell them, once they
   * are in the log.
   */
  async raise(count: number, patch: Partial<AlertState> = {}): Promise<readonly string[]> {
    const settlements = Array.from({ length: count }, () => `Village ${this.#count++}`)
    const records = settlements.map((settlement, i) => {
      const alertId = `alert-${this.#count - count + i}`
      return this.#writer.record('raised', alertId, { group: { settlement }, ...patch })[0]
    })
    await this.#log.append(topics.alerts, records)
    return settlements.map(settlement => `${settlement}#1`)
  }
}
