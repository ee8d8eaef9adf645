// Bench `log`: durable appends compared with what the disk, or kafkajs alone, can do with the same bytes,
// by turns.

import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { EmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { createPlainKafkaJs } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-alone'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { chooseLog, choosePrefix } from './load/bench-log.ts'
import { readOwnCpuMs } from './runner/clocks.ts'
import type { Figure } from './runner/figures.ts'
import { describeLatency } from './runner/quantiles.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'
import { computeTurnRatio, measureByTurns, type Side } from './runner/turns.ts'

const eventBytes = 500
const topic = topics.incidents
const sliceSeconds = 0.3

export const bench: Bench = {
  name: 'log',
  what: `durable appends of ${eventBytes}-byte events, beside write + fdatasync, or kafkajs alone`,
  runsOnKafka: true,
  cases: [
    { name: 'batch-1', measure: options => measureAppends(options, 1, 0.9) },
    { name: 'batch-100', measure: options => measureAppends(options, 100, 0.65) },
    { name: 'batch-1000', measure: options => measureAppends(options, 1000, 0.35) }
  ]
}

/** What the same bytes cost without a log around them. */
interface Ceiling {
  append(records: readonly NewRecord[]): Promise<unknown>
  close(): Promise<void>
}

async function openCeiling({ log, brokers }: BenchOptions, dataDir: string): Promise<Ceiling> {
  if (log === 'kafka') return createPlainKafkaJs(brokers, `${choosePrefix(dataDir)}${topic}`)
  const file = openSync(join(dataDir, 'ceiling'), 'a')
  return {
    async append(records) {
      writeSync(file, Buffer.alloc(records.length * eventBytes, 'x'))
      fdatasyncSync(file)
    },
    close: async () => closeSync(file)
  }
}

function measureAppends(
  options: BenchOptions,
  batch: number,
  reach: number
): Promise<readonly Figure[]> {
  return withTempDir(async dataDir => {
    await using log = await chooseLog(options).open(dataDir)
    const ceiling = await openCeiling(options, dataDir)
    const samplesMs: number[] = []
    const append = async (records: readonly NewRecord[]) => {
      const beganMs = performance.now()
      await log.append(topic, records)
      samplesMs.push(performance.now() - beganMs)
    }
    const rates = await measureByTurns(
      {
        log: appendBatches(batch, append, () => finishCheckpoint(log)),
        ceiling: appendBatches(batch, records => ceiling.append(records))
      },
      { seconds: options.seconds, sliceSeconds }
    )
    await ceiling.close()
    const isKafka = options.log === 'kafka'
    return [
      {
        what: 'appends',
        unit: '/s',
        value: rates.log.perSecond,
        ceiling: rates.ceiling.perSecond,
        ratio: computeTurnRatio(rates.log, rates.ceiling),
        ratioTarget: isKafka ? undefined : { atLeast: reach }
      },
      {
        what: 'appends per CPU-second',
        unit: '/s',
        value: rates.log.perCpuSecond,
        ceiling: isKafka ? rates.ceiling.perCpuSecond : undefined
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
