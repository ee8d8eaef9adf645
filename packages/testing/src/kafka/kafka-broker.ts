// A real Apache Kafka broker as a process owned by one test, to be killed, paused, restarted on its
// data, or given a full disk. Tests that only need a broker use kafka-for-tests.ts.

import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from '../process/free-port.ts'
import { type GuardedProcess, killedCode, startGuarded } from '../process/guarded-process.ts'
import { waitFor } from '../process/wait-for.ts'
import { fetchKafkaJars, findJava } from './kafka-jars.ts'
import { checkBroker } from './kafka-probe.ts'
import {
  buildBrokerProperties,
  buildScramArguments,
  formatProperties,
  type KafkaMember,
  type KafkaPorts,
  type KafkaSecurity,
  type Properties
} from './kafka-properties.ts'

const run = promisify(execFile)
const host = '127.0.0.1'
/** Attempts with other ports if somebody took one between the check and the broker's start. */
const portAttemptsMax = 5
const readyTimeoutMs = 60_000
const stopTimeoutMs = 30_000

export interface KafkaBrokerOptions {
  /**
   * The broker's disk. `dispose` leaves it; default: a temporary folder that `dispose` removes.
   * Existing data is reused.
   */
  readonly dataDir?: string
  /** Default: free ones, replaced if they were taken meanwhile. */
  readonly ports?: KafkaPorts
  /** Broker settings that extend or override the defaults. */
  readonly properties?: Properties
  /** TLS and SASL listeners, with the plain one. */
  readonly security?: KafkaSecurity
  /** Maximum Java heap, MiB. */
  readonly heapMib?: number
  /**
   * Compiles what it runs often as well as in operation: to be measured, or to serve for hours.
   * Default: only quickly.
   */
  readonly isLongLived?: boolean
  /** A node of a cluster (kafka-cluster.ts); default: a single node. Needs `ports`. */
  readonly member?: KafkaMember
}

export interface KafkaBroker {
  /** Bootstrap addresses, `host:port`, of the plain listener. */
  readonly brokers: readonly string[]
  /** Addresses of the other listeners; empty without `security`. */
  readonly secured: {
    readonly ssl: readonly string[]
    readonly saslPlain: readonly string[]
    readonly saslSsl: readonly string[]
  }
  readonly ports: KafkaPorts
  readonly dataDir: string
  readonly pid: number
  readonly running: boolean
  /** Exit code of the current process. */
  readonly exited: Promise<number>
  /** The end of its output. */
  output(): Promise<string>
  /** kill -9: unwritten data is lost. */
  kill(): Promise<void>
  /** An orderly stop, as by an operator. */
  stop(): Promise<void>
  /** Stops responding while connections stay open, like a hanging machine. */
  pause(): void
  resume(): void
  /** Restarts on the same data and ports after `kill` or `stop`. Resolves when it serves. */
  start(): Promise<void>
  /** kill and start. */
  restart(): Promise<void>
  /** kill, and its temporary folder removed. Idempotent. */
  dispose(): Promise<void>
}

/**
 * Starts a broker and resolves when it serves. It dies with this process. Rejects with
 * `KafkaMissing` if the machine cannot run one.
 */
export async function startKafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  return startOn(await findKafkaProgram(), options)
}

/**
 * Prepares what is built once: the jars, and a Java class data archive that halves the start time.
 * That takes a minute on a busy machine. Rejects with `KafkaMissing` if unavailable.
 */
export async function findKafkaProgram(): Promise<KafkaProgram> {
  const java = await findJava()
  const jars = await fetchKafkaJars()
  const program = { java: java.command, classPath: join(jars, '*') }
  const archive = `${jars}-java-${java.version}.jsa`
  if (!existsSync(archive)) await makeClassArchive(program, archive)
  return { ...program, flags: [`-XX:SharedArchiveFile=${archive}`] }
}

/** Java writes it at an orderly exit. Concurrent processes write one each; the last one remains. */
async function makeClassArchive(
  program: Omit<KafkaProgram, 'flags'>,
  archive: string
): Promise<void> {
  const making = `${archive}.${randomUUID()}`
  const broker = await startOn({ ...program, flags: [`-XX:ArchiveClassesAtExit=${making}`] }, {})
  await broker.stop()
  const whole = existsSync(making) && (await broker.exited) !== killedCode
  await (whole ? rename(making, archive) : rm(making, { force: true }))
  await broker.dispose()
}

