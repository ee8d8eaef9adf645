// The logs for benchmarks: how a suite is configured for one, and how the ceiling is measured on
// the same kind.

import { createHash } from 'node:crypto'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { kafkajsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { EventLog } from '@tocsin/event-log/port'
import { provideKafka } from '@tocsin/testing/kafka/kafka-provider'
import type { SuiteRole } from '@tocsin/testing/process/suite-process'

export interface BenchLog {
  readonly name: 'embedded' | 'kafka'
  /**
   * Arguments of a suite on this log, and its environment with a data folder: a new folder is a new
   * log.
   */
  readonly args: readonly string[]
  envOf(dataDir: string): Readonly<Record<string, string>>
  /** The processes of a suite on this log, intake first, notifier last. */
  readonly roles: readonly SuiteRole[]
  /**
   * Opens the log of a folder: opening it again gives another handle on the same log. A new folder
   * is a new log.
   */
  open(dataDir: string): Promise<EventLog>
}

/** One partition each, so that the two logs do the same work. */
export const embeddedBench: BenchLog = {
  name: 'embedded',
  args: [],
  envOf: () => ({}),
  roles: ['up'],
  open: dataDir => openEmbeddedLog({ dataDir })
}

/** With the default driver. Topics with a separate prefix are left in the cluster. */
export function kafkaBench(brokers: readonly string[]): BenchLog {
  const prefixOf = (dataDir: string) =>
    `bench-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}.`
  return {
    name: 'kafka',
    args: ['--log', 'kafka', '--brokers', brokers.join(',')],
    envOf: dataDir => ({ TOCSIN_KAFKA_PREFIX: prefixOf(dataDir), TOCSIN_PARTITIONS: '1' }),
    roles: ['intake', 'rules', 'notifier'],
    open: dataDir =>
      openKafkaLog({
        brokers,
        driver: kafkajsDriver({ clientId: 'bench' }),
        prefix: prefixOf(dataDir),
        topics: readTopicsFile(),
        partitions: 1
      })
  }
}

/**
 * The named brokers, or one started for the measurement. Rejects with what is missing if neither is
 * available.
 */
export async function kafkaOf(
  brokers: readonly string[]
): Promise<{ readonly brokers: readonly string[]; close(): Promise<void> }> {
  return brokers.length > 0
    ? { brokers, close: async () => {} }
    : provideKafka({ isLongLived: true })
}
