// Many instances of each service on one Kafka, each a real process with its own network to the
// broker, to be killed, paused and disconnected. The broker has a listener per instance and
// advertises that instance's proxy there, so that no connection bypasses it.

import { randomBytes } from 'node:crypto'
import type { EventLog } from '@tocsin/event-log/port'
import {
  type KafkaBroker,
  type KafkaBrokerOptions,
  startKafkaBroker
} from '@tocsin/testing/kafka/kafka-broker'
import { freePorts } from '@tocsin/testing/process/free-port'
import { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { withLog } from '../harness/logs.ts'
import { RotatingApi } from '../harness/rotating-api.ts'
import { masterKeyOfTests } from '../harness/same-secrets.ts'
import { webhooksHere } from '../harness/whole-suite.ts'
import { type Role, roles } from './three-processes.ts'

export interface FleetOptions {
  readonly partitions: number
  readonly instances: Readonly<Record<Role, number>>
  readonly env?: Readonly<Record<string, string>>
  /** Of the broker's process. */
  readonly broker?: KafkaBrokerOptions
}

export class FleetMember {
  readonly role: Role
  readonly name: string
  readonly proxy: TcpProxy
  process: SuiteProcess

  constructor(role: Role, index: number, proxy: TcpProxy, process: SuiteProcess) {
    this.role = role
    this.name = `${role} ${index + 1}`
    this.proxy = proxy
    this.process = process
  }

  get url(): string {
    return this.process.url
  }

  /** kill -9, then a new process in its place. Resolves when that is ready. */
  async killAndRestart(): Promise<void> {
    await this.process.kill9()
    await this.start()
  }

  /**
   * SIGTERM, as in a rolling restart, then a new process in its place. Resolves when that is ready.
   */
  async restartInOrder(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** SIGTERM. Rejects if it does not exit cleanly. */
  async stop(): Promise<void> {
    const exit = await this.process.stop(30_000)
    if (exit.code !== 0)
      throw new Error(`${this.name} ended with ${JSON.stringify(exit)}\n${this.process.output}`)
  }

  /** A new process in the place of one that has ended. Resolves when it is ready. */
  async start(): Promise<void> {
    this.process = new SuiteProcess(this.process.options)
    await this.process.ready()
  }
}

/** Maximum instances of a fleet; each needs a listener that exists when the broker starts. */
const instancesMax = 12

export class Fleet {
  readonly broker: KafkaBroker
  readonly key: string
  readonly masterKey: string
  readonly prefix: string
  readonly members: readonly FleetMember[]
  readonly #folders: readonly string[]

  private constructor(
    broker: KafkaBroker,
    secrets: { key: string; masterKey: string },
    prefix: string,
    members: readonly FleetMember[],
    folders: readonly string[]
  ) {
    this.broker = broker
    this.key = secrets.key
    this.masterKey = secrets.masterKey
    this.prefix = prefix
    this.members = members
    this.#folders = folders
  }

  /** Starts the broker and all instances at once, like a cluster. Resolves when all are ready. */
  static async start({
    partitions,
    instances,
    env = {},
    broker: brokerOptions = {}
  }: FleetOptions): Promise<Fleet> {
    const wanted = roles.flatMap(role =>
      Array.from({ length: instances[role] }, (_, index) => ({ role, index }))
    )
    if (wanted.length > instancesMax) throw new RangeError(`at most ${instancesMax} instances`)
    const proxies = await Promise.all(wanted.map(() => TcpProxy.listen()))
    const [plain, controller, ...listeners] = await freePorts(2 + wanted.length)
    const broker = await startKafkaBroker({
      ...brokerOptions,
      ports: { plain: plain!, controller: controller! },
      properties: {
        ...listenerProperties(plain!, controller!, listeners, proxies),
        ...brokerOptions.properties
      }
    })
    for (const [i, proxy] of proxies.entries()) proxy.target = `127.0.0.1:${listeners[i]}`
    const secrets = {
      key: `tk_owner_${randomBytes(12).toString('hex')}`,
      masterKey: masterKeyOfTests
    }
    const prefix = `fleet-${randomBytes(3).toString('hex')}.`
    const ports = await freePorts(wanted.length)
    const folders = await Promise.all(wanted.map(() => makeTempDir()))
    const members = wanted.map(({ role, index }, i) => {
      const process = new SuiteProcess({
        role,
        dataDir: folders[i]!,
        port: ports[i]!,
        args: ['--log', 'kafka', '--brokers', proxies[i]!.address],
        env: {
          ...webhooksHere,
          TOCSIN_OWNER_KEY: secrets.key,
          TOCSIN_MASTER_KEY: secrets.masterKey,
          TOCSIN_KAFKA_PREFIX: prefix,
          TOCSIN_PARTITIONS: String(partitions),
          ...env
        }
      })
      return new FleetMember(role, index, proxies[i]!, process)
    })
    const fleet = new Fleet(broker, secrets, prefix, members, folders)
    try {
      await Promise.all(members.map(member => member.process.ready(120_000)))
    } catch (error) {
      await fleet.end()
      throw error
    }
    return fleet
  }

  of(role: Role): readonly FleetMember[] {
    return this.members.filter(member => member.role === role)
  }

  /** A client that rotates through the instances of a service. */
  api(role: Role): RotatingApi {
    return new RotatingApi(
      this.of(role).map(({ url }) => url),
      this.key
    )
  }

  /** Opens the fleet's log directly, passes it to `use`, closes it. */
  withLog<T>(use: (log: EventLog) => Promise<T>): Promise<T> {
    return withLog({ brokers: this.broker.brokers, prefix: this.prefix }, use)
  }

  /** The last output of each, for error messages. */
  outputs(): string {
    return this.members
      .map(({ name, process }) => `--- ${name}\n${process.output.slice(-2500)}`)
      .join('\n')
  }

  /** Kills everything and removes it. */
  async end(): Promise<void> {
    await Promise.all(this.members.map(({ process }) => process.kill9()))
    await Promise.all(this.members.map(({ proxy }) => proxy.close()))
    await this.broker.dispose()
    await Promise.all(this.#folders.map(removeDir))
  }
}

/**
 * One plain listener for the test, one for each instance that is advertised at the instance's
 * proxy.
 */
function listenerProperties(
  plain: number,
  controller: number,
  ports: readonly number[],
  proxies: readonly TcpProxy[]
): Readonly<Record<string, string>> {
  const at = (name: string, address: string | number) =>
    `${name}://${typeof address === 'number' ? `127.0.0.1:${address}` : address}`
  const names = ports.map((_, i) => `INSTANCE${i}`)
  return {
    listeners: [
      at('PLAINTEXT', plain),
      ...names.map((name, i) => at(name, ports[i]!)),
      at('CONTROLLER', controller)
    ].join(','),
    'advertised.listeners': [
      at('PLAINTEXT', plain),
      ...names.map((name, i) => at(name, proxies[i]!.address)),
      at('CONTROLLER', controller)
    ].join(','),
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT',
      'PLAINTEXT:PLAINTEXT',
      ...names.map(name => `${name}:PLAINTEXT`)
    ].join(','),
    'inter.broker.listener.name': 'PLAINTEXT'
  }
}
