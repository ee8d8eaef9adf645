// What bench `lists` asks about: alerts in several theatres, under several handlings, some of them answered and some closed, in
// the log as the rules write them.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { severities } from '@tocsin/domain/record/severity'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'

const recordsPerWrite = 500
export const theatres = ['sahel', 'coast', 'lake', 'horn'] as const
const countries = ['ML', 'CI', 'TD', 'ET'] as const
const handlings = ['public', 'partners', 'partners', 'internal', 'restricted'] as const
const patterns = ['siege', 'front', 'surge', 'near-repeat'] as const

/** The alert with this number: each property has its own rhythm, so that every filter finds some, far from one another. */
function alertOf(n: number): Partial<AlertState> {
  const t = n % theatres.length
  const pattern = patterns[Math.floor(n / 4) % patterns.length] as string
  const country = countries[t] as string
  return {
    theatre: theatres[t] as string,
    handling: handlings[n % handlings.length] as AlertState['handling'],
    severity: severities[n % 97 === 0 ? 3 : n % 3] as AlertState['severity'],
    pattern: pattern as AlertState['pattern'],
    ruleId: pattern,
    area: {
      country: [country],
      admin1: [`${country}-${1 + (n % 9)}`],
      circle: [8 + (n % 700) / 100, -5 + (n % 1_300) / 100, 5],
      settlement: null
    },
    drill: n % 211 === 0
  }
}

/** So many alerts: a third answered, a fifth closed. Resolves with the id of one in the middle that everybody may see. */
export async function writeAlerts(log: EventLog, count: number): Promise<string> {
  const writer = new AlertWriter(log)
  let records: NewRecord[] = []
  const flush = async () => {
    if (records.length > 0) await log.append(topics.alerts, records)
    records = []
  }
  for (let n = 0; n < count; n++) {
    const id = idOf(n)
    const add = (...of: Parameters<AlertWriter['record']>) => records.push(writer.record(...of)[0])
    add('raised', id, alertOf(n))
    if (n % 3 === 0) add('acknowledged', id, { operatorRevision: 1, operator: takenBy(`Officer ${n % 40}`) })
    if (n % 6 === 0) add('responded', id, { operatorRevision: 2, operator: doneBy(`Officer ${n % 40}`, n) })
    if (n % 5 === 1) add('resolved', id, { status: 'resolved' })
    if (records.length >= recordsPerWrite) await flush()
  }
  await flush()
  // The first number of those that are public and in the first theatre.
  return idOf(Math.floor(count / 2 / 20) * 20)
}

function idOf(n: number): string {
  return `alert-${String(n).padStart(26, '0')}`
}

function takenBy(name: string): AlertState['operator'] {
  const handling = { acknowledgedHandling: 'partners' } as const
  return {
    ...{ acknowledgedBy: name, acknowledgedById: `key_${name.slice(8)}`, acknowledgedUntil: null, ...handling },
    ...{ assignedTo: null, disposition: null }
  }
}

function doneBy(name: string, n: number): AlertState['operator'] {
  const at = new Date(Date.parse('2026-03-01T12:00:00Z') + n * 1_500).toISOString()
  const done = { kind: 'warned', at, recordedAt: at } as const
  return { ...takenBy(name), responses: { count: 1, first: done, last: done } }
}
