// Sources of a Kafka for tests, in this order: the one in KAFKA_BROKERS, a container, the jars. The
// first available is used.

import { existsSync } from 'node:fs'
import { type KafkaBroker, type KafkaBrokerOptions, startKafkaBroker } from './kafka-broker.ts'
import { KafkaMissing } from './kafka-jars.ts'

export interface ProvidedKafka {
  readonly source: 'environment' | 'container' | 'jars'
  readonly brokers: readonly string[]
  /** To kill and pause it; only if it is a process of ours. */
  readonly control: KafkaBroker | null
  /** Stops what was started for it. */
  close(): Promise<void>
}

/**
 * Rejects with `KafkaMissing`, with the reason for each source. An engine or broker that exists but
 * fails is an error.
 */
export async function provideKafka(options: KafkaBrokerOptions = {}): Promise<ProvidedKafka> {
  const named = process.env.KAFKA_BROKERS
  if (named)
    return {
      source: 'environment',
      brokers: named.split(',').map(address => address.trim()),
      control: null,
      close: async () => {}
    }
  const reasons: string[] = ['KAFKA_BROKERS is not set']
  for (const start of [fromContainer, () => fromJars(options)]) {
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof KafkaMissing)) throw error
      reasons.push(error.message)
    }
  }
  throw new KafkaMissing(reasons.join('; '))
}

async function fromContainer(): Promise<ProvidedKafka> {
  // The library takes a second to load, so it is loaded only if an engine may exist.
  if (!process.env.DOCKER_HOST && !existsSync('/var/run/docker.sock'))
    throw new KafkaMissing('no container engine (DOCKER_HOST, docker.sock)')
  const { startKafkaContainer } = await import('./kafka-container.ts')
  const { brokers, stop } = await startKafkaContainer()
  return { source: 'container', brokers, control: null, close: stop }
}

async function fromJars(options: KafkaBrokerOptions): Promise<ProvidedKafka> {
  const broker = await startKafkaBroker(options)
  return { source: 'jars', brokers: broker.brokers, control: broker, close: () => broker.dispose() }
}
