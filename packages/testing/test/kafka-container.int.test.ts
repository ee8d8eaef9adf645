import { afterAll, describe, expect, it } from 'vitest'
import { type KafkaContainer, startKafkaContainer } from '../src/kafka/kafka-container.ts'
import { KafkaMissing } from '../src/kafka/kafka-jars.ts'
import { checkBroker } from '../src/kafka/kafka-probe.ts'
import { createTopic, hasTopic } from './kafka-wire.ts'

let kafka: KafkaContainer | null = null
let missing = ''
try {
  kafka = await startKafkaContainer()
} catch (error) {
  if (!(error instanceof KafkaMissing)) throw error
  missing = error.message
  console.warn(`!! SKIPPED: the broker as a container: ${missing}`)
}
afterAll(() => kafka?.stop())

describe.skipIf(missing)('the broker as a container', { timeout: 120_000 }, () => {
  const port = () => Number(kafka!.brokers[0]!.split(':')[1])

  it('serves, is healthy, and creates no topics by itself', async () => {
    const host = kafka!.brokers[0]!.split(':')[0]!
    expect(await checkBroker(host, port())).toBe(true)
    expect(await createTopic(port(), 'made')).toBe(0)
    expect(await hasTopic(port(), 'made')).toBe(true)
    expect(await hasTopic(port(), 'asked-for')).toBe(false)
    expect((await kafka!.container.exec(['/bin/bash', '/opt/kafka/healthcheck.sh'])).exitCode).toBe(
      0
    )
  })

  it('does not run as root, and cannot write outside its folders', async () => {
    expect((await kafka!.container.exec(['id', '-u'])).output.trim()).toBe('10001')
    expect((await kafka!.container.exec(['touch', '/opt/kafka/mine'])).exitCode).not.toBe(0)
  })

  it('is reported as missing if the engine has no such image: nothing is pulled', async () => {
    await expect(startKafkaContainer('tocsin/kafka:0.0.0')).rejects.toThrow(KafkaMissing)
  })

  it('keeps its data across a restart', async () => {
    expect(await createTopic(port(), 'kept')).toBe(0)
    await kafka!.container.restart()
    expect(await hasTopic(port(), 'kept')).toBe(true)
  })
})
