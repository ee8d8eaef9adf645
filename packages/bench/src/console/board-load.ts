// Alerts as a busy desk has them: of many areas and rules, some that rest on the same incidents, one
// in twenty new ones a page.

import type { AlertEventName, AlertState } from '@tocsin/domain/alert/alert'
import { severities } from '@tocsin/domain/record/severity'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'
import { startAtRate } from '../runner/turns.ts'

const rules = ['siege', 'near-repeat', 'abductions', 'first-sighting', 'surge'] as const
const countries = ['ML', 'BF', 'NE', 'TD', 'SD', 'NG'] as const
const areasPerCountry = 8
/** One alert of so many rests on the incidents of the one before, and is grouped under it. */
const groupedOneIn = 6
const pagesOneIn = 20
const recordsPerAppend = 1000

/** Open alerts: each second some are raised, some revised, and as many end. */
export class BoardLoad {
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
    for (let left = count; left > 0; left -= recordsPerAppend) {
      const size = Math.min(recordsPerAppend, left)
      await this.#log.append(
        topics.alerts,
        Array.from({ length: size }, () => this.#raiseOne('quiet'))
      )
    }
  }

  /** Resolves when all of it is in the log. */
  async run(seconds: number, perSecond: number): Promise<void> {
    await startAtRate({ perSecond, count: Math.ceil(seconds * perSecond) }, () =>
      this.#log.append(topics.alerts, [this.#makeNext()])
    )
  }

  #makeNext(): NewRecord {
    const number = this.#events++
    const turn = number % 4
    if (turn === 3) return this.#raiseOne(number % (4 * pagesOneIn) === 3 ? 'page' : 'update')
    if (turn === 0) {
      const end = { status: 'resolved', reason: 'expired' } as const
      return this.#record('resolved', this.#open.shift()!, end)
    }
    const id = this.#open[(number * 7919) % this.#open.length]!
    const severity = severities[(number >> 2) % severities.length]!
    return this.#record('revised', id, { severity, times: makeTimes() })
  }

  #raiseOne(notify: AlertState['notify']): NewRecord {
    const n = this.#raised++
    const id = `alert-${n}`
    this.#open.push(id)
    const country = countries[n % countries.length]!
    const admin1 = `${country}-${1 + (n % areasPerCountry)}`
    const incidents = n % groupedOneIn === 1 ? [n - 1] : [n, n + 0.5, n + 0.25]
    return this.#record('raised', id, {
      notify,
      headline: `Attacks on villages of ${admin1} (${n})`,
      ruleId: rules[n % rules.length]!,
      severity: severities[n % severities.length]!,
      area: {
        country: [country],
        admin1: [admin1],
        circle: [8 + ((n * 37) % 1000) / 100, -8 + ((n * 91) % 3000) / 100, 5],
        settlement: `${admin1}/village-${n % 500}`
      },
      evidence: incidents.map(each => ({
        incidentId: `i${each}`,
        revision: 1,
        role: 'trigger',
        handling: 'public'
      })),
      times: makeTimes()
    })
  }

  #record(
    name: Exclude<AlertEventName, 'action-refused'>,
    id: string,
    patch: Partial<AlertState>
  ): NewRecord {
    return this.#writer.record(name, id, patch)[0]
  }
}

function makeTimes(): AlertState['times'] {
  const now = new Date().toISOString()
  return { occurredFrom: now, firstReportedAt: now, detectedAt: now }
}
