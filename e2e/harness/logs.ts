// The logs of a data folder as a test reads them: straight from the file, past every service.

import { type Decoded, decodeAlertEvent, decodeTheatreRecord } from '@tocsin/contracts/records'
import type { AlertEvent } from '@tocsin/domain/alert'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'
import { type EmbeddedLog, openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { isCaughtUp } from '@tocsin/event-log/follow'
import type { StoredRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/wait-for'

/** Opens the log of a folder beside whatever runs on it, hands it to `use`, closes it. */
export async function withLog<T>(dataDir: string, use: (log: EmbeddedLog) => Promise<T>): Promise<T> {
  const log = await openEmbeddedLog({ dataDir })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

/** All that a topic holds, partition after partition, in order of position. */
export async function recordsIn(log: EmbeddedLog, topic: Topic): Promise<readonly StoredRecord[]> {
  const records: StoredRecord[] = []
  for (const { partition, start, end } of await log.state(topic)) {
    for (let from = start; from < end; ) {
      const page = await log.read(topic, partition, from, { recordsMax: 1000, bytesMax: 16 * 1024 * 1024 })
      records.push(...page.records)
      from = page.next
    }
  }
  return records
}

/** The alert events of one theatre as they lie in the log, byte for byte. */
export function alertBytes(dataDir: string, theatre: string): Promise<readonly string[]> {
  return withLog(dataDir, async log => {
    const records = await recordsIn(log, topics.alerts)
    return records.filter(record => record.key === theatre).map(record => Buffer.from(record.value ?? []).toString('utf8'))
  })
}

export interface StoredAlert {
  readonly id: string
  readonly event: AlertEvent
  readonly bytes: string
}

/** The alert events of the log, decoded. Throws at one that can't be. */
export function alertsOf(dataDir: string, theatre: string): Promise<readonly StoredAlert[]> {
  return withLog(dataDir, async log =>
    (await recordsIn(log, topics.alerts))
      .filter(record => record.key === theatre)
      .map(record => ({
        id: record.id,
        event: must(record, decodeAlertEvent),
        bytes: Buffer.from(record.value ?? []).toString('utf8')
      }))
  )
}

/** The records of one theatre's rules, decoded. */
export function theatreRecords(dataDir: string, theatre: string): Promise<readonly TheatreRecord[]> {
  return withLog(dataDir, async log =>
    (await recordsIn(log, topics.incidents))
      .filter(record => record.key === theatre)
      .map(record => must(record, decodeTheatreRecord))
  )
}

function must<T>(record: StoredRecord, decode: (bytes: Uint8Array) => Decoded<T>): T {
  const decoded = decode(record.value ?? new Uint8Array())
  if (decoded.kind !== 'decoded') throw new Error(`${record.topic}/${record.partition}/${record.position} is ${decoded.kind}`)
  return decoded.record
}

/** Resolves once the rules have decided, durably, on all that stands in the incidents log. */
export function settled(dataDir: string): Promise<void> {
  return withLog(dataDir, async log => {
    const end = await log.cursorAt(topics.incidents, 'latest')
    await waitFor(
      async () => {
        const committed = await log.committed('rules', topics.incidents)
        return committed !== null && isCaughtUp(committed, end)
      },
      { what: 'commit of the rules behind the last incident record', timeoutMs: 30_000 }
    )
  })
}
