// `log inspect` and `log verify` for a log that is accessible only through the port, such as Kafka:
// its files belong to the brokers.

import { EventLogError } from '@tocsin/event-log/errors'
import type { EventLog, PartitionState } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { readRecords } from '../log-copy/record-reader.ts'
import { DisplacedKeys } from './displaced-keys.ts'
import {
  type ConsumerInspection,
  ContentCheck,
  type LogInspection,
  type LogVerification,
  type VerifyFault
} from './log-commands.ts'

/** Consumers of a suite and their topics: the port can't list consumers. */
export const suiteConsumers: readonly { readonly consumer: string; readonly topic: Topic }[] = [
  { consumer: 'rules', topic: topics.incidents }
]

/**
 * The content of a log. `where`: its display name. If it does not answer, resolves with the reason.
 */
export async function inspectThroughPort(log: EventLog, where: string): Promise<LogInspection> {
  try {
    const partitions = await Promise.all(
      Object.values(topics).map(topic => inspectTopic(log, topic))
    )
    const consumers = await Promise.all(suiteConsumers.map(one => inspectConsumer(log, one)))
    return {
      kind: 'log',
      dataDir: where,
      epoch: await log.epoch(topics.control),
      partitions: partitions.flat(),
      consumers: consumers.filter(found => found !== null)
    }
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error
    return { kind: 'unreadable', dataDir: where, code: error.code, detail: error.message }
  }
}

async function inspectTopic(log: EventLog, topic: Topic) {
  const states = await log.state(topic)
  return states.map(({ partition, start, end }) => ({
    topic,
    partition,
    start: String(start),
    end: String(end),
    bytes: null,
    firstWrittenAt: null,
    lastWrittenAt: null
  }))
}

async function inspectConsumer(
  log: EventLog,
  { consumer, topic }: (typeof suiteConsumers)[number]
): Promise<ConsumerInspection | null> {
  const cursor = await log.committed(consumer, topic)
  if (cursor === null) return null
  const states = await log.state(topic)
  const lag = states.reduce(
    (sum, { partition, end }) => sum + Number(end - (cursor.positions[partition] ?? end)),
    0
  )
  return { consumer, topic, positions: cursor.positions.map(String), lag }
}

/**
 * Reads every record, which verifies its checksum, and checks its content as `log verify` does on a
 * data folder: envelopes, and per theatre the seqs and hashes of its alerts. Also checks that each
 * key is in its partition, since brokers let any client change that. A duplicate is no fault:
 * readers take the first.
 */
export async function verifyThroughPort(
  log: EventLog,
  where: string,
  onProgress: (done: number, total: number, where: string) => void = () => {}
): Promise<LogVerification> {
  const contents = new ContentCheck()
  const displaced = new DisplacedKeys()
  const faults: VerifyFault[] = []
  const states = await Promise.all(
    Object.values(topics).map(async topic => [topic, await log.state(topic)] as const)
  )
  const total = states
    .flatMap(([, partitions]) => partitions)
    .reduce((sum, { start, end }) => sum + Number(end - start), 0)
  let records = 0
  for (const [topic, partitions] of states) {
    for (const state of partitions) {
      contents.begin(topic, state)
      const fault = await verifyPartition(log, topic, state, record => {
        onProgress(++records, total, topic)
        displaced.take(record, partitions.length)
        contents.take(record)
      })
      if (fault !== null) faults.push(fault)
    }
  }
  const all = [...faults, ...displaced.faults(), ...contents.faultsNotSetAside()]
  return {
    dataDir: where,
    whole: all.length === 0,
    records,
    setAside: contents.setAside,
    repeated: contents.repeated,
    faults: all,
    faultsOmitted: contents.omitted + displaced.omitted
  }
}

/**
 * Reads one partition to its end, or to the first unreadable record: no record after it can be
 * reached.
 */
async function verifyPartition(
  log: EventLog,
  topic: Topic,
  state: PartitionState,
  take: (record: Parameters<ContentCheck['take']>[0]) => void
): Promise<VerifyFault | null> {
  const { partition, start } = state
  let next = start
  try {
    for await (const record of readRecords(log, topic, state)) {
      take(record)
      next = record.position + 1n
    }
    return null
  } catch (error) {
    if (!(error instanceof EventLogError) || error.code !== 'record-corrupt') throw error
    return { kind: 'record-corrupt', where: `${topic}/${partition}/${next}`, detail: error.message }
  }
}
