// The broker as a container, through testcontainers: requires an engine and the image built by
// infra/kafka/build-image. The only file that imports testcontainers for Kafka.

import {
  GenericContainer,
  getContainerRuntimeClient,
  ImageName,
  type StartedTestContainer,
  Wait
} from 'testcontainers'
import { freePort } from '../process/free-port.ts'
import { waitFor } from '../process/wait-for.ts'
import { KafkaMissing, readKafkaVersion } from './kafka-jars.ts'
import { checkBroker } from './kafka-probe.ts'

const clientPort = 9092
const startTimeoutMs = 120_000

export interface KafkaContainer {
  readonly brokers: readonly string[]
  readonly container: StartedTestContainer
  stop(): Promise<void>
}

/** The image that tests run. */
function readKafkaImage(): string {
  return `tocsin/kafka:${readKafkaVersion()}`
}

/**
 * Starts a broker in a container and resolves when it serves. Rejects with `KafkaMissing` without
 * an engine or the image.
 */
export async function startKafkaContainer(image = readKafkaImage()): Promise<KafkaContainer> {
  const host = await buildHost(image)
  const port = await freePort()
  const container = await new GenericContainer(image)
    .withExposedPorts({ container: clientPort, host: port })
    .withEnvironment({ KAFKA_ADVERTISED: `${host}:${port}` })
    // Not by the image's health check: Podman without systemd never runs it.
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .withStartupTimeout(startTimeoutMs)
    .start()
  const stop = async () => {
    await container.stop({ remove: true, removeVolumes: true })
  }
  await waitFor(() => checkBroker(host, port), {
    what: `answer of ${image}`,
    timeoutMs: startTimeoutMs
  }).catch(async error => {
    await stop()
    throw error
  })
  return { brokers: [`${host}:${port}`], container, stop }
}

/** The engine's host as reachable from here. It pulls no image: a missing one is reported. */
async function buildHost(image: string): Promise<string> {
  const client = await getContainerRuntimeClient().catch(error => {
    throw new KafkaMissing('no container engine answers', { cause: error })
  })
  if (!(await client.image.exists(ImageName.fromString(image))))
    throw new KafkaMissing(
      `the container engine has no image ${image}: build it with infra/kafka/build-image`
    )
  return client.info.containerRuntime.host
}
