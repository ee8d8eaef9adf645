// Bugs of an instance among several, put in by hand from outside: the log as one instance gets it.

import { digest } from '@tocsin/contracts/json/digest'
import type { EventLog, NewRecord, Page } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { claimMore, parse, withMembers } from './plants.ts'

export interface RulesPlant {
  readonly name: string
  readonly log: (log: EventLog) => EventLog
}

/** A takeover that goes on from where the one before it was, without the state that was there. */
const takesUpWithoutState: RulesPlant = {
  name: 'a new owner goes on where the last one stood and reads nothing before',
  log: log =>
    withMembers(log, {
      async *tail(cursor, options) {
        const committed = await log.committed('rules', cursor.topic)
        yield* log.tail(cursor.topic === topics.incidents && committed !== null ? committed : cursor, options)
      }
    })
}

/** A fold that takes a record again when it stands in the log again. */
const foldsTwice: RulesPlant = {
  name: 'a record that stands in the log again is folded again',
  log: log =>
    withMembers(log, {
      async *tail(cursor, options) {
        for await (const page of log.tail(cursor, options)) yield cursor.topic === topics.incidents ? renamed(page) : page
      }
    })
}

function renamed(page: Page): Page {
  const records = page.records.map(record => {
    const envelope = parse(record.value)
    // Reports alone: what is said of them is what the alerts are made of.
    if (!envelope.type.includes('report.')) return record
    const value = Buffer.from(JSON.stringify({ ...envelope, id: digest('at', String(record.position)) }))
    return { ...record, value }
  })
  return { ...page, records }
}

/** What the control log says is told to a theatre under two ids. */
const copiesTwice: RulesPlant = {
  name: 'settings are copied twice, under another id',
  log: log =>
    withMembers(log, {
      append: (topic: Topic, records: readonly NewRecord[]) =>
        log.append(topic, topic === topics.incidents ? records.flatMap(record => [record, ...again(record)]) : records)
    })
}

function again(record: NewRecord): NewRecord[] {
  const envelope = parse(record.value)
  if (!envelope.type.includes('source.configured')) return []
  const id = digest('again', record.id)
  return [{ ...record, id, value: Buffer.from(JSON.stringify({ ...envelope, id })) }]
}

/** An index of snapshots that says of each theatre that its snapshot holds one record more than it does. */
const indexClaimsTooMuch: RulesPlant = {
  name: 'a snapshot is gone on from one record too late',
  log: log =>
    withMembers(log, {
      append: (topic: Topic, records: readonly NewRecord[]) =>
        log.append(topic, topic === topics.snapshots ? records.map(claimMore) : records)
    })
}

/** An owner that publishes what it makes without regard to what stands there, under chains of its own. */
const forgetsItsChain: RulesPlant = {
  name: 'an owner that takes up breaks the chain of its theatre',
  log: log =>
    withMembers(log, {
      append: (topic: Topic, records: readonly NewRecord[]) =>
        log.append(topic, topic === topics.alerts ? records.map(unchained) : records)
    })
}

function unchained(record: NewRecord): NewRecord {
  const envelope = parse(record.value)
  const data = { ...envelope.data, headline: `${String(envelope.data.headline)} (${record.id.slice(0, 2)})` }
  return { ...record, value: Buffer.from(JSON.stringify({ ...envelope, data })) }
}

export const rulesPlants: readonly RulesPlant[] = [
  takesUpWithoutState,
  foldsTwice,
  copiesTwice,
  indexClaimsTooMuch,
  forgetsItsChain
]
