// Bench `log`: durable appends beside what the disk, or kafkajs alone, can do with the same bytes,
// by turns; reading; and the time from an append to a tail.

import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { EmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { kafkajsAlone } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-alone'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { chooseLog, choosePrefix } from './load/bench-log.ts'
import type { TailCalls } from './log-tail.ts'
import { readOwnCpuMs, readSharedMs } from './runner/clocks.ts'
import type { Figure } from './runner/figures.ts'
import { Helper } from './runner/helper-process.ts'
import { describeLatency } from './runner/quantiles.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'
import { computeTurnRatio, measureByTurns, type Side, type Slice } from './runner/turns.ts'

const eventBytes = 500
const topic = topics.incidents
const sliceSeconds = 0.3
const tailSamples = 300
const readRecords = 60_000

export const bench: Bench = {
  name: 'log',
  what: `durable appends of ${eventBytes}-byte events, beside write + fdatasync, or kafkajs alone`,
  runsOnKafka: true,
  cases: [
    { name: 'batch-1', measure: options => measureAppends(options, 1, 0.9) },
    { name: 'batch-100', measure: options => measureAppends(options, 100, 0.65) },
    { name: 'batch-1000', measure: options => measureAppends(options, 1000, 0.35) },
    { name: 'read', measure: measureReads },
    { name: 'tail', measure: measureTail }
  ]
}

/** What the same bytes cost without a log around them. */
interface Ceiling {
  append(records: readonly NewRecord[]): Promise<unknown>
  /** Null: there is none for reading. */
  readonly readAll:
    | ((count: number) => Promise<{ readonly records: number; readonly ms: number }>)
    | null
  close(): Promise<void>
}

function withLog<T>(
  options: BenchOptions,
  use: (log: EventLog, ceiling: Ceiling) => Promise<T>
): Promise<T> {
  return withTempDir(async dataDir => {
    const log = await chooseLog(options).open(dataDir)
    const ceiling = await openCeiling(options, dataDir)
    try {
      return await use(log, ceiling)
    } finally {
      await ceiling.close()
      await log.close()
    }
  })
}

async function openCeiling({ log, brokers }: BenchOptions, dataDir: string): Promise<Ceiling> {
  if (log === 'kafka') return kafkajsAlone(brokers, `${choosePrefix(dataDir)}${topic}`)
  const file = openSync(join(dataDir, 'ceiling'), 'a')
  return {
    async append(records) {
      writeSync(file, Buffer.alloc(records.length * eventBytes, 'x'))
      fdatasyncSync(file)
    },
    readAll: null,
    close: async () => closeSync(file)
  }
}

function measureAppends(
  options: BenchOptions,
  batch: number,
  reach: number
): Promise<readonly Figure[]> {
  return withLog(options, async (log, ceiling) => {
    const samplesMs: number[] = []
    const rates = await measureByTurns(
      {
        log: appendBatches(
          batch,
          async records => {
            const beganMs = performance.now()
            await log.append(topic, records)
            samplesMs.push(performance.now() - beganMs)
          },
          () => finishCheckpoint(log)
        ),
        ceiling: appendBatches(batch, records => ceiling.append(records))
      },
      { seconds: options.seconds, sliceSeconds }
    )
    const isKafka = options.log === 'kafka'
    return [
      {
        what: 'appends',
        unit: '/s',
        value: rates.log.perSecond,
        ceiling: rates.ceiling.perSecond,
        ratio: computeTurnRatio(rates.log, rates.ceiling),
        ...(isKafka ? {} : { ratioTarget: { atLeast: reach } })
      },
      {
        what: 'appends per CPU-second',
        unit: '/s',
        value: rates.log.perCpuSecond,
        ...(isKafka ? { ceiling: rates.ceiling.perCpuSecond } : {})
      },
      ...describeLatency('one append', samplesMs)
    ]
  })
}

/** Records are made before the clock starts: the log is measured, not the making of ids. */
function appendBatches(
  batch: number,
  append: (records: readonly NewRecord[]) => Promise<unknown>,
  finish: () => Promise<void> = async () => {}
): Side {
  return async seconds => {
    const slice = { count: 0, ms: 0, cpuMs: 0 }
    while (slice.ms < seconds * 1000) {
      const batches = Array.from({ length: Math.max(1, 1000 / batch) }, () => makeBatch(batch))
      const [beganMs, cpuMs] = [performance.now(), readOwnCpuMs()]
      for (const records of batches) await append(records)
      await finish()
      slice.count += batches.length * batch
      slice.ms += performance.now() - beganMs
      slice.cpuMs += readOwnCpuMs() - cpuMs
    }
    return slice
  }
}

/** Work in the background is part of the cost of the log, and must not slow down the other side. */
async function finishCheckpoint(log: EventLog): Promise<void> {
  while ('stats' in log && (log as EmbeddedLog).stats().checkpointing) await delay(1)
}

const value = Buffer.alloc(eventBytes, 'x')

function makeBatch(batch: number): readonly NewRecord[] {
  const ids = randomBytes(16 * batch)
  return Array.from({ length: batch }, (_, i) => ({
    id: ids.toString('hex', i * 16, i * 16 + 16),
    key: 'sahel',
    value
  }))
}

function measureReads(options: BenchOptions): Promise<readonly Figure[]> {
  return withLog(options, async (log, ceiling) => {
    for (let n = 0; n < readRecords; n += 1000) await log.append(topic, makeBatch(1000))
    const read =
      (readAll: NonNullable<Ceiling['readAll']>): Side =>
      async () => {
        const cpuMs = readOwnCpuMs()
        const { records, ms } = await readAll(readRecords)
        return { count: records, ms, cpuMs: readOwnCpuMs() - cpuMs }
      }
    const sides: Record<string, Side> = { log: read(count => readLog(log, count)) }
    if (ceiling.readAll !== null) sides.ceiling = read(ceiling.readAll)
    const rates = await measureByTurns(sides, { seconds: options.seconds, sliceSeconds: 1 })
    const best = rates.ceiling
    return [
      {
        what: 'records read',
        unit: '/s',
        value: rates.log!.perSecond,
        ...(best === undefined ? {} : { ceiling: best.perSecond })
      },
      {
        what: 'records read per CPU-second',
        unit: '/s',
        value: rates.log!.perCpuSecond,
        ...(best === undefined ? {} : { ceiling: best.perCpuSecond })
      }
    ]
  })
}

/** Reads from the first position. Rejects if a value is not that of an append. */
async function readLog(log: EventLog, count: number): Promise<Slice & { records: number }> {
  const beganMs = performance.now()
  let records = 0
  const stop = new AbortController()
  for await (const page of log.tail(await log.cursorAt(topic, 'earliest'), {
    signal: stop.signal
  })) {
    for (const record of page.records)
      if (record.value?.byteLength !== eventBytes)
        throw new Error(`record ${record.id} is not whole`)
    records += page.records.length
    if (records >= count) stop.abort()
  }
  return { records, count: records, ms: performance.now() - beganMs, cpuMs: 0 }
}

/** From the call of append until a tail has the record, in this process and in another. */
function measureTail(options: BenchOptions): Promise<readonly Figure[]> {
  return withTempDir(async dataDir => {
    const log = await chooseLog(options).open(dataDir)
    const stop = new AbortController()
    const arrivals = new Map<string, number>()
    const following = followLog(log, stop.signal, arrivals)
    const other =
      options.log === 'kafka'
        ? null
        : new Helper<TailCalls>(new URL('./log-tail.ts', import.meta.url))
    try {
      await other?.call('follow', dataDir)
      const sent = await appendSpaced(log)
      const measure = async (read: () => Promise<ReadonlyMap<string, number>>) => {
        const found = await waitFor(
          async () => {
            const seen = await read()
            return [...sent.keys()].every(id => seen.has(id)) && seen
          },
          { what: 'each record at the tail' }
        )
        return [...sent].map(([id, atMs]) => found.get(id)! - atMs)
      }
      const here = await measure(async () => arrivals)
      const there =
        other === null ? null : await measure(async () => new Map(await other.call('readArrivals')))
      return [
        ...describeLatency('append → tail', here),
        ...(there === null ? [] : describeLatency('append → tail in another process', there))
      ]
    } finally {
      other?.stop()
      stop.abort()
      await following
      await log.close()
    }
  })
}

async function followLog(
  log: EventLog,
  signal: AbortSignal,
  arrivals: Map<string, number>
): Promise<void> {
  for await (const { records } of log.tail(await log.cursorAt(topic, 'earliest'), { signal }))
    for (const { id } of records) arrivals.set(id, readSharedMs())
}

/** Resolves with the ids and when each was appended. */
async function appendSpaced(log: EventLog): Promise<ReadonlyMap<string, number>> {
  const sent = new Map<string, number>()
  for (let i = 0; i < tailSamples; i++) {
    const batch = makeBatch(1)
    sent.set(batch[0]!.id, readSharedMs())
    await log.append(topic, batch)
    // Uneven intervals, so that each phase of the other process's polling is covered.
    await delay(5 + (i % 7))
  }
  return sent
}
