// Alert events for benches of the stream, appended to the log as the rules do.

import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'

export const alertsPerSecond = 100

/** Writes alert events as the rules do. */
export class Publisher {
  readonly #log: EventLog
  readonly #writer: AlertWriter
  #count = 0
  #raised = 0

  constructor(log: EventLog) {
    this.#log = log
    this.#writer = new AlertWriter(log)
  }

  /** Alerts one by one, at the rate of the bench. */
  publishFor(seconds: number): Promise<void> {
    return this.#atRate(seconds, () => this.publish(1))
  }

  /** Another alert each time, numbered from 1; resolves with the last number. */
  async raiseFor(seconds: number): Promise<number> {
    await this.#atRate(seconds, async () => {
      const raised = this.#writer.record('raised', `alert-${++this.#raised}`)[0]
      await this.#log.append(topics.alerts, [raised])
    })
    return this.#raised
  }

  async #atRate(seconds: number, publish: () => Promise<void>): Promise<void> {
    const startMs = performance.now()
    for (let i = 0; i < Math.ceil(seconds * alertsPerSecond); i++) {
      const dueMs = startMs + (i * 1000) / alertsPerSecond
      await new Promise(resolve => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      await publish()
    }
  }

  /** All become visible at once. One alert, revised each time: a snapshot stays small. */
  async publish(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => {
      const name = this.#count++ === 0 ? 'raised' : 'revised'
      return this.#writer.record(name, 'alert-of-the-bench', {
        headline: `Siege of Diosso, published at ${Date.now()}`
      })[0]
    })
    await this.#log.append(topics.alerts, records)
  }
}
