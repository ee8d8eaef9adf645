// Opens the Kafka log given by the settings: for suites and their threads, which wait while the
// brokers are away, and for commands, which do not.

import { readFileSync } from 'node:fs'
import { AwaitedLog, type FailingLog } from '@tocsin/event-log/awaited-log'
import { createKafkaNames } from '@tocsin/event-log/kafka/consumer-offsets'
import type {
  DriverOptions,
  DriverSasl,
  DriverTls,
  KafkaDriver
} from '@tocsin/event-log/kafka/driver/driver'
import {
  type KafkaLog,
  type KafkaStats,
  kafkaCapabilities,
  openKafkaLog
} from '@tocsin/event-log/kafka/kafka-log'
import { readTopicsFile, type TopicWishes } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { ConfigError } from '@tocsin/service/settings/settings'
import { checkKafkaConfig, type KafkaConfig } from './kafka-settings.ts'
import { StartWaiting } from './start-waiting.ts'
import { TokenCommand } from './token-command.ts'

/** The settings of a suite that concern it. */
export interface KafkaLogConfig extends KafkaConfig {
  /**
   * For topics to be created; existing topics must have this number. 0 = as in topics.json, or as
   * they are.
   */
  readonly partitions: number
}

export interface AwaitedKafkaOptions extends Pick<ServiceDeps, 'clock' | 'logger'> {
  readonly config: KafkaLogConfig
  /** For a person at a terminal: receives sentences about what is waited for. */
  readonly say?: (sentence: string) => void
  /** False where another log of this process warns about the same topics. */
  readonly warns?: boolean
}

export interface AwaitedKafka {
  readonly log: FailingLog
  /**
   * Resolves when the log answers. Rejects if it refuses, or does not answer within the configured
   * time.
   */
  readonly opened: Promise<void>
  /** Null until it is open. */
  readonly stats: () => KafkaStats | null
}

/** Starts opening it. Throws ConfigError for contradictory settings. */
export async function beginKafka({
  config,
  clock,
  logger,
  say,
  warns = true
}: AwaitedKafkaOptions): Promise<AwaitedKafka> {
  checkKafkaConfig(config)
  const driver = await loadDriver(config)
  const waiting = new StartWaiting({ brokers: config.brokers, clock, say: say ?? (() => {}) })
  let current: KafkaLog | null = null
  const log = new AwaitedLog({
    capabilities: kafkaCapabilities,
    names: createKafkaNames(config.kafka.prefix),
    open: async () => {
      current = await openWith(driver, config, {
        createTopics: config.kafka.createTopics,
        partitions: config.partitions === 0 ? null : config.partitions,
        closesQuietSegments: true,
        onWarning: warning => warns && logger.warn({ warning }, 'topics of the log')
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
      logger[say === undefined ? 'warn' : 'info'](
        { code, reason: message, attempt, waitMs },
        'the log does not answer yet'
      )
      waiting.report(message)
    }
  })
  return { log, opened: log.opened, stats: () => current?.stats() ?? null }
}

export interface OpenKafkaOptions {
  readonly createTopics: boolean
  /**
   * For topics to be created; existing topics must have this number. Null = as in topics.json, or
   * as they are.
   */
  readonly partitions: NonNullable<TopicWishes['partitions']> | null
  readonly closesQuietSegments?: boolean
  readonly onWarning?: (warning: string) => void
}

/**
 * Opens it without waiting for brokers. Throws ConfigError for contradictory settings; rejects with the log's errors.
 */
export async function openKafka(
  config: KafkaLogConfig,
  options: OpenKafkaOptions
): Promise<KafkaLog> {
  checkKafkaConfig(config)
  return openWith(await loadDriver(config), config, options)
}

function openWith(
  driver: KafkaDriver,
  { brokers, kafka }: KafkaLogConfig,
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

/** Loads the client library only here: a suite on the embedded log does not need it. */
async function loadDriver({ kafka }: KafkaLogConfig): Promise<KafkaDriver> {
  const { createKafkaJsDriver } = await import(
    '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
  )
  return createKafkaJsDriver(buildDriverOptions(kafka))
}

function buildDriverOptions({ clientId, ssl, ...security }: KafkaConfig['kafka']): DriverOptions {
  const sasl = buildSasl(security)
  return {
    clientId,
    ...(ssl ? { tls: readTls(security) } : {}),
    ...(sasl === null ? {} : { sasl })
  }
}

function buildSasl({
  sasl: mechanism,
  username,
  password,
  tokenCommand
}: Pick<
  KafkaConfig['kafka'],
  'sasl' | 'username' | 'password' | 'tokenCommand'
>): DriverSasl | null {
  if (mechanism === 'none') return null
  if (mechanism === 'oauthbearer') return { mechanism, tokens: new TokenCommand(tokenCommand) }
  return { mechanism, username, password: password ?? '' }
}

function readTls({
  caFile,
  certFile,
  keyFile
}: Pick<KafkaConfig['kafka'], 'caFile' | 'certFile' | 'keyFile'>): DriverTls {
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
    throw new ConfigError([
      { key, origin: 'configuration', detail: `cannot be read: ${(error as Error).message}` }
    ])
  }
}
