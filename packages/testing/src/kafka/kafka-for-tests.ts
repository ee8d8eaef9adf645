// Entry point for test files that need Kafka; such files have `kafka` in their names. A test that
// kills or pauses brokers starts its own: see `ownBrokers`.

import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { findKafkaProgram, startKafkaBroker } from './kafka-broker.ts'
import type { KafkaAnswer } from './kafka-global-setup.ts'
import { KafkaMissing } from './kafka-jars.ts'

export interface KafkaForTests {
  readonly brokers: readonly string[]
  readonly source: string
  readonly skipped?: never
}

/** Why Kafka is unavailable, for `describe.skipIf(kafka.skipped)`. Already printed. */
export interface KafkaSkipped {
  readonly skipped: string
  readonly brokers?: never
}

/**
 * The Kafka shared by all test files of this run: use only topics with your `kafkaPrefix`. On CI a
 * missing one is an error.
 */
export async function kafkaForTests(): Promise<KafkaForTests | KafkaSkipped> {
  const response = await fetch(inject('kafkaProviderUrl'))
  const answer = (await response.json()) as KafkaAnswer
  if ('failed' in answer) throw new Error(answer.failed)
  return 'missing' in answer ? skip(answer.missing) : answer
}

export interface OwnBrokers {
  readonly start: typeof startKafkaBroker
  readonly skipped?: never
}

/**
 * Starts brokers owned by the test, to be killed, paused and filled; they run from the jars. On CI
 * missing prerequisites are an error.
 */
export async function ownBrokers(): Promise<
  OwnBrokers | { readonly skipped: string; readonly start?: never }
> {
  try {
    await findKafkaProgram()
    return { start: startKafkaBroker }
  } catch (error) {
    if (!(error instanceof KafkaMissing)) throw error
    return skip(error.message)
  }
}

/** A prefix for topics and groups that no other test uses. */
export function kafkaPrefix(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}.`
}

function skip(reason: string): { readonly skipped: string } {
  if (process.env.CI) throw new Error(`On CI tests with Kafka are never skipped: ${reason}`)
  const line = '!'.repeat(100)
  console.warn(
    `${line}\n!! SKIPPED: these tests need Kafka, which is unavailable: ${reason}\n${line}`
  )
  return { skipped: reason }
}
