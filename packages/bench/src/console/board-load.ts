// Alerts as a busy desk has them: each property has its own rhythm, so that each filter finds some,
// far from one another; some rest on the same incidents.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'
import { startAtRate } from '../runner/turns.ts'

export const theatres = ['sahel', 'coast', 'lake', 'horn'] as const
const countries = ['ML', 'CI', 'TD', 'ET'] as const
const handlings = ['public', 'partners', 'partners', 'internal', 'restricted'] as const
const patterns = ['siege', 'front', 'surge', 'near-repeat'] as const
const headlines = ['Attaques répétées près de Ménaka', 'هجمات متكررة قرب ميناكا'] as const
/** One alert of so many rests on the incidents of the one before, and is grouped under it. */
const groupedOneIn = 6
const recordsPerAppend = 1000

export function nameAlert(n: number): string {
  return `alert-${String(n).padStart(26, '0')}`
}

function makeAlert(n: number): Partial<AlertState> {
  const at = n % theatres.length
  const pattern = patterns[Math.floor(n / 4) % patterns.length]!
  const country = countries[at]!
  const headline = headlines[Math.floor(n / 7) % headlines.length]!
  const incidents = n % groupedOneIn === 1 ? [n - 1] : [n, n + 0.5, n + 0.25]
  return {
    theatre: theatres[at]!,
    handling: handlings[n % handlings.length]!,
    severity: severities[n % 97 === 0 ? 3 : n % 3]!,
    pattern,
    ruleId: pattern,
    headline: `${n % 7 === 3 ? headline : 'Siege of a village'} (${n})`,
    area: {
      country: [country],
      admin1: [`${country}-${1 + (n % 9)}`],
      circle: [8 + (n % 700) / 100, -5 + (n % 1300) / 100, 5],
      settlement: null
    },
    evidence: incidents.map(each => ({
      incidentId: `i${each}`,
      revision: 1,
      role: 'trigger',
      handling: 'public'
    }))
  }
}

export class BoardLoad {
  readonly #log: EventLog
  readonly #writer: AlertWriter
  #raised = 0
  #resolved = 0
  #events = 0

  /** The first event is a second after `startMs`. */
  constructor(log: EventLog, startMs: number) {
    this.#log = log
    this.#writer = new AlertWriter(log, new Date(startMs).toISOString())
  }

  /** Raises alerts; with `closes` a third are acknowledged and a fifth resolved. */
  async raise(count: number, closes: boolean): Promise<void> {
    for (let from = 0; from < count; from += recordsPerAppend) {
      const records: NewRecord[] = []
      for (let i = from; i < Math.min(count, from + recordsPerAppend); i++) {
        const n = this.#raised
        records.push(this.#raiseOne(closes ? 'page' : 'quiet'))
        if (closes && n % 3 === 0) records.push(this.#acknowledge(n))
        if (closes && n % 5 === 1) records.push(this.#resolve(n))
      }
      await this.#log.append(topics.alerts, records)
    }
  }

  /** Events one by one: some alerts are raised, some revised, and as many end. */
  async run(seconds: number, perSecond: number): Promise<void> {
    await startAtRate({ perSecond, count: Math.ceil(seconds * perSecond) }, () =>
      this.#log.append(topics.alerts, [this.#makeNext()])
    )
  }

  #makeNext(): NewRecord {
    const number = this.#events++
    if (number % 4 === 3) return this.#raiseOne(number % 80 === 3 ? 'page' : 'update')
    if (number % 4 === 0) return this.#resolve(this.#resolved++)
    const open = this.#raised - this.#resolved
    const severity = severities[(number >> 2) % severities.length]!
    const n = this.#resolved + ((number * 7919) % open)
    return this.#writer.record('revised', nameAlert(n), { severity })[0]
  }

  #raiseOne(notify: AlertState['notify']): NewRecord {
    const n = this.#raised++
    return this.#writer.record('raised', nameAlert(n), { ...makeAlert(n), notify })[0]
  }

  #acknowledge(n: number): NewRecord {
    const [by, byId] = [`Officer ${n % 40}`, `key_${n % 40}`]
    const handling = 'partners'
    return this.#writer.record('acknowledged', nameAlert(n), {
      operatorRevision: 1,
      action: { by, byId, actionId: `action-${n}`, text: null, handling },
      operator: {
        acknowledgedBy: by,
        acknowledgedById: byId,
        acknowledgedUntil: null,
        acknowledgedHandling: handling,
        assignedTo: null,
        disposition: null
      }
    })[0]
  }

  #resolve(n: number): NewRecord {
    const end = { status: 'resolved', reason: 'expired' } as const
    return this.#writer.record('resolved', nameAlert(n), end)[0]
  }
}
