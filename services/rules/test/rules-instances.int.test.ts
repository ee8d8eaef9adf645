// Several instances of the service on one log with Kafka's promises: what three that start at once
// write into an empty log, which are ready, which take over, and how little of a long log a
// takeover reads. The simulator tests random moves of partitions.

import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { ControlView } from '@tocsin/service/projection/control-view'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { makeRevision } from '@tocsin/testing/report/report-sketch'
import { allStored } from '@tocsin/testing/report/stored-records'
import { Registry } from 'prom-client'
import { afterEach, describe, expect, it } from 'vitest'
import { createRules } from '../src/rules-service.ts'
import { rulesSettings } from '../src/settings/config.ts'
import { readIndex } from '../src/theatre/snapshot-store.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function instance(log: EventLog, snapshotEveryRecords = 0, clock: Clock = systemClock) {
  const logger = createLogger({ level: 'fatal', name: 'rules', destination: { write: () => {} } })
  const control = new ControlView({ log, clock: systemClock, logger })
  await control.start()
  const metrics = new Registry()
  const service = createRules({
    log,
    clock,
    random: { bytes: (n: number) => new Uint8Array(n) } as never,
    secrets: secretsFrom(Buffer.alloc(32, 7), 'tk_owner-key-0123456789-0123456789'),
    control,
    logger,
    metrics,
    config: defaultConfig(rulesSettings, { 'rules.snapshotEveryRecords': snapshotEveryRecords })
  })
  const close = async () => {
    await service.close()
    await control.close()
  }
  closers.push(close)
  return { service, metrics, close }
}

async function textsOf(
  log: EventLog,
  topic: Topic
): Promise<{ id: string; key: string; type: string }[]> {
  const stored = await allStored(log, topic)
  return stored.map(({ id, key, value }) => ({
    id,
    key,
    type: JSON.parse(Buffer.from(value ?? []).toString()).type
  }))
}

async function declare(log: EventLog, id: string): Promise<void> {
  // No two lie in one country.
  const country = id.startsWith('area-')
    ? `Q${'ABCDEFGHI'[Number(id.slice(5))]}`
    : id.slice(0, 2).toUpperCase()
  const data = {
    id,
    countries: [country],
    polygon: null,
    clock: 'replay',
    retentionDays: 820
  } as const
  const payload: ControlPayload = { type: 'theatre.declared', data }
  const recordId = digest('test', id)
  const value = encodeRecord(
    { id: recordId, source: '/test', time: '2025-01-01T00:00:00.000Z', cause: null },
    payload
  )
  await log.append(topics.control, [{ id: recordId, key: 'control', value }])
}

async function report(log: EventLog, theatre: string, n: number): Promise<void> {
  const sketch = {
    id: `${theatre}-${n}`,
    at: '2025-06-01',
    lat: 10 + (n % 50) * 0.5,
    lon: -10 + Math.floor(n / 50),
    category: 'protest'
  } as const
  const id = digest('test', theatre, String(n))
  const data = makeRevision({ ...sketch, reportedAt: '2025-06-02T00:00:00.000Z' }, theatre)
  const envelope = { id, source: '/test', time: '2025-06-02T00:00:00.000Z', cause: null, theatre }
  await log.append(topics.incidents, [
    { id, key: theatre, value: encodeRecord(envelope, { type: 'report.received', data }) }
  ])
}

async function committed(log: EventLog): Promise<boolean> {
  const at = await log.committed('rules', topics.incidents)
  return (await log.state(topics.incidents)).every(
    ({ partition, end }) => (at?.positions[partition] ?? 0n) === end
  )
}

/** Records of the incidents log that no snapshot holds, by the newest index of each partition. */
async function behindSnapshots(log: EventLog): Promise<number> {
  const epoch = await log.epoch(topics.incidents)
  let behind = 0
  for (const { partition, end } of await log.state(topics.incidents)) {
    const index = await readIndex(log, partition, epoch)
    const nexts = (index?.theatres ?? []).map(({ next }) => Number(next))
    behind += Number(end) - Math.min(Number(end), ...(index === null ? [0] : nexts))
  }
  return behind
}

