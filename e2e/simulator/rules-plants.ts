// Planted bugs of one instance among several, injected through its log.

import { digest } from '@tocsin/contracts/json/digest'
import type { EventLog, NewRecord, Page } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { appending, claimMore, parse, tailing, withMembers } from './plants.ts'

export interface RulesPlant {
  readonly name: string
  readonly log: (log: EventLog) => EventLog
}

/** A takeover that continues at the previous owner's position without its state. */
const takesUpWithoutState: RulesPlant = {
  name: 'a new owner continues at the previous position without the earlier state',
  log: log =>
    withMembers(log, {
      async *tail(cursor, options) {
        const committed = await log.committed('rules', cursor.topic)
        yield* log.tail(
          cursor.topic === topics.incidents && committed !== null ? committed : cursor,
          options
        )
      }
    })
}

/** A fold that applies a repeated record again. */
const foldsTwice: RulesPlant = {
  name: 'a repeated record is folded again',
  log: log => tailing(log, topics.incidents, renamed)
}

function renamed(page: Page): Page {
  const records = page.records.map(record => {
    const envelope = parse(record.value)
    // Only reports, on which the alerts depend.
    if (!envelope.type.includes('report.')) return record
    const value = Buffer.from(
      JSON.stringify({ ...envelope, id: digest('at', String(record.position)) })
    )
    return { ...record, value }
  })
  return { ...page, records }
}

/** Control records are copied into a theatre under two ids. */
const copiesTwice: RulesPlant = {
  name: 'settings are copied twice, under another id',
  log: log => appending(log, topics.incidents, record => [record, ...again(record)])
}

function again(record: NewRecord): NewRecord[] {
  const envelope = parse(record.value)
  if (!envelope.type.includes('source.configured')) return []
  const id = digest('again', record.id)
  return [{ ...record, id, value: Buffer.from(JSON.stringify({ ...envelope, id })) }]
}

/** A snapshot index that claims one record too many for each theatre. */
const indexClaimsTooMuch: RulesPlant = {
  name: 'a snapshot is continued one record too late',
  log: log => appending(log, topics.snapshots, record => [claimMore(record)])
}

/** An owner that publishes regardless of the log's content, with its own hash chain. */
const forgetsItsChain: RulesPlant = {
  name: 'an owner that takes up breaks the chain of its theatre',
  log: log => appending(log, topics.alerts, record => [unchained(record)])
}

function unchained(record: NewRecord): NewRecord {
  const envelope = parse(record.value)
  const data = {
    ...envelope.data,
    headline: `${String(envelope.data.headline)} (${record.id.slice(0, 2)})`
  }
  return { ...record, value: Buffer.from(JSON.stringify({ ...envelope, data })) }
}

export const rulesPlants: readonly RulesPlant[] = [
  takesUpWithoutState,
  foldsTwice,
  copiesTwice,
  indexClaimsTooMuch,
  forgetsItsChain
]
