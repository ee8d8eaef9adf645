// Reads the log of a suite in a test, directly from the file or the brokers.

import type { AlertEvent3 } from '@tocsin/contracts/record/alert-event-v3'
import {
  type Decoded,
  decodeAlertEvent,
  decodeTheatreRecord
} from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { selectFirsts } from '@tocsin/event-log/conformance/reading'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { isCaughtUp } from '@tocsin/event-log/follow'
import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { allStored } from '@tocsin/testing/report/stored-records'

/** Where a suite's log is: a data folder, or topics on brokers. */
export type LogPosition = string | { readonly brokers: readonly string[]; readonly prefix: string }

/** Opens the log of a suite, which may be running, passes it to `use`, and closes it. */
export async function withLog<T>(
  place: LogPosition,
  use: (log: EventLog) => Promise<T>
): Promise<T> {
  const log =
    typeof place === 'string'
      ? await openEmbeddedLog({ dataDir: place })
      : await openOnBrokers(place)
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

function openOnBrokers({ brokers, prefix }: Exclude<LogPosition, string>): Promise<EventLog> {
  const driver = createKafkaJsDriver({ clientId: 'tocsin-test' })
  return openKafkaLog({ brokers, prefix, driver, topics: readTopicsFile(), createTopics: false })
}

/** The bytes of the alert events of one theatre in the log. */
export function alertBytes(place: LogPosition, theatre: string): Promise<readonly string[]> {
  return withLog(place, log => alertBytesIn(log, theatre))
}

/** The same for an open log; of repeated records the first of each id. */
export async function alertBytesIn(log: EventLog, theatre: string): Promise<readonly string[]> {
  const records = selectFirsts(await allStored(log, topics.alerts))
  return records
    .filter(record => record.key === theatre)
    .map(record => Buffer.from(record.value ?? []).toString('utf8'))
}

type StoredEvent = Exclude<AlertEvent3, { readonly type: 'alert.fold-began' }>

export interface StoredAlert {
  readonly id: string
  readonly event: StoredEvent
  readonly bytes: string
}

/** The alert events that a reader of all levels gets. Throws for an undecodable one. */
export function alertsOf(place: LogPosition, theatre: string): Promise<readonly StoredAlert[]> {
  return withLog(place, log => alertsIn(log, theatre))
}

/** The same for an open log; null = all theatres. */
export async function alertsIn(
  log: EventLog,
  theatre: string | null
): Promise<readonly StoredAlert[]> {
  const begun = new Map<string, string>()
  return selectFirsts(await allStored(log, topics.alerts))
    .filter(record => theatre === null || record.key === theatre)
    .flatMap(record => {
      const event = must(record, decodeAlertEvent) as AlertEvent3
      if (event.type === 'alert.fold-began') {
        begun.set(record.key, event.data.fold)
        return []
      }
      if (event.data.fold !== (begun.get(record.key) ?? 'public')) return []
      return [{ id: record.id, event, bytes: Buffer.from(record.value ?? []).toString('utf8') }]
    })
}

/** The records of one theatre's rules, decoded. */
export function theatreRecords(
  place: LogPosition,
  theatre: string
): Promise<readonly TheatreRecord[]> {
  return withLog(place, log => theatreRecordsIn(log, theatre))
}

/** The same for an open log; null = all theatres. */
export async function theatreRecordsIn(
  log: EventLog,
  theatre: string | null
): Promise<readonly TheatreRecord[]> {
  return selectFirsts(await allStored(log, topics.incidents))
    .filter(record => theatre === null || record.key === theatre)
    .map(record => must(record, decodeTheatreRecord))
}

function must<T>(record: StoredRecord, decode: (bytes: Uint8Array) => Decoded<T>): T {
  const decoded = decode(record.value ?? new Uint8Array())
  if (decoded.kind !== 'decoded')
    throw new Error(`${record.topic}/${record.partition}/${record.position} is ${decoded.kind}`)
  return decoded.record
}

/** Resolves once the rules have committed everything in the incidents log. */
export function settled(place: LogPosition): Promise<void> {
  return withLog(place, log => settledIn(log))
}

/** The same for an open log. */
export async function settledIn(log: EventLog, timeoutMs = 120_000): Promise<void> {
  const end = await log.cursorAt(topics.incidents, 'latest')
  await waitFor(
    async () => {
      const committed = await log.committed('rules', topics.incidents)
      return committed !== null && isCaughtUp(committed, end)
    },
    { what: 'commit of the rules behind the last incident record', timeoutMs }
  )
}

/** Partners get an alert from its first event that is not quiet on. */
export function toldToPartners(alerts: readonly StoredAlert[]): readonly StoredAlert[] {
  const told = new Set<string>()
  return alerts.filter(({ event }) => {
    if (event.data.notify !== 'quiet') told.add(event.data.alertId)
    return told.has(event.data.alertId)
  })
}
