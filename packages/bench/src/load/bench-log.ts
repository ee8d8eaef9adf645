// The logs for benches: how a suite is configured for one, and how the ceiling is measured on the
// same kind. One partition each, so that the two logs do the same work.

import { createHash } from 'node:crypto'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { EventLog } from '@tocsin/event-log/port'
import type { SuiteRole } from '@tocsin/testing/process/suite-process'
import type { BenchOptions } from '../runner/run-bench.ts'

export interface BenchLog {
  readonly name: BenchOptions['log']
  /** The processes of a suite on this log, intake first, notifier last. */
  readonly roles: readonly SuiteRole[]
  /** Arguments of a suite on this log. */
  readonly args: readonly string[]
  /** Its environment with a data folder: a new folder is a new log. */
  chooseSettings(dataDir: string): Readonly<Record<string, string>>
  /** Opens the log of a folder. */
  open(dataDir: string): Promise<EventLog & AsyncDisposable>
}

export const embeddedBench: BenchLog = {
  name: 'embedded',
  roles: ['up'],
  args: [],
  chooseSettings: () => ({}),
  open: dataDir => openEmbeddedLog({ dataDir })
}

export function chooseLog({ log, brokers }: BenchOptions): BenchLog {
  return log === 'embedded' ? embeddedBench : makeKafkaBench(brokers)
}

/** Topics of a folder have a prefix of their own and are left in the cluster. */
export function choosePrefix(dataDir: string): string {
  return `bench-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}.`
}

function makeKafkaBench(brokers: readonly string[]): BenchLog {
  return {
    name: 'kafka',
    roles: ['intake', 'rules', 'notifier'],
    args: ['--log', 'kafka', '--brokers', brokers.join(',')],
    chooseSettings: dataDir => ({
      TOCSIN_KAFKA_PREFIX: choosePrefix(dataDir),
      TOCSIN_PARTITIONS: '1'
    }),
    open: async dataDir => {
      const log = await openKafkaLog({
        brokers,
        driver: createKafkaJsDriver({ clientId: 'bench' }),
        prefix: choosePrefix(dataDir),
        topics: readTopicsFile(),
        partitions: 1
      })
      return Object.assign(log, { [Symbol.asyncDispose]: () => log.close() })
    }
  }
}
