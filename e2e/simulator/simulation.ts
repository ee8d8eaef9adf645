// One run: setup without faults, the workload under faults, then no faults until everything is at
// rest, then the promises are checked. Equal options give equal runs, to the trace.

import { owner } from '@tocsin/auth/sign-in/authentication'
import { topics } from '@tocsin/event-log/topics'
import { AcknowledgedTicks } from './actors/acknowledged-ticks.ts'
import type { Step } from './actors/action.ts'
import { FeedReader } from './actors/feed-reader.ts'
import { IncidentOfficers } from './actors/incident-officers.ts'
import { Operators, partnerReader } from './actors/operators.ts'
import { type Delivered, Partners } from './actors/partners.ts'
import { Reporters } from './actors/reporters.ts'
import { withRumours } from './actors/rumours.ts'
import { type ReaderOptions, StreamReader } from './actors/stream-reader.ts'
import { planWorkload } from './actors/workload.ts'
import { checkAlerts } from './checker/alerts-check.ts'
import { checkConvergence } from './checker/convergence-check.ts'
import { checkClocks } from './checker/corrected-time.ts'
import { checkPlacement } from './checker/placement-check.ts'
import { checkReports } from './checker/reports-check.ts'
import {
  expectedDeliveries,
  missingAt,
  missingFrom,
  wrongAt,
  wrongDeliveries
} from './checker/transports-check.ts'
import { checkTwin } from './checker/twin-check.ts'
import type { Life } from './world/life.ts'
import type { Role } from './world/roles.ts'
import { StoreReader } from './world/store-reader.ts'
import { type Notifier, Suite } from './world/suite.ts'
import { type Plant, World } from './world/world.ts'

export interface SimulationOptions {
  readonly seed: number
  /** Steps of the workload. */
  readonly steps?: number
  /** Only these steps, by number; default all. For shrinking. */
  readonly only?: ReadonlySet<number>
  readonly plant?: Plant
  /**
   * Whose promises the log keeps. Default `embedded`. On one like Kafka there are one to three
   * instances of the rules.
   */
  readonly like?: 'embedded' | 'kafka'
  /** Instances of each role on a log like Kafka; default random. */
  readonly instances?: Partial<Readonly<Record<Role, number>>>
  readonly onLine?: (line: string) => void
  /**
   * Ends the run at the first violation that begins so; default: it goes on, so that consequences
   * are seen too.
   */
  readonly endsOn?: string
}

export interface SimulationResult {
  readonly seed: number
  /** Broken promises, in the order in which they were seen. */
  readonly violations: readonly string[]
  readonly traceHash: string
  readonly trace: readonly string[]
  readonly steps: readonly Step[]
  readonly counts: Readonly<Record<string, number>>
}

export const stepsDefault = 90
const startMs = Date.parse('2025-06-10T06:00:00.000Z')
const secondMs = 1_000
const minuteMs = 60 * secondMs
const yearMs = 365 * 86_400 * secondMs
/** Error of the clock at the first start, ms: mostly none. */
const wrongStartsMs = [0, 0, 0, 9 * yearMs, -9 * yearMs]

