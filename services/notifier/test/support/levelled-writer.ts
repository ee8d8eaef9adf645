// Alert events of version 3 as the rules would write them: a chain for each fold.

import { hashSha256Base64url } from '@tocsin/contracts/json/digest'
import {
  type AlertChange,
  type AlertEvent3,
  firstHash,
  formatAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'

/** The first event of an alert, unless said otherwise. */
const whole = {
  ...{ certainty: 'likely', facts: {}, from: '2026-02-20', group: { settlement: 'Diosso' } },
  ...{ handling: 'public', levels: ['2026-02-20'], ruleId: 'siege', ruleVersion: 1 },
  ...{ severity: 'moderate', status: 'provisional', threshold: 2, value: 2 }
} as const

interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

export class LevelledWriter {
  readonly #log: EventLog
  readonly #ends = new Map<Handling, ChainEnd>()
  readonly #revisions = new Map<string, number>()
  #timeMs = Date.parse('2026-03-01T12:00:00.000Z')

  constructor(log: EventLog) {
    this.#log = log
  }

  /** Of the last event. */
  get time(): string {
    return new Date(this.#timeMs).toISOString()
  }

  /** A fold begins as a copy of a lower one. */
  async begin(fold: Handling, from: Handling): Promise<void> {
    this.#ends.set(fold, this.#ends.get(from) ?? { seq: 0, hash: firstHash })
    for (const [key, revision] of [...this.#revisions])
      if (key.startsWith(`${from}|`)) this.#revisions.set(`${fold}|${key.split('|')[1]}`, revision)
    await this.#append(fold, { type: 'alert.fold-began', data: { fold, seq: 0 } })
  }

  /** The next event of an alert in a fold; its first one is whole. */
  async write(
    fold: Handling,
    name: 'raised' | 'revised' | 'resolved' | 'reopened' | 'commented' | 'escalated',
    alertId: string,
    change: Partial<AlertChange> = {}
  ): Promise<void> {
    const key = `${fold}|${alertId}`
    const revision = (this.#revisions.get(key) ?? 0) + 1
    this.#revisions.set(key, revision)
    const first = revision === 1 ? whole : {}
    const data = { alertId, fold, notify: 'page', revision, seq: 0, ...first, ...change } as const
    await this.#append(fold, { type: `alert.${name}`, data })
  }

  async #append(fold: Handling, event: AlertEvent3): Promise<void> {
    const before = this.#ends.get(fold) ?? { seq: 0, hash: firstHash }
    const seq = before.seq + 1
    this.#timeMs += 1000
    const id = `sahel:${fold}:${seq}`
    const text = formatAlertRecord(
      {
        ...{ id, cause: `cause-${seq}`, engine: '1.0.0', previoushash: before.hash },
        ...{ theatre: 'sahel', time: this.time }
      },
      { ...event, data: { ...event.data, seq } } as AlertEvent3
    )
    this.#ends.set(fold, { seq, hash: hashSha256Base64url(text) })
    await this.#log.append(topics.alerts, [{ id, key: 'sahel', value: Buffer.from(text) }])
  }
}
