// The Kafka log of a suite, with metrics of its handles: those of the suite, and those of its
// threads.

import type { KafkaStats } from '@tocsin/event-log/kafka/kafka-log'
import { registerReadCounter, registerReadGauge } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'
import { beginKafka } from '../kafka/kafka-log-by-settings.ts'
import type { SuiteLog, SuiteLogOptions } from './opened-log.ts'

/** Starts opening it. Throws ConfigError for contradictory settings. */
export async function openKafkaSuiteLog({
  metrics,
  ...options
}: SuiteLogOptions): Promise<SuiteLog> {
  const { log, opened, stats } = await beginKafka(options)
  let readThreadStats: () => readonly (KafkaStats | null)[] = () => []
  watchStats(metrics, () => [stats(), ...readThreadStats()])
  return {
    log,
    opened,
    closing: [{ name: 'log', close: () => log.close() }],
    includeStats(read) {
      readThreadStats = read
    }
  }
}

function watchStats(metrics: Registry, stats: () => readonly (KafkaStats | null)[]): void {
  const sumStats = (of: keyof KafkaStats) => stats().reduce((sum, one) => sum + (one?.[of] ?? 0), 0)
  const registerGauge = (name: string, help: string, of: keyof KafkaStats) =>
    registerReadGauge(metrics, name, help, () => sumStats(of))
  const registerCounter = (name: string, help: string, of: keyof KafkaStats) =>
    registerReadCounter(metrics, name, help, () => sumStats(of))
  registerGauge(
    'tocsin_kafka_waiting_records',
    'Records waiting to be written or acknowledged.',
    'waitingRecords'
  )
  registerGauge(
    'tocsin_kafka_waiting_bytes',
    'Bytes waiting to be written or acknowledged.',
    'waitingBytes'
  )
  registerCounter(
    'tocsin_kafka_connections_opened_total',
    'Opened connections to brokers.',
    'connectionsOpened'
  )
  registerCounter(
    'tocsin_kafka_connections_timed_out_total',
    'Connections to brokers that were closed because an answer timed out.',
    'connectionsTimedOut'
  )
  registerCounter(
    'tocsin_kafka_appends_unknown_total',
    'Appends whose outcome is unknown.',
    'unknownAppends'
  )
  registerCounter(
    'tocsin_kafka_rebalances_total',
    'Rebalances that this process took part in.',
    'rebalances'
  )
}