async function startOn(program: KafkaProgram, options: KafkaBrokerOptions): Promise<KafkaBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-kafka-'))
  const machine = { ...program, folder }
  try {
    for (let attempt = 1; ; attempt += 1) {
      const broker = new BrokerProcess(
        machine,
        options,
        options.ports ?? (await findPorts(options.security !== undefined))
      )
      try {
        await broker.start()
        return broker
      } catch (error) {
        await broker.kill()
        const taken = /Address already in use/.test(await broker.output())
        if (!taken || options.ports || attempt === portAttemptsMax) throw error
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function findPorts(secured: boolean): Promise<KafkaPorts> {
  const [plain, controller, ssl, saslPlain, saslSsl] = await freePorts(secured ? 5 : 2)
  const ports = { plain: plain!, controller: controller! }
  return secured ? { ...ports, ssl: ssl!, saslPlain: saslPlain!, saslSsl: saslSsl! } : ports
}

export interface KafkaProgram {
  readonly java: string
  readonly classPath: string
  /** Further Java options. */
  readonly flags: readonly string[]
}

interface Machine extends KafkaProgram {
  /** Folder of the settings, the output and, by default, the data. */
  readonly folder: string
}

class BrokerProcess implements KafkaBroker {
  readonly ports: KafkaPorts
  readonly dataDir: string
  readonly #machine: Machine
  readonly #options: KafkaBrokerOptions
  #process: GuardedProcess | null = null

  constructor(machine: Machine, options: KafkaBrokerOptions, ports: KafkaPorts) {
    this.#machine = machine
    this.#options = options
    this.ports = ports
    this.dataDir = options.dataDir ?? join(machine.folder, 'data')
  }

  get brokers(): readonly string[] {
    return [`${host}:${this.ports.plain}`]
  }

  get secured() {
    const formatAddress = (port: number | undefined) =>
      port === undefined ? [] : [`${host}:${port}`]
    return {
      ssl: formatAddress(this.ports.ssl),
      saslPlain: formatAddress(this.ports.saslPlain),
      saslSsl: formatAddress(this.ports.saslSsl)
    }
  }

  get pid(): number {
    return this.#process?.pid ?? -1
  }

  get running(): boolean {
    return this.#process?.running ?? false
  }

  get exited(): Promise<number> {
    return this.#process?.exited ?? Promise.resolve(0)
  }

  async output(): Promise<string> {
    const text = await readFile(this.#outputFile, 'utf8').catch(() => '')
    return text.slice(-20_000)
  }

  async start(): Promise<void> {
    if (this.running) throw new Error('the broker runs already')
    await this.#format()
    const { java, classPath, flags } = this.#machine
    const { heapMib = 512, isLongLived = false } = this.#options
    const heap = ['-Xms128m', `-Xmx${heapMib}m`, '-XX:+UseG1GC', '-XX:+ExitOnOutOfMemoryError']
    // Better code for what runs for a minute takes more of the processor than it saves: half of all
    // that a broker takes.
    const compiler = isLongLived ? [] : ['-XX:TieredStopAtLevel=1']
    const args = [
      ...heap,
      ...compiler,
      ...flags,
      '-Djava.awt.headless=true',
      '-cp',
      classPath,
      'kafka.Kafka',
      this.#propertiesFile
    ]
    this.#process = await startGuarded(java, args, this.#outputFile)
    await this.#ready()
  }

  async kill(): Promise<void> {
    await this.#process?.kill()
  }

  async stop(): Promise<void> {
    if (!this.#process?.running) return
    this.#process.signal('SIGTERM')
    const late = setTimeout(() => this.#process?.signal('SIGKILL'), stopTimeoutMs)
    await this.#process.exited
    clearTimeout(late)
  }

  pause(): void {
    this.#process?.signal('SIGSTOP')
  }

  resume(): void {
    this.#process?.signal('SIGCONT')
  }

  async restart(): Promise<void> {
    await this.kill()
    await this.start()
  }

  async dispose(): Promise<void> {
    await this.kill()
    await rm(this.#machine.folder, { recursive: true, force: true })
  }

  get #propertiesFile(): string {
    return join(this.#machine.folder, 'server.properties')
  }

  get #outputFile(): string {
    return join(this.#machine.folder, 'broker.log')
  }

  /** Writes the settings; formats a new disk with its id and the SCRAM users. */
  async #format(): Promise<void> {
    const { security = null, properties = {}, member = null } = this.#options
    const settings = buildBrokerProperties(this.dataDir, this.ports, security, properties, member)
    await mkdir(this.dataDir, { recursive: true })
    await writeFile(this.#propertiesFile, formatProperties(settings), { mode: 0o600 })
    if (existsSync(join(this.dataDir, 'meta.properties'))) return
    const tool = [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      this.#machine.classPath,
      'kafka.tools.StorageTool',
      'format'
    ]
    const quorum = member === null ? ['--standalone'] : []
    const users = security ? buildScramArguments(security) : []
    await run(this.#machine.java, [
      ...tool,
      ...quorum,
      '--cluster-id',
      member?.clusterId ?? newClusterId(),
      '--config',
      this.#propertiesFile,
      ...users
    ])
  }

  async #ready(): Promise<void> {
    const serves = async () => {
      if (!this.running)
        throw new Error(`the broker ended with code ${await this.exited}:\n${await this.output()}`)
      return checkBroker(host, this.ports.plain)
    }
    await waitFor(serves, {
      what: 'answer of the broker',
      timeoutMs: readyTimeoutMs,
      intervalMs: 50
    }).catch(async error => {
      await this.kill()
      throw error
    })
  }
}

/**
 * 16 random bytes in Kafka's encoding. The first byte avoids an id that begins with a dash, which
 * Kafka's tools take for an option.
 */
export function newClusterId(): string {
  const bytes = randomBytes(16)
  bytes[0] = bytes[0]! & 0x7f
  return bytes.toString('base64url')
}
