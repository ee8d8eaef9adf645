// Bench `log-kafka`: the Kafka log with each of its drivers, compared with kafkajs' own producer
// and consumer, on one broker in one run. Short slices alternate, so that disturbances affect all
// sides. Throughput by batch size, reading, append → tail idle and under load, and the client's CPU
// time.

import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { platformaticDriver } from '@tocsin/event-log/kafka/driver/platformatic-driver'
import { type KafkaLog, openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { kafkajsAlone } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-alone'
import { kafkajsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { Cursor, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { type Quantiles, quantilesOf, quantilesText } from '../measure/quantiles.ts'
import { kafkaOf } from './bench-log.ts'

const eventBytes = 500
const sliceMs = 400
const topic = topics.incidents
const batchSizes = [1, 100, 1000] as const
const latencySamples = 300
const readRecords = 60_000

export interface AppendFigure {
  readonly side: string
  readonly batch: number
  /** One append after the other: acknowledged records per second. */
  readonly perS: number
  readonly append: Quantiles
  /** CPU time of this process, all threads, per record, µs. */
  readonly cpuUs: number
}

export interface ReadFigure {
  readonly side: string
  readonly perS: number
  readonly mbPerS: number
  readonly cpuUs: number
}

export interface LatencyFigure {
  readonly side: string
  readonly load: 'idle' | 'batches of 100'
  /** From the call of append until a tail has the record. */
  readonly latency: Quantiles
}

export interface KafkaLogBench {
  readonly bench: 'log-kafka'
  readonly eventBytes: number
  readonly appends: readonly AppendFigure[]
  readonly reads: readonly ReadFigure[]
  readonly latencies: readonly LatencyFigure[]
  /**
   * From scratch to the first acknowledged append: connecting and requesting topics, which exist.
   */
  readonly opening: readonly { readonly side: string; readonly open: Quantiles }[]
}

/** One side of the comparison: appends and reads of one topic. */
interface Side {
  readonly name: string
  append(records: readonly NewRecord[]): Promise<unknown>
  /**
   * Reads `count` records from the first position; resolves with their number, bytes and duration.
   */
  readAll(
    count: number
  ): Promise<{ readonly records: number; readonly bytes: number; readonly ms: number }>
  close(): Promise<void>
}

const drivers = { kafkajs: kafkajsDriver, platformatic: platformaticDriver } as const
type Driver = keyof typeof drivers
const driverNames = Object.keys(drivers) as Driver[]

/** Measures and prints; `seconds` for each batch size and side. Resolves with the figures. */
export async function benchKafkaLog(options: {
  readonly json: boolean
  readonly seconds: number
  readonly brokers: readonly string[]
}): Promise<KafkaLogBench> {
  const kafka = await kafkaOf(options.brokers)
  try {
    return await measure(options, kafka.brokers)
  } finally {
    await kafka.close()
  }
}

async function measure(
  options: { readonly json: boolean; readonly seconds: number },
  brokers: readonly string[]
): Promise<KafkaLogBench> {
  const prefix = `bench-${randomBytes(4).toString('hex')}-`
  const place = { brokers, prefix, topics: readTopicsFile(), partitions: 1, replication: 1 }
  const open = (driver: Driver) =>
    openKafkaLog({ ...place, driver: drivers[driver]({ clientId: 'bench' }) })
  const logs = new Map<Driver, KafkaLog>()
  for (const driver of driverNames) logs.set(driver, await open(driver))
  const alone = await kafkajsAlone(brokers, `${prefix}${topic}`)
  const sides: Side[] = [...logs].map(([driver, log]) => sideOf(driver, log))
  sides.push({ name: 'kafkajs alone', ...alone })
  try {
    const appends = await benchAppends(sides, options.seconds)
    const reads = await benchReads(sides, options.seconds)
    const latencies = await benchLatencies(logs)
    const opening = await benchOpening(open)
    const figures: KafkaLogBench = {
      bench: 'log-kafka',
      eventBytes,
      appends,
      reads,
      latencies,
      opening
    }
    console.log(options.json ? JSON.stringify(figures) : renderKafkaLogBench(figures))
    return figures
  } finally {
    await alone.deleteTopics(Object.values(topics).map(name => `${prefix}${name}`))
    for (const side of sides) await side.close()
  }
}

/** The figures as tables. Pure. */
function renderKafkaLogBench({ appends, reads, latencies, opening }: KafkaLogBench): string {
  const name = (side: string) => side.padEnd(14)
  const number = (value: number, width: number) =>
    Math.round(value).toLocaleString('en').padStart(width)
  return [
    `log-kafka: acknowledged appends of ${eventBytes}-byte events, one call after the other`,
    `batch  ${name('side')}    records/s   CPU µs/record   one append`,
    ...appends.map(
      a =>
        `${String(a.batch).padStart(5)}  ${name(a.side)}  ${number(a.perS, 11)}  ${a.cpuUs.toFixed(1).padStart(14)}   ${quantilesText(a.append)}`
    ),
    'reading from the first position',
    ...reads.map(
      r =>
        `       ${name(r.side)}  ${number(r.perS, 11)}  ${r.cpuUs.toFixed(1).padStart(14)}   ${r.mbPerS.toFixed(0)} MB/s`
    ),
    'append → tail',
    ...latencies.map(
      l => `       ${name(l.side)}  ${l.load.padEnd(14)}  ${quantilesText(l.latency)}`
    ),
    'opening, to the first acknowledged append',
    ...opening.map(o => `       ${name(o.side)}                  ${quantilesText(o.open)}`)
  ].join('\n')
}

function sideOf(name: string, log: KafkaLog): Side {
  return {
    name,
    append: records => log.append(topic, records),
    async readAll(count) {
      const start = performance.now()
      let records = 0
      let bytes = 0
      const stop = new AbortController()
      for await (const page of log.tail(await log.cursorAt(topic, 'earliest'), {
        signal: stop.signal
      })) {
        records += page.records.length
        for (const { value } of page.records) bytes += value?.byteLength ?? 0
        if (records >= count) stop.abort()
      }
      return { records, bytes, ms: performance.now() - start }
    },
    close: () => log.close()
  }
}

interface Tally {
  records: number
  bytes: number
  ms: number
  cpuUs: number
  readonly took: number[]
}

const newTally = (): Tally => ({ records: 0, bytes: 0, ms: 0, cpuUs: 0, took: [] })

async function benchAppends(sides: readonly Side[], seconds: number): Promise<AppendFigure[]> {
  const figures: AppendFigure[] = []
  for (const batch of batchSizes) {
    const tallies = new Map(sides.map(side => [side, newTally()] as const))
    for (const side of sides) await appendSlice(side, batch, newTally())
    const endMs = performance.now() + seconds * sides.length * 1000
    while (performance.now() < endMs)
      for (const [side, tally] of tallies) await appendSlice(side, batch, tally)
    for (const [{ name }, tally] of tallies) {
      const rates = { perS: (tally.records / tally.ms) * 1000, cpuUs: tally.cpuUs / tally.records }
      figures.push({ side: name, batch, ...rates, append: quantilesOf(tally.took) })
    }
  }
  return figures
}

/**
 * Records are built before the clock starts: the bench measures the log, not the building of ids.
 */
async function appendSlice(side: Side, batch: number, tally: Tally): Promise<void> {
  for (let ms = 0; ms < sliceMs; ) {
    const batches = Array.from({ length: Math.max(1, Math.floor(1000 / batch)) }, () =>
      makeBatch(batch)
    )
    const cpu = process.cpuUsage()
    for (const records of batches) {
      const start = performance.now()
      await side.append(records)
      const took = performance.now() - start
      tally.took.push(took)
      ms += took
      tally.ms += took
      tally.records += records.length
    }
    tally.cpuUs += cpuSince(cpu)
  }
}

async function benchReads(sides: readonly Side[], seconds: number): Promise<ReadFigure[]> {
  for (let n = 0; n < readRecords; n += 1000) await sides[0]!.append(makeBatch(1000))
  const tallies = new Map(sides.map(side => [side, newTally()] as const))
  for (const side of sides) await side.readAll(readRecords)
  const endMs = performance.now() + seconds * sides.length * 1000
  do
    for (const [side, tally] of tallies) {
      const cpu = process.cpuUsage()
      const { records, bytes, ms } = await side.readAll(readRecords)
      tally.ms += ms
      tally.cpuUs += cpuSince(cpu)
      tally.records += records
      tally.bytes += bytes
    }
  while (performance.now() < endMs)
  return [...tallies].map(([{ name }, { records, bytes, ms, cpuUs }]) => {
    return {
      side: name,
      perS: (records / ms) * 1000,
      mbPerS: bytes / 1000 / ms,
      cpuUs: cpuUs / records
    }
  })
}

async function benchLatencies(logs: ReadonlyMap<Driver, KafkaLog>): Promise<LatencyFigure[]> {
  const figures: LatencyFigure[] = []
  for (const load of ['idle', 'batches of 100'] as const)
    for (const [side, log] of logs)
      figures.push({ side, load, latency: await benchLatency(log, load) })
  return figures
}

async function benchLatency(log: KafkaLog, load: LatencyFigure['load']): Promise<Quantiles> {
  const stop = new AbortController()
  const sent = new Map<string, number>()
  const took: number[] = []
  const reading = follow(log, await log.cursorAt(topic, 'latest'), stop.signal, id => {
    const at = sent.get(id)
    if (at !== undefined) took.push(performance.now() - at)
  })
  const pressing = load === 'idle' ? Promise.resolve() : press(log, stop.signal)
  for (let i = 0; i < latencySamples; i++) {
    const batch = makeBatch(1)
    sent.set(batch[0]!.id, performance.now())
    await log.append(topic, batch)
    // Uneven intervals, so that nothing is synchronised.
    await pause(5 + (i % 7))
  }
  while (took.length < latencySamples) await pause(5)
  stop.abort()
  await Promise.all([reading, pressing])
  return quantilesOf(took)
}

async function follow(
  log: KafkaLog,
  from: Cursor,
  signal: AbortSignal,
  saw: (id: string) => void
): Promise<void> {
  for await (const page of log.tail(from, { signal })) for (const { id } of page.records) saw(id)
}

async function press(log: KafkaLog, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await log.append(topic, makeBatch(100))
    await pause(5)
  }
}

async function benchOpening(
  open: (driver: Driver) => Promise<KafkaLog>
): Promise<KafkaLogBench['opening']> {
  const took = new Map<Driver, number[]>(driverNames.map(driver => [driver, []]))
  for (let round = 0; round < 10; round++)
    for (const [driver, ms] of took) {
      const start = performance.now()
      const log = await open(driver)
      await log.append(topic, makeBatch(1))
      ms.push(performance.now() - start)
      await log.close()
    }
  return [...took].map(([side, ms]) => ({ side, open: quantilesOf(ms) }))
}

const value = Buffer.alloc(eventBytes, 'x')

function makeBatch(batch: number): NewRecord[] {
  const ids = randomBytes(16 * batch)
  return Array.from({ length: batch }, (_, i) => ({
    id: ids.toString('hex', i * 16, i * 16 + 16),
    key: 'sahel',
    value
  }))
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}
