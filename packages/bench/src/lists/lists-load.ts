// What bench `lists` asks about: alerts in several theatres, under several handlings, some of them
// answered and some closed, in the log as the rules write them.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { severities } from '@tocsin/domain/record/severity'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'

const recordsPerWrite = 500
/**
 * Time that an alert takes: each of its events, 1.7 of them, is a second after the one before, ms.
 */
const alertMs = 1_700
export const theatres = ['sahel', 'coast', 'lake', 'horn'] as const
const countries = ['ML', 'CI', 'TD', 'ET'] as const
const handlings = ['public', 'partners', 'partners', 'internal', 'restricted'] as const
/** Most are in plain letters; these are compared letter by letter. */
const headlines = [
  'Attaques répétées près de Ménaka',
  'هجمات متكررة قرب ميناكا',
  'Nouvelle série d’attaques à Agboville'
] as const
const patterns = ['siege', 'front', 'surge', 'near-repeat'] as const

/**
 * The alert with this number: each property has its own rhythm, so that every filter finds some,
 * far from one another.
 */
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
    drill: n % 211 === 0,
    ...(n % 7 === 3
      ? { headline: `${headlines[Math.floor(n / 7) % headlines.length]} (${n})` }
      : {})
  }
}

/** A theatre and an area of it, with what is severe or extreme there: 1 in 36 of the alerts. */
export function graveArea(n: number): {
  readonly theatre: readonly string[]
  readonly admin1: readonly string[]
} {
  const t = n % theatres.length
  // What is severe has a number of which 2 is left by 3, and so has the area.
  return { theatre: [theatres[t] as string], admin1: [`${countries[t]}-${3 + 3 * (n % 3)}`] }
}

export interface WrittenAlerts {
  /** One in the middle that everybody may see. */
  readonly alertId: string
  /** Time of the first event, ms. The last is now. */
  readonly startMs: number
}

/** So many alerts up to now: a third answered, a fifth closed. */
export async function writeAlerts(log: EventLog, count: number): Promise<WrittenAlerts> {
  const startMs = Date.now() - count * alertMs
  const writer = new AlertWriter(log)
  writer.moveTo(startMs)
  let records: NewRecord[] = []
  const flush = async () => {
    if (records.length > 0) await log.append(topics.alerts, records)
    records = []
  }
  for (let n = 0; n < count; n++) {
    const id = idOf(n)
    const add = (...of: Parameters<AlertWriter['record']>) => records.push(writer.record(...of)[0])
    add('raised', id, alertOf(n))
    const [officer, action] = [`Officer ${n % 40}`, actOf(n)]
    if (n % 3 === 0)
      add('acknowledged', id, { operatorRevision: 1, operator: takenBy(officer), action })
    if (n % 6 === 0)
      add('responded', id, {
        operatorRevision: 2,
        operator: doneBy(officer, startMs + n * alertMs),
        action
      })
    if (n % 5 === 1) add('resolved', id, { status: 'resolved' })
    if (records.length >= recordsPerWrite) await flush()
  }
  await flush()
  // The first number of those that are public and in the first theatre.
  return { alertId: idOf(Math.floor(count / 2 / 20) * 20), startMs }
}

function idOf(n: number): string {
  return `alert-${String(n).padStart(26, '0')}`
}

function actOf(n: number): AlertState['action'] {
  return {
    by: `Officer ${n % 40}`,
    byId: `key_${n % 40}`,
    actionId: `action-${n}`,
    text: null,
    handling: 'partners'
  }
}

function takenBy(name: string): AlertState['operator'] {
  const handling = { acknowledgedHandling: 'partners' } as const
  return {
    ...{
      acknowledgedBy: name,
      acknowledgedById: `key_${name.slice(8)}`,
      acknowledgedUntil: null,
      ...handling
    },
    ...{ assignedTo: null, disposition: null }
  }
}

function doneBy(name: string, atMs: number): AlertState['operator'] {
  const at = new Date(atMs).toISOString()
  const done = { kind: 'warned', at, recordedAt: at } as const
  return { ...takenBy(name), responses: { count: 1, first: done, last: done } }
}
