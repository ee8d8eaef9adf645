// Alerts as a busy desk has them: of many areas and rules, some that rest on the same incidents,
// one of a hundred events a page.

import type { AlertEventName, AlertState } from '@tocsin/domain/alert/alert'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'

const severities = ['minor', 'moderate', 'severe', 'extreme'] as const
const rules = [
  'siege',
  'near-repeat',
  'abductions',
  'first-sighting',
  'escalation-of-force'
] as const
const areasPerCountry = 8
const countries = ['ML', 'BF', 'NE', 'TD', 'SD', 'NG'] as const
/** One alert of so many rests on the incidents of the one before, and is folded under it. */
const foldedOneIn = 6
/** One new alert of so many pages somebody. */
const pagesOneIn = 20
const batch = 1_000

/**
 * Open alerts whose count stays the same: each second some are raised, some revised, and as many
 * end.
 */
export class ConsoleLoad {
  readonly #log: EventLog
  readonly #writer: AlertWriter
  readonly #open: string[] = []
  #raised = 0
  #events = 0

  constructor(log: EventLog) {
    this.#log = log
    this.#writer = new AlertWriter(log, new Date(Date.now() - 12 * 3_600_000).toISOString())
  }

  async raise(count: number): Promise<void> {
    for (let left = count; left > 0; left -= batch)
      await this.#append(
        Array.from({ length: Math.min(batch, left) }, () => this.#raisedOne('quiet'))
      )
  }

  /** Resolves when all of it is in the log. `perSecond` events a second, one by one. */
  async runFor(seconds: number, perSecond: number): Promise<void> {
    const startMs = performance.now()
    for (let i = 0; i < seconds * perSecond; i += 1) {
      const dueMs = startMs + (i * 1_000) / perSecond
      await new Promise(resolve => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      await this.#append([this.#next()])
    }
  }

  #next(): NewRecord {
    this.#events += 1
    const turn = this.#events % 4
    if (turn === 0)
      return this.#raisedOne(this.#events % (4 * pagesOneIn) === 0 ? 'page' : 'update')
    if (turn === 1)
      return this.#record('resolved', this.#open.shift() as string, {
        status: 'resolved',
        reason: 'expired'
      })
    const id = this.#open[(this.#events * 7_919) % this.#open.length] as string
    const severity = severities[(this.#events >> 2) % severities.length] as AlertState['severity']
    return this.#record('revised', id, { severity, times: this.#timesNow() })
  }

  #raisedOne(notify: AlertState['notify']): NewRecord {
    const n = this.#raised++
    const id = `alert-${n}`
    this.#open.push(id)
    const country = countries[n % countries.length] as string
    const admin1 = `${country}-${1 + (n % areasPerCountry)}`
    const isFolded = n % foldedOneIn === 1
    const incidents = isFolded ? [n - 1] : [n, n + 0.5, n + 0.25]
    return this.#record('raised', id, {
      notify,
      headline: `Attacks on villages of ${admin1} (${n})`,
      ruleId: rules[n % rules.length] as string,
      severity: severities[n % severities.length] as AlertState['severity'],
      area: {
        country: [country],
        admin1: [admin1],
        circle: [8 + ((n * 37) % 1_000) / 100, -8 + ((n * 91) % 3_000) / 100, 5],
        settlement: `${admin1}/village-${n % 500}`
      },
      evidence: incidents.map(each => ({
        incidentId: `i${each}`,
        revision: 1,
        role: 'trigger',
        handling: 'public'
      })),
      times: this.#timesNow()
    })
  }

  #timesNow(): AlertState['times'] {
    const now = new Date().toISOString()
    return { occurredFrom: now, firstReportedAt: now, detectedAt: now }
  }

  #record(
    name: Exclude<AlertEventName, 'action-refused'>,
    id: string,
    patch: Partial<AlertState>
  ): NewRecord {
    return this.#writer.record(name, id, patch)[0]
  }

  async #append(records: readonly NewRecord[]): Promise<void> {
    await this.#log.append(topics.alerts, records)
  }
}