describe('several instances of the rules', () => {
  it('initialise an empty log once, though three start at the same time', async () => {
    const store = new MemoryStore({ partitions: 3 })
    const logs = [1, 2, 3].map(() => new MemoryLog({ like: 'kafka' }, store))
    const instances = await Promise.all(logs.map(log => instance(log)))
    await Promise.all(instances.map(({ service }) => service.start()))
    const log = logs[0] as MemoryLog
    await waitFor(() => committed(log), { what: 'everything to be folded' })
    const told = (await textsOf(log, topics.incidents)).filter(({ key }) => key === 'world')
    const first = [
      ...new Map(told.toReversed().map(record => [record.id, record])).values()
    ].toReversed()
    expect(first.map(({ type }) => type.slice('tocsin.'.length, -'.v1'.length))).toEqual([
      'clock.ticked',
      'theatre.configured',
      'engine.changed',
      ...defaultRules.map(() => 'rule.configured')
    ])
    expect(instances.map(({ service }) => service.readiness().ready)).toEqual([true, true, true])
    expect(
      instances.flatMap(({ service }) => service.engine.workers.map(w => w.partition)).sort()
    ).toEqual([0, 1, 2])
  })

  it('divide ten theatres among three of them at once, and begin a theatre that is declared while they run', async () => {
    const store = new MemoryStore({ partitions: 12 })
    const logs = [1, 2, 3].map(() => new MemoryLog({ like: 'kafka' }, store))
    const log = logs[0] as MemoryLog
    const ids = Array.from({ length: 9 }, (_, i) => `area-${i}`)
    for (const id of ids) await declare(log, id)
    const instances = await Promise.all(logs.map(each => instance(each)))
    await Promise.all(instances.map(({ service }) => service.start()))
    await declare(log, 'late-one')
    const theatresOf = ({ service }: (typeof instances)[number]) =>
      service.engine.owners.map(({ theatre }) => theatre)
    await waitFor(() => instances.flatMap(theatresOf).length === 10, {
      what: 'all theatres to be owned'
    })
    const counts = instances.map(each => theatresOf(each).length).sort()
    expect(counts.reduce((a, b) => a + b)).toBe(10)
    // Partitions move as a whole, and several theatres may lie in one.
    expect((counts.at(-1) ?? 0) - (counts[0] ?? 0)).toBeLessThanOrEqual(2)
  })

  it('take over a theatre from its snapshot, and read little of a long log', async () => {
    const store = new MemoryStore({ partitions: 3 })
    const log = new MemoryLog({ like: 'kafka' }, store)
    for (const id of ['sahel', 'sudan', 'coast']) await declare(log, id)
    const first = await instance(new MemoryLog({ like: 'kafka' }, store), 100)
    await first.service.start()
    for (let n = 0; n < 1000; n++)
      for (const id of ['sahel', 'sudan', 'coast']) await report(log, id, n)
    await waitFor(() => committed(log), { what: 'everything to be folded' })
    await waitFor(async () => (await behindSnapshots(log)) <= 310, {
      what: 'snapshots of what was folded'
    })
    const held = first.service.engine.owners.reduce((sum, { reportCount }) => sum + reportCount, 0)
    await first.close()
    const counted = new MemoryLog({ like: 'kafka' }, store)
    const read = countedReads(counted)
    const second = await instance(counted, 100)
    await second.service.start()
    expect(
      second.service.engine.owners.reduce((sum, { reportCount }) => sum + reportCount, 0)
    ).toBe(held)
    expect(held).toBe(3000)
    console.log(`a takeover of ${held} reports read ${JSON.stringify(read)} records`)
    expect(
      (read[topics.incidents] ?? 0) + (read[topics.assembly] ?? 0) + (read[topics.snapshots] ?? 0)
    ).toBeLessThan(900)
  })
})

/** Counts the records that a log hands out, by topic. */
function countedReads(log: MemoryLog): Record<string, number> {
  const counts: Record<string, number> = {}
  const [read, tail] = [log.read.bind(log), log.tail.bind(log)]
  log.read = async (topic, ...rest) => {
    const page = await read(topic, ...rest)
    counts[topic] = (counts[topic] ?? 0) + page.records.length
    return page
  }
  log.tail = async function* (cursor, options) {
    for await (const page of tail(cursor, options)) {
      counts[cursor.topic] = (counts[cursor.topic] ?? 0) + page.records.length
      yield page
    }
  }
  return counts
}
