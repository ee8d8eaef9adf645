// Opens the Kafka log given by the settings: for a suite, which waits while the brokers are away, and for commands, which do not.

import { readFileSync } from 'node:fs'
import { AwaitedLog } from '@tocsin/event-log/awaited-log'
import { kafkaNames } from '@tocsin/event-log/kafka/consumer-offsets'
import type { DriverOptions, DriverTls, KafkaDriver } from '@tocsin/event-log/kafka/driver/driver'
import { type KafkaLog, type KafkaStats, kafkaCapabilities, openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { readTopicsFile, type TopicWishes } from '@tocsin/event-log/kafka/topic/topic-specs'
import { ConfigError } from '@tocsin/service-kit/settings/config'
import { registerReadCounter, registerReadGauge } from '@tocsin/service-kit/telemetry/metrics'
import type { Registry } from 'prom-client'
import { checkKafkaConfig } from './kafka-settings.ts'
import type { SuiteLog, SuiteLogOptions } from './opened-log.ts'
import { StartWaiting } from './start-waiting.ts'
import type { SuiteConfig } from './suite-settings.ts'

/** Starts opening it. Throws ConfigError for contradictory settings. */
export async function openKafkaSuiteLog({ config, clock, logger, metrics, say }: SuiteLogOptions): Promise<SuiteLog> {
  checkKafkaConfig(config)
  const driver = await driverOf(config)
  const waiting = new StartWaiting({ brokers: config.brokers, clock, say: say ?? (() => {}) })
  let current: KafkaLog | null = null
  const log = new AwaitedLog({
    capabilities: kafkaCapabilities,
    names: kafkaNames(config.kafka.prefix),
    open: async () => {
      current = await openWith(driver, config, {
        createTopics: config.kafka.createTopics,
        partitions: config.partitions === 0 ? null : config.partitions,
        closesQuietSegments: true,
        onWarning: warning => logger.warn({ warning }, 'topics of the log')
      }).catch(error => {
        throw waiting.judge(error)
      })
      waiting.end()
      return current
    },
    waitMs: config.kafka.startWaitMs,
    clock,
    onRetry: ({ code, message }, attempt, waitMs) => {
      // For readers of the sentences on the terminal, this log entry would be a repeat.
      logger[say === undefined ? 'warn' : 'info']({ code, reason: message, attempt, waitMs }, 'the log does not answer yet')
      waiting.tell(message)
    }
  })
  watchStats(metrics, () => current?.stats() ?? null)
  return { log, opened: log.opened, closing: [{ name: 'log', close: () => log.close() }] }
}

export interface OpenKafkaOptions {
  readonly createTopics: boolean
  /** For topics to be created; existing topics must have this number. Null = as topics.json says, or as they are. */
  readonly partitions: NonNullable<TopicWishes['partitions']> | null
  readonly closesQuietSegments?: boolean
  readonly onWarning?: (warning: string) => void
}

/** Opens it at once. Throws ConfigError for contradictory settings; rejects with the log's errors. */
export async function openKafka(config: SuiteConfig, options: OpenKafkaOptions): Promise<KafkaLog> {
  checkKafkaConfig(config)
  return openWith(await driverOf(config), config, options)
}

function openWith(
  driver: KafkaDriver,
  { brokers, kafka }: SuiteConfig,
  { partitions, ...options }: OpenKafkaOptions
): Promise<KafkaLog> {
  const { prefix, replication, flushEach, sessionMs, answerMs, appendMs } = kafka
  return openKafkaLog({
    brokers,
    driver,
    prefix,
    topics: readTopicsFile(),
    ...options,
    limits: { sessionMs, answerMsMax: answerMs, appendMsMax: appendMs },
    ...(partitions === null ? {} : { partitions }),
    ...(flushEach ? { config: { 'flush.messages': '1' } } : {}),
    ...(replication === 0 ? {} : { replication })
  })
}

/** The configured driver; the other one's library is not loaded. */
async function driverOf({ kafka }: SuiteConfig): Promise<KafkaDriver> {
  const options = driverOptions(kafka)
  if (kafka.driver === 'platformatic')
    return (await import('@tocsin/event-log/kafka/driver/platformatic-driver')).platformaticDriver(options)
  return (await import('@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver')).kafkajsDriver(options)
}

function driverOptions({ clientId, ssl, sasl, username, password, ...files }: SuiteConfig['kafka']): DriverOptions {
  return {
    clientId,
    ...(ssl ? { tls: readTls(files) } : {}),
    ...(sasl === 'none' ? {} : { sasl: { mechanism: sasl, username, password: password ?? '' } })
  }
}

function readTls({ caFile, certFile, keyFile }: Pick<SuiteConfig['kafka'], 'caFile' | 'certFile' | 'keyFile'>): DriverTls {
  return {
    ...(caFile === '' ? {} : { ca: readPem('kafka.caFile', caFile) }),
    ...(certFile === '' ? {} : { cert: readPem('kafka.certFile', certFile) }),
    ...(keyFile === '' ? {} : { key: readPem('kafka.keyFile', keyFile) })
  }
}

function readPem(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError([{ key, origin: 'configuration', detail: `cannot be read: ${(error as Error).message}` }])
  }
}

function watchStats(metrics: Registry, stats: () => KafkaStats | null): void {
  const gauge = (name: string, help: string, of: keyof KafkaStats) =>
    registerReadGauge(metrics, name, help, () => stats()?.[of] ?? 0)
  const counter = (name: string, help: string, of: keyof KafkaStats) =>
    registerReadCounter(metrics, name, help, () => stats()?.[of] ?? 0)
  gauge('tocsin_kafka_waiting_records', 'Records waiting to be written or acknowledged.', 'waitingRecords')
  gauge('tocsin_kafka_waiting_bytes', 'Bytes waiting to be written or acknowledged.', 'waitingBytes')
  counter('tocsin_kafka_connections_opened_total', 'Opened connections to brokers.', 'connectionsOpened')
  counter(
    'tocsin_kafka_connections_timed_out_total',
    'Connections to brokers that were closed because an answer timed out.',
    'connectionsTimedOut'
  )
  counter('tocsin_kafka_appends_unknown_total', 'Appends whose outcome is unknown.', 'unknownAppends')
  counter('tocsin_kafka_rebalances_total', 'Rebalances that this process took part in.', 'rebalances')
}
