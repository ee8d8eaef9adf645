// The suite in a simulated run: its services as processes that start, are killed, are stopped and
// restart on the same disk. The host's parts (HTTP, signals, role locks) are not included: on an
// embedded-like log one process holds a role at a time, on a Kafka-like log several do.

import { createIntake, type IntakeService } from '@tocsin/intake/intake-service'
import { intakeSettings } from '@tocsin/intake/settings/config'
import { AlertIndex } from '@tocsin/notifier/alerts/alert-index'
import { createNotifier } from '@tocsin/notifier/notifier-service'
import { type NotifierConfig, notifierSettings } from '@tocsin/notifier/wiring/config'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { createRules } from '@tocsin/rules/rules-service'
import { rulesSettings } from '@tocsin/rules/settings/config'
import type { Compression } from '@tocsin/rules/theatre/snapshot-store'
import type { Service } from '@tocsin/service/process/service'
import { ControlView } from '@tocsin/service/projection/control-view'
import { type BaseConfig, baseSettings } from '@tocsin/service/settings/base-settings'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger, type Logger } from '@tocsin/service/telemetry/logger'
import type { WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import { Registry } from 'prom-client'
import { Life } from './life.ts'
import type { RandomSource } from './random-source.ts'
import { type Role, roles } from './roles.ts'
import { SimulatedLog } from './simulated-log.ts'
import type { World } from './world.ts'

export type Notifier = ReturnType<typeof createNotifier>

/** Which roles live in one process: `tocsin up` or one command each. */
type Arrangement = readonly (readonly Role[])[]
const together: Arrangement = [roles]
const apart: Arrangement = roles.map(role => [role])

function arrangementOf(
  instances: Partial<Readonly<Record<Role, number>>>,
  mayBeTogether: boolean
): Arrangement {
  const counts = roles.map(role => instances[role] ?? 1)
  if (counts.every(count => count === 1)) return mayBeTogether ? together : apart
  return roles.flatMap((role, i) => Array.from({ length: counts[i] ?? 1 }, () => [role]))
}

interface Process {
  readonly roles: readonly Role[]
  readonly life: Life
  readonly services: Map<Role, Service>
  /** Null before the control log is read. */
  model: ProcessModel | null
  /** Started and not closing: requests are let in. */
  isServing: boolean
}

export interface SuiteOptions {
  readonly world: World
  /**
   * Instances of each role, each a process of its own; more than one only on a log like Kafka.
   * Default one.
   */
  readonly instances?: Partial<Readonly<Record<Role, number>>>
  /** The network behind webhooks, for one life of the notifier. */
  readonly transportFor: (life: Life) => WebhookTransport
  /** Called when a notifier takes connections, with its life. */
  readonly onNotifier: (notifier: Notifier, life: Life) => void
}

export class Suite {
  readonly #options: SuiteOptions
  readonly #random: RandomSource
  readonly #arrangement: Arrangement
  readonly #snapshotEveryRecords: number
  readonly #pageRecordsMax: number
  /** How long a look at the clock takes where theatres are folded, ms: a fold takes two. */
  readonly #lookMs: number
  readonly #notifierConfig: NotifierConfig & Pick<BaseConfig, 'webhooks' | 'publicUrl'>
  readonly #processes: Process[] = []
  #lives = 0
  #undecodableIsExpected = false

  constructor(options: SuiteOptions) {
    this.#options = options
    this.#random = options.world.random.fork('suite')
    this.#arrangement = arrangementOf(options.instances ?? {}, this.#random.happens(0.3))
    this.#snapshotEveryRecords = this.#random.pick([0, 3, 10, 40])
    this.#pageRecordsMax = this.#random.pick([1, 3, 20, 500])
    this.#lookMs = this.#random.fork('folds').pick([0, 5, 40])
    this.#notifierConfig = notifierConfigOf(this.#random)
    options.world.time.note(
      `suite ${this.#arrangement.map(group => group.join('+')).join(' ')}, like ${options.world.like}, ${options.world.partitions} partitions, ` +
        `snapshot every ${this.#snapshotEveryRecords}, pages of ${this.#pageRecordsMax}`
    )
  }

  get intake(): IntakeService | null {
    return this.#serving('intake') as IntakeService | null
  }

  get notifier(): Notifier | null {
    return this.#serving('notifier') as Notifier | null
  }

  /** Processes that were started. */
  get lives(): number {
    return this.#lives
  }

  get isWhole(): boolean {
    return (
      this.#processes.length === this.#arrangement.length &&
      this.#processes.every(({ isServing }) => isServing)
    )
  }

  /** From now on, log messages about quarantined bytes are expected. */
  expectUndecodable(): void {
    this.#undecodableIsExpected = true
  }

  start(): void {
    for (const group of this.#arrangement) this.#begin(group)
  }

  /** kill -9 of the process that has the role; its supervisor starts another after a while. */
  kill(role: Role): void {
    const process = this.#oneWith(role)
    if (process !== undefined) this.#fell(process, 'killed', this.#random.integer(50, 20_000))
  }

  /**
   * Lets the process that has the role close as at SIGTERM, then starts another. A process that
   * does not close in time is killed.
   */
  async stop(role: Role): Promise<void> {
    const { time } = this.#options.world
    const process = this.#oneWith(role)
    if (process === undefined || !process.isServing) return
    process.isServing = false
    time.note(`${process.life.name} is stopping`)
    const closing = (async () => {
      for (const service of process.services.values()) await service.close()
      await process.model?.close()
    })()
    await Promise.race([closing, time.pause(10_000, 'closing deadline')])
    this.#fell(process, 'stopped', this.#random.integer(50, 3_000))
  }

  /** Ends all processes for good. */
  end(): void {
    for (const { life } of this.#processes) life.end()
  }

  #serving(role: Role): Service | null {
    const serving = this.#processes.filter(
      process => process.isServing && process.roles.includes(role)
    )
    return this.#oneOf(serving)?.services.get(role) ?? null
  }

  #oneWith(role: Role): Process | undefined {
    return this.#oneOf(this.#processes.filter(process => process.roles.includes(role)))
  }

  /** Whichever answers: a balancer in front of them knows no better. */
  #oneOf(processes: readonly Process[]): Process | undefined {
    return processes.length > 1 ? this.#random.pick([...processes]) : processes[0]
  }

  #begin(group: readonly Role[]): void {
    const { world } = this.#options
    const life = new Life(
      `${group.length > 1 ? 'suite' : group[0]}-${++this.#lives}`,
      world.time,
      world.wall
    )
    const process: Process = {
      roles: group,
      life,
      services: new Map(),
      model: null,
      isServing: false
    }
    this.#processes.push(process)
    world.time.note(`${life.name} starts`)
    this.#boot(process).catch(error => this.#failed(process, error))
  }

  async #boot(process: Process): Promise<void> {
    const { world } = this.#options
    const { life } = process
    const logger = this.#loggerOf(life)
    const random = world.random.fork(life.name)
    const simulated = new SimulatedLog({
      store: world.store,
      like: world.like,
      life,
      time: world.time,
      faults: world.faults,
      random: random.fork('log'),
      die: () => this.#fell(process, 'died while the log wrote', this.#random.integer(50, 8_000))
    })
    const control = new ControlView({ log: simulated, clock: life.clock, logger })
    void control.failed.then(error => this.#failed(process, error))
    await control.start()
    const metrics = new Registry()
    const model = new ProcessModel({ log: simulated, clock: life.clock, logger, metrics })
    process.model = model
    if (!process.roles.includes('notifier')) model.setAlertFold(new AlertIndex(model))
    for (const role of process.roles) {
      const log = world.plant?.log?.(role, simulated) ?? simulated
      const deps = {
        log,
        clock: life.clock,
        random: random.fork(role),
        secrets: world.secrets,
        control,
        logger,
        metrics,
        model
      }
      const service = this.#make(role, life, deps)
      process.services.set(role, service)
      world.plant?.service?.(role, service, model)
      void service.failed.then(error => this.#failed(process, error))
    }
    await Promise.all([...process.services.values()].map(service => service.start()))
    if (life.isOver) return
    process.isServing = true
    world.time.note(`${life.name} serves`)
    const notifier = process.services.get('notifier')
    if (notifier !== undefined) this.#options.onNotifier(notifier as Notifier, life)
  }

  #make(
    role: Role,
    life: Life,
    deps: Omit<Parameters<typeof createIntake>[0], 'config' | 'gazetteer'>
  ): Service {
    const { world, transportFor } = this.#options
    switch (role) {
      case 'intake':
        return createIntake({ ...deps, config: intakeConfig, gazetteer: world.gazetteer })
      case 'rules':
        return createRules({
          ...deps,
          clock: life.workingClock(this.#lookMs),
          config: this.#rulesConfig(),
          compression: unpacked
        })
      case 'notifier':
        return createNotifier({
          ...deps,
          config: this.#notifierConfig,
          transport: transportFor(life),
          resolve: resolvePublic
        })
      default:
        return role satisfies never
    }
  }

  #rulesConfig() {
    return defaultConfig(rulesSettings, {
      'rules.snapshotEveryRecords': this.#snapshotEveryRecords,
      'rules.pageRecordsMax': this.#pageRecordsMax,
      // Virtual seconds are cheap, but not for nothing.
      'rules.tickCheckMs': 20_000
    })
  }

  /**
   * What ends a loop for good ends the process, and its supervisor starts another. Only a log that
   * does not answer is a good reason.
   */
  #failed(process: Process, error: unknown): void {
    if (process.life.isOver) return
    const { world } = this.#options
    if (!(error instanceof Error && 'retryable' in error && error.retryable === true))
      world.violate(
        'services go on',
        `${process.life.name} ended: ${error instanceof Error ? error.stack : String(error)}`
      )
    this.#fell(process, `ended by itself, ${String(error)},`, this.#random.integer(50, 3_000))
  }

  #fell(process: Process, how: string, backAfterMs: number): void {
    if (process.life.isOver) return
    const { time } = this.#options.world
    process.isServing = false
    this.#processes.splice(this.#processes.indexOf(process), 1)
    process.life.end()
    time.note(`${process.life.name} ${how}`)
    time.after(backAfterMs, 'supervisor', () => this.#begin(process.roles))
  }

  /**
   * A line of level error or above says that a promise is broken, unless junk was put into the log
   * on purpose.
   */
  #loggerOf(life: Life): Logger {
    const { world } = this.#options
    const write = (line: string) => {
      const { level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>
      const details = JSON.stringify({ ...rest, time: undefined, pid: undefined, name: undefined })
      world.time.note(`${life.name} logs ${String(level)}: ${String(msg)} ${details}`)
      if (this.#undecodableIsExpected && /\b(?:in quarantine|quarantined)\b/.test(String(msg)))
        return
      const { readRefused, logStalls } = world.faults.mix
      // A log with read faults or stalls may truly not answer.
      if (readRefused + logStalls > 0 && rest.detail === 'the event log does not answer') return
      if (level === 'error' || level === 'fatal')
        world.violate('nothing is logged as an error', `${life.name}: ${String(msg)} ${details}`)
    }
    return createLogger({ level: 'error', name: life.name, destination: { write } })
  }
}

const intakeConfig = defaultConfig(intakeSettings)

/**
 * Limits that are met in a short run: little memory, small queues, few pending deliveries; or those
 * that the suite ships with.
 */
function notifierConfigOf(
  random: RandomSource
): NotifierConfig & Pick<BaseConfig, 'webhooks' | 'publicUrl'> {
  return defaultConfig(
    { ...notifierSettings, webhooks: baseSettings.webhooks, publicUrl: baseSettings.publicUrl },
    {
      'stream.heartbeatMs': random.pick([5_000, 20_000]),
      'stream.queueBytesMax': random.pick([6_000, 1_048_576]),
      'notifier.recentEventsMax': random.pick([0, 4, 5_000]),
      'notifier.pendingMax': random.pick([2, 10_000]),
      'notifier.attemptsMax': random.pick([2, 128])
    }
  )
}

/**
 * Threads have a timing of their own, so packing stays in this one: and there is nothing to win by
 * it here.
 */
export const unpacked: Compression = {
  pack: async bytes => Buffer.from(bytes),
  unpack: async bytes => bytes
}

async function resolvePublic(): Promise<{ readonly address: string; readonly family: 4 }[]> {
  return [{ address: '93.184.215.14', family: 4 }]
}
