// One Kafka per vitest run, started when the first test file asks for it. Test files ask over
// loopback because each is a separate process; this process stops it at the end of the run.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { KafkaMissing } from './kafka-jars.ts'
import { type ProvidedKafka, provideKafka } from './kafka-provider.ts'

/** The reply to a test file. */
export type KafkaAnswer =
  | { readonly source: string; readonly brokers: readonly string[] }
  | { readonly missing: string }
  | { readonly failed: string }

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the process that starts Kafka. */
    kafkaProviderUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let asked: Promise<ProvidedKafka> | null = null
  const server = createServer((_, response) => {
    asked ??= provideKafka().then(announceKafka)
    void answer(asked, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  project.provide('kafkaProviderUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.closeAllConnections()
    server.close()
    const kafka = await asked?.catch(() => null)
    await kafka?.close()
  }
}

function announceKafka(kafka: ProvidedKafka): ProvidedKafka {
  console.log(`Kafka for the tests: ${kafka.brokers.join(',')} (${kafka.source})`)
  return kafka
}

async function answer(asked: Promise<ProvidedKafka>, response: ServerResponse): Promise<void> {
  const said: KafkaAnswer = await asked.then(
    ({ source, brokers }) => ({ source, brokers }),
    (error: Error) =>
      error instanceof KafkaMissing
        ? { missing: error.message }
        : { failed: error.stack ?? error.message }
  )
  response.setHeader('content-type', 'application/json').end(JSON.stringify(said))
}