/** Runs a seed. Never rejects for a broken promise; those stand in the result. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const putBack = options.plant?.run?.()
  try {
    return await new Simulation(options).run()
  } finally {
    putBack?.()
  }
}

const readers: readonly Omit<ReaderOptions, 'from'>[] = [
  { name: 'owner', principal: owner, filter: {} },
  { name: 'severe', principal: owner, filter: { minSeverity: 'severe' } },
  { name: 'partner', principal: partnerReader, filter: {} },
  { name: 'coast', principal: owner, filter: { theatre: ['coast'], status: ['provisional'] } }
]

class Simulation {
  readonly #world: World
  readonly #suite: Suite
  readonly #disk: StoreReader
  readonly #ticks = new AcknowledgedTicks()
  readonly #reporters: Reporters
  readonly #operators: Operators
  readonly #incidentOfficers: IncidentOfficers
  readonly #partners: Partners
  readonly #readers: StreamReader[] = []
  readonly #feeds: readonly FeedReader[]
  readonly #steps: readonly Step[]
  readonly #seed: number
  readonly #endsOn: string | null
  #notifier: { readonly notifier: Notifier; readonly life: Life } | null = null
  #unanswered = 0
  /** Events of limited readers that were compared with a twin of the log. */
  #compared = 0

  constructor(options: SimulationOptions) {
    this.#seed = options.seed
    this.#endsOn = options.endsOn ?? null
    this.#world = new World({
      seed: options.seed,
      startMs,
      plant: options.plant ?? null,
      like: options.like ?? 'embedded',
      ...(options.onLine === undefined ? {} : { onLine: options.onLine })
    })
    const workload = planWorkload(
      this.#world.random.fork('workload'),
      options.steps ?? stepsDefault
    )
    const planned = withRumours(this.#world.random.fork('rumours'), workload)
    this.#steps =
      options.only === undefined ? planned : planned.filter(step => options.only?.has(step.number))
    this.#disk = new StoreReader(this.#world.store)
    const secrets = new Map<string, string>()
    this.#partners = new Partners(this.#world, secrets)
    this.#suite = new Suite({
      world: this.#world,
      ...(this.#world.like === 'kafka'
        ? {
            instances: {
              rules: this.#world.random.fork('instances').integer(1, 3),
              ...options.instances
            }
          }
        : {}),
      transportFor: life => this.#partners.transportFor(life),
      onNotifier: (notifier, life) => this.#takeNotifier(notifier, life)
    })
    this.#reporters = new Reporters(this.#world, this.#suite, this.#disk, this.#ticks)
    this.#operators = new Operators(this.#world, this.#suite, this.#disk, this.#ticks, secrets)
    this.#incidentOfficers = new IncidentOfficers(this.#world, this.#suite, this.#disk)
    this.#feeds = readers
      .filter(({ name }) => name === 'owner' || name === 'partner')
      .map(
        options =>
          new FeedReader(this.#world, this.#suite, { ...options, name: `feed of ${options.name}` })
      )
  }

  async run(): Promise<SimulationResult> {
    await this.#play()
    for (const feed of this.#feeds) feed.close()
    await this.#check()
    this.#suite.end()
    const { time, violations } = this.#world
    return {
      seed: this.#seed,
      violations,
      traceHash: time.traceHash(),
      trace: time.lines,
      steps: this.#steps,
      counts: this.#counts()
    }
  }

  /** True once the violation was seen that ends the run. */
  get #isOver(): boolean {
    const [{ violations }, endsOn] = [this.#world, this.#endsOn]
    return endsOn !== null && violations.some(each => each.startsWith(endsOn))
  }

  async #play(): Promise<void> {
    const { time, faults } = this.#world
    const wrongMs = this.#world.random.fork('wrong clock').pick(wrongStartsMs)
    if (wrongMs !== 0) this.#moveClock(wrongMs, 'is wrong at the start, by')
    this.#suite.start()
    await this.#finish('set-up', this.#operators.setUp())
    if (wrongMs !== 0) this.#moveClock(-wrongMs, 'is set right, by')
    for (const feed of this.#feeds) void feed.run()
    faults.begin()
    time.note(`the faults begin: ${JSON.stringify(faults.mix)}`)
    if (wrongMs !== 0) void this.#setTimeSometime()
    await this.#finish('the workload', this.#runSteps())
    faults.end()
    time.note('the faults end')
    await this.#goOn(() => this.#unanswered === 0 && this.#suite.isWhole, 30 * minuteMs)
    if (this.#unanswered > 0)
      this.#world.violate('all is answered', `${this.#unanswered} steps have no answer`)
    await this.#finish('the last words', this.#settle())
    await this.#comeToRest()
  }

  #moveClock(byMs: number, how: string): void {
    this.#world.wall.jump(byMs)
    this.#world.time.note(`the wall clock ${how} ${byMs / secondMs} s`)
  }

  /** An officer notices the clock warning of the suite and sets the time. */
  async #setTimeSometime(): Promise<void> {
    this.#unanswered++
    await this.#world.time.pause(
      this.#world.random.fork('word on the time').integer(0, 4 * minuteMs),
      'officer'
    )
    for (const theatre of ['world', 'coast']) await this.#operators.setTime(theatre)
    this.#unanswered--
  }

  #takeNotifier(notifier: Notifier, life: Life): void {
    this.#notifier = { notifier, life }
    for (const reader of this.#readers) reader.connect(notifier, life)
  }

  /** Starts every step at its time, whatever the state of earlier ones. */
  async #runSteps(): Promise<void> {
    const { time } = this.#world
    const beganMs = time.nowMs
    for (const step of this.#steps) {
      await time.pause(beganMs + step.atMs - time.nowMs, 'workload')
      this.#unanswered++
      void this.#perform(step).then(() => this.#unanswered--)
    }
  }

  async #perform(step: Step): Promise<void> {
    const { action } = step
    switch (action.kind) {
      case 'post':
      case 'correct':
      case 'withdraw':
        return this.#reporters.perform(step, action)
      case 'tick':
        return this.#operators.tick(action.theatre, action.to)
      case 'operate':
        return this.#operators.operate(step, action)
      case 'rejoin':
        return this.#incidentOfficers.rejoin(step, action)
      case 'declare-lake':
        return this.#operators.declareLake()
      case 'declare-source':
        return this.#operators.declareSource(action.source)
      case 'change-rule':
        return this.#operators.changeRule(action.minPoints)
      case 'subscribe':
        return this.#operators.subscribe(step, action.partner)
      case 'open-stream':
        return this.#openStream(step.number, action.reader, action.from)
      case 'drop-streams':
        for (const reader of this.#readers) reader.drop()
        return
      case 'kill':
        return this.#suite.kill(action.role)
      case 'stop':
        return this.#suite.stop(action.role)
      case 'jump':
        this.#world.wall.jump(action.byMs)
        return this.#world.time.note(`the wall clock jumps by ${action.byMs / secondMs} s`)
      case 'junk':
        this.#suite.expectUndecodable()
        return this.#world.putJunk(action.theatre, action.bytes, step.number)
      default:
        return action satisfies never
    }
  }

  #openStream(number: number, which: number, from: ReaderOptions['from']): void {
    const chosen = readers[which] ?? readers[0]
    if (chosen === undefined) return
    const reader = new StreamReader(this.#world, {
      ...chosen,
      name: `${chosen.name}-${number}`,
      from
    })
    this.#readers.push(reader)
    if (this.#notifier !== null) reader.connect(this.#notifier.notifier, this.#notifier.life)
  }

  /** One event per alert and record: pending output is published with later records. */
  async #settle(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await this.#operators.tick(
        'sahel',
        new Date(startMs + (20 + round) * 86_400_000).toISOString().replace('.000Z', 'Z')
      )
      await Promise.all(this.#reporters.lastWords(round))
    }
  }

  async #comeToRest(): Promise<void> {
    const isQuiet = await this.#goOn(() => this.#unrest().length === 0, 20 * minuteMs)
    if (isQuiet) this.#world.time.note('everything is at rest')
    else
      for (const what of this.#unrest())
        this.#world.violate('5 and 6, all is told in the end', what)
  }

  /** What is still unfinished. */
  #unrest(): string[] {
    const { store } = this.#world
    const folded = store.consumers.get(`rules\n${topics.incidents}`)?.positions ?? []
    const ends = this.#disk.ends(topics.incidents)
    if (ends.some((end, i) => folded[i] !== end))
      return [`the rules have folded up to ${folded} of ${ends}`]
    return [
      ...this.#everyReader().flatMap(reader => missingFrom(reader, this.#disk)),
      ...expectedDeliveries(this.#disk).flatMap(each => missingAt(each, this.#receivedAt(each.url)))
    ]
  }

  #everyReader(): readonly (StreamReader | FeedReader)[] {
    return [...this.#readers, ...this.#feeds]
  }

  #receivedAt(url: string): readonly Delivered[] {
    return this.#partners.received.get(url) ?? []
  }

  async #check(): Promise<void> {
    const [world, disk] = [this.#world, this.#disk]
    if (this.#isOver) return
    const wrong = [
      ...this.#everyReader().flatMap(reader => wrongAt(reader, disk)),
      ...expectedDeliveries(disk).flatMap(each => wrongDeliveries(each, this.#receivedAt(each.url)))
    ]
    for (const what of wrong) world.violate('6 no silent gap', what)
    for (const what of this.#ticks.wrong(disk)) world.violate('a theatre keeps its time', what)
    await this.#attempt('reports', () =>
      checkReports(world, disk, this.#reporters.acknowledgements)
    )
    await this.#attempt('clocks', () => checkClocks(world, disk))
    await this.#attempt('alerts', () => checkAlerts(world, disk))
    await this.#attempt('the twin of the log', () => {
      for (const feed of this.#feeds.filter(({ options }) => options.principal === partnerReader))
        this.#compared += checkTwin(world, disk, feed)
    })
    await this.#attempt('convergence', () => checkConvergence(world, disk))
    await this.#attempt('placement', () => checkPlacement(world, disk))
  }

  /** A check that fails is a violation too. */
  async #attempt(what: string, check: () => void | Promise<void>): Promise<void> {
    if (this.#isOver) return
    try {
      await check()
    } catch (error) {
      this.#world.violate(
        `the check of ${what} ends`,
        error instanceof Error ? String(error.stack) : String(error)
      )
    }
  }

  /** Runs until a task is done; one that takes half a virtual day counts as stuck. */
  async #finish(what: string, task: Promise<void>): Promise<void> {
    let isDone = false
    let failure: unknown = null
    task.then(
      () => {
        isDone = true
      },
      error => {
        failure = error
      }
    )
    const isEnded = () => isDone || failure !== null || this.#isOver
    await this.#world.time.runUntil(isEnded, this.#world.time.nowMs + 720 * minuteMs)
    if (failure !== null) throw failure
    if (!isDone && !this.#isOver) this.#world.violate('all is answered', `${what} came to no end`)
  }

  /** Runs until the condition holds, checked once per virtual second. */
  async #goOn(condition: () => boolean, patienceMs: number): Promise<boolean> {
    const { time } = this.#world
    const untilMs = time.nowMs + patienceMs
    while (time.nowMs < untilMs) {
      if (this.#isOver || condition()) return true
      await time.runUntil(() => false, time.nowMs + secondMs)
    }
    return condition()
  }

  #counts(): Record<string, number> {
    const count = (topic: (typeof topics)[keyof typeof topics]) => this.#disk.entries(topic).length
    return {
      events: this.#world.time.count,
      virtualSeconds: Math.round(this.#world.time.nowMs / secondMs),
      acknowledged: this.#reporters.acknowledgements.length,
      incidents: count(topics.incidents),
      alerts: count(topics.alerts),
      deliveries: [...this.#partners.received.values()].reduce((sum, each) => sum + each.length, 0),
      repeats: this.#partners.repeats,
      frames: this.#readers.reduce((sum, reader) => sum + (reader.reading?.events.length ?? 0), 0),
      lives: this.#suite.lives,
      compared: this.#compared
    }
  }
}
