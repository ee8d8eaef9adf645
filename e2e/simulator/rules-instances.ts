// Several instances of the rules service on one log with Kafka's guarantees: they join, leave, are
// killed or paused past their session, act on partitions they have lost, and the log holds
// duplicates. The result must equal that of one instance on a log without duplicates. Equal seeds
// give equal runs.

import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { type EngineObserver, RulesEngine } from '@tocsin/rules/partition/rules-engine'
import { makeRevision } from '@tocsin/testing/report/report-sketch'
import { FaultSchedule } from './world/fault-schedule.ts'
import { firsts, wrongCopies } from './world/instance-copies.ts'
import { Life, WallClock } from './world/life.ts'
import { RandomSource } from './world/random-source.ts'
import { SimulatedLog, sessionMs } from './world/simulated-log.ts'
import { StoreReader } from './world/store-reader.ts'
import { unpacked } from './world/suite.ts'
import { VirtualTime } from './world/virtual-time.ts'

export interface InstancesOptions {
  readonly seed: number
  readonly steps?: number
  /** A planted bug: the log as an instance gets it. */
  readonly log?: (log: EventLog) => EventLog
  /** Called with each engine before it starts. */
  readonly engine?: (engine: RulesEngine) => void
}

export interface InstancesResult {
  readonly violations: readonly string[]
  readonly partitions: number
  readonly alerts: number
  /** Repeated records in the three logs. */
  readonly repeats: number
  readonly takeovers: number
  readonly snapshots: number
  readonly pauses: number
  readonly trace: readonly string[]
  readonly traceHash: string
}

const startMs = Date.parse('2025-06-10T00:00:00.000Z')
const dayMs = 86_400_000
const theatres = ['sahel', 'coast', 'lake', 'delta', 'hills']
const places = [
  { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
  { settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 },
  { settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 },
  { settlement: 'Diosso', admin1: 'ML-4', lat: 13.88321, lon: -5.36211 }
]

interface Instance {
  readonly life: Life
  readonly engine: RulesEngine
  readonly log: SimulatedLog
}

class Instances {
  readonly #random: RandomSource
  readonly #time: VirtualTime
  readonly #wall: WallClock
  readonly #faults: FaultSchedule
  readonly #store: MemoryStore
  readonly #disk: StoreReader
  readonly #log: MemoryLog
  readonly #options: InstancesOptions
  readonly #violations: string[] = []
  readonly #running: Instance[] = []
  readonly #settings: { readonly pageRecordsMax: number; readonly snapshotEveryRecords: number }
  /** How long a look at the clock takes, ms: a fold takes two. */
  readonly #lookMs: number
  #count = 0
  #takeovers = 0
  #snapshots = 0
  #pauses = 0

  constructor(options: InstancesOptions) {
    this.#options = options
    this.#random = new RandomSource(`tocsin-rules-${options.seed}`)
    this.#time = new VirtualTime(this.#random.fork('order'))
    this.#wall = new WallClock(this.#time, startMs)
    this.#faults = new FaultSchedule(this.#random.fork('weather'))
    this.#store = new MemoryStore({ partitions: this.#random.pick([1, 3, 12]) })
    this.#disk = new StoreReader(this.#store)
    this.#log = new MemoryLog({ like: 'kafka' }, this.#store)
    this.#settings = {
      pageRecordsMax: this.#random.pick([1, 3, 20]),
      snapshotEveryRecords: this.#random.pick([0, 2, 7, 30])
    }
    this.#lookMs = this.#random.fork('folds').pick([0, 5, 40])
  }

  async run(): Promise<InstancesResult> {
    for (const rule of defaultRules) this.#control({ type: 'rule.declared', data: rule })
    for (const id of theatres) this.#declare(id)
    const first = this.#random.integer(1, 3)
    for (let i = 0; i < first; i++) this.#start()
    this.#faults.begin()
    for (let step = 0; step < (this.#options.steps ?? 120); step++) {
      this.#step(step)
      await this.#time.runUntil(() => false, this.#time.nowMs + this.#random.integer(0, 2_000))
    }
    this.#faults.end()
    for (const { life } of this.#running) this.#wake(life)
    if (this.#running.length === 0) this.#start()
    for (let round = 0; round < 4; round++) {
      for (const theatre of theatres) this.#tick(theatre, 60 + round)
      await this.#time.runUntil(() => false, this.#time.nowMs + 30_000)
    }
    const rest = () =>
      this.#running.every(({ engine }) => engine.workers.every(w => w.isSettled)) &&
      this.#isFolded()
    if (!(await this.#time.runUntil(rest, this.#time.nowMs + 3_600_000)))
      this.#violate(`no rest: ${this.#unrest()}`)
    await this.#check()
    for (const { life } of this.#running) life.end()
    return this.#result()
  }

  #step(step: number): void {
    const what = this.#random.next()
    const instance = this.#running.length > 0 ? this.#random.pick(this.#running) : undefined
    if (what < 0.5) this.#report(step)
    else if (what < 0.58) this.#tick(this.#random.pick(theatres), step)
    else if (what < 0.62) this.#withdraw(step)
    else if (what < 0.66) this.#source(step)
    else if (what < 0.75) this.#repeat()
    else if (what < 0.8 && this.#running.length < 4) this.#start()
    else if (instance === undefined) this.#start()
    else if (what < 0.85) this.#kill(instance)
    else if (what < 0.89) this.#close(instance)
    else if (what < 0.95) this.#pauseFor(instance, this.#random.integer(100, 60_000))
    else this.#expel(instance, this.#random.integer(10, 2 * sessionMs))
  }

  // ---- instances ----

  #start(): void {
    const life = new Life(`rules-${++this.#count}`, this.#time, this.#wall)
    this.#time.note(`${life.name} starts`)
    const simulated = new SimulatedLog({
      store: this.#store,
      like: 'kafka',
      life,
      time: this.#time,
      faults: this.#faults,
      random: this.#random.fork(life.name),
      die: () => {
        const dead = this.#running.find(each => each.life === life)
        if (dead) this.#kill(dead)
      }
    })
    const engine = new RulesEngine({
      log: this.#options.log?.(simulated) ?? simulated,
      clock: life.workingClock(this.#lookMs),
      observer: this.#observer(life),
      tickCheckMs: 5_000,
      compression: unpacked,
      ...this.#settings
    })
    this.#options.engine?.(engine)
    const instance = { life, engine, log: simulated }
    this.#running.push(instance)
    engine.run().catch(error => {
      this.#violate(`${life.name} ended: ${error instanceof Error ? error.stack : String(error)}`)
      this.#kill(instance)
    })
    void engine.runTicker()
  }

  #kill(instance: Instance): void {
    this.#remove(instance)
    this.#time.note(`${instance.life.name} killed`)
    instance.life.end()
    // Its log keeps waiting for records, without effect.
  }

  #close(instance: Instance): void {
    if (instance.life.isPaused) return
    this.#remove(instance)
    this.#time.note(`${instance.life.name} closes`)
    void instance.engine.close().then(() => instance.life.end())
  }

  #remove(instance: Instance): void {
    const at = this.#running.indexOf(instance)
    if (at >= 0) this.#running.splice(at, 1)
  }

  #pauseFor(instance: Instance, ms: number): void {
    const { life } = instance
    if (life.isPaused) return
    if (ms > sessionMs)
      this.#time.after(sessionMs, `session of ${life.name}`, () =>
        this.#expel(instance, ms - sessionMs)
      )
    this.#pauses += 1
    this.#time.note(`${life.name} pauses for ${ms} ms`)
    life.pause()
    this.#time.after(ms, `${life.name} wakes`, () => this.#wake(life))
  }

  #wake(life: Life): void {
    life.resume()
  }

  /**
   * The group expels a member that may be healthy: for a while two believe that they own a
   * partition. It rejoins when it notices.
   */
  #expel({ life, log }: Instance, forMs: number): void {
    const [member] = log.members
    if (member === undefined || life.isOver) return
    this.#time.note(`${life.name} is expelled`)
    const group = this.#store.group('rules', topics.incidents)
    group.expel(member)
    this.#time.after(forMs, `${life.name} rejoins`, () => {
      const isGone =
        life.isOver ||
        !this.#running.some(each => each.life === life) ||
        group.members.includes(member)
      if (!isGone) group.readmit(member)
    })
  }

  #observer(life: Life): EngineObserver {
    return {
      folded: () => {},
      retried: () => {},
      quarantined: (stored, reason) =>
        this.#violate(`${life.name}: ${stored.position} is ${reason}`),
      stopped: (theatre, why) => this.#violate(`${theatre} stopped: ${why}`),
      conflict: (theatre, seqs) =>
        this.#violate(`${life.name}: ${theatre} would say something else at ${seqs}`),
      snapshot: (_, outcome) => {
        if (outcome === 'written') this.#snapshots += 1
      },
      clockJumped: () => {},
      timeSet: () => {},
      assigned: partitions => this.#time.note(`${life.name} has ${partitions}`),
      takenUp: () => {
        this.#takeovers += 1
      }
    }
  }

  // ---- control records and reports ----

  #control(payload: ControlPayload): void {
    const id = digest('control', JSON.stringify(payload))
    const value = encodeRecord(
      { id, source: '/test', time: new Date(this.#wall.nowMs).toISOString(), cause: null },
      payload
    )
    void this.#log.append(topics.control, [{ id, key: 'control', value }])
  }

  #declare(id: string): void {
    // One on the wall clock, so that ticks of several owners meet.
    const clock = id === 'coast' ? 'wall' : 'replay'
    this.#control({
      type: 'theatre.declared',
      data: { id, countries: [id.slice(0, 2)], polygon: null, clock, retentionDays: 820 }
    })
    this.#tick(id, -1)
  }

  #theatre(theatre: string, payload: TheatrePayload): void {
    const id = digest('record', theatre, JSON.stringify(payload))
    const time = new Date(this.#wall.nowMs).toISOString()
    void this.#log.append(topics.incidents, [
      {
        id,
        key: theatre,
        value: encodeRecord({ id, source: '/test', time, cause: null, theatre }, payload)
      }
    ])
  }

  #report(step: number): void {
    const day = this.#random.integer(0, 40)
    const at = new Date(startMs - 40 * dayMs + day * dayMs).toISOString().slice(0, 10)
    const theatre = this.#random.pick(theatres)
    const sketch = {
      id: `rep-${step % 60}`,
      source: this.#random.pick(['wire-1', 'wire-2']),
      at,
      ...this.#random.pick(places)
    }
    this.#theatre(theatre, { type: 'report.received', data: makeRevision(sketch, theatre) })
  }

  #withdraw(step: number): void {
    const data = {
      reportId: `rep-${this.#random.integer(0, step)}`,
      reason: 'wrong',
      lane: 'live'
    } as const
    this.#theatre(this.#random.pick(theatres), { type: 'report.withdrawn', data })
  }

  #tick(theatre: string, day: number): void {
    const to = new Date(startMs + day * dayMs).toISOString()
    this.#control({ type: 'theatre.tick-requested', data: { theatre, to } })
  }

  #source(step: number): void {
    const reliability = this.#random.pick(['A', 'C', 'E'] as const)
    const id = this.#random.pick(['wire-1', 'wire-2'])
    this.#control({
      type: 'source.declared',
      data: { id, reliability, latenessDays: step % 5, cadenceDays: 60, archive: false }
    })
  }

  /** Repeats a record in the log, as a producer does that lost an answer. */
  #repeat(): void {
    const topic = this.#random.pick([topics.incidents, topics.control, topics.alerts])
    const entries = this.#disk.entries(topic)
    if (entries.length === 0) return
    const { id, key, text } = this.#random.pick([...entries])
    const record: NewRecord = { id, key, value: Buffer.from(text) }
    void this.#log.append(topic, [record])
  }

  // ---- checks ----

  #isFolded(): boolean {
    const folded = this.#store.consumers.get(`rules\n${topics.incidents}`)?.positions
    return this.#disk.ends(topics.incidents).every((end, i) => folded?.[i] === end)
  }

  #unrest(): string {
    const folded = this.#store.consumers.get(`rules\n${topics.incidents}`)?.positions
    const owned = this.#running.map(
      ({ life, engine }) =>
        `${life.name} ${engine.workers.map(w => `${w.partition}:${w.state}@${w.position}`)}`
    )
    return `folded ${folded} of ${this.#disk.ends(topics.incidents)}; ${owned.join('; ')}`
  }

  /** Compares with one instance on a log without repeats, given the first of each record. */
  async #check(): Promise<void> {
    const store = new MemoryStore()
    const log = new MemoryLog({}, store)
    const incidents = firsts(this.#disk.entries(topics.incidents), e => e.id)
    await log.append(
      topics.incidents,
      incidents.map(({ id, key, text }) => ({ id, key, value: Buffer.from(text) }))
    )
    const life = new Life('alone', this.#time, this.#wall)
    const alone = {
      pageRecordsMax: 50,
      snapshotEveryRecords: 0,
      tickCheckMs: 1_000,
      compression: unpacked
    }
    const engine = new RulesEngine({
      log,
      clock: life.clock,
      observer: this.#observer(life),
      ...alone
    })
    const run = engine.run()
    const end = { ...(await log.cursorAt(topics.incidents, 'latest')) }
    if (!(await this.#time.runUntil(() => engine.hasPassed(end), this.#time.nowMs + 60_000)))
      this.#violate('alone: no end')
    await engine.close()
    await run
    for (const wrong of wrongCopies(this.#disk, theatres)) this.#violate(wrong)
    const other = new StoreReader(store)
    for (const topic of [topics.alerts, topics.assembly]) {
      for (const theatre of theatres) {
        const here = firsts(this.#disk.of(topic, theatre), e => e.id).map(e => e.text)
        const there = other.of(topic, theatre).map(e => e.text)
        const at = here.findIndex((text, i) => text !== there[i])
        if (at < 0 && here.length === there.length) continue
        const place = at < 0 ? Math.min(here.length, there.length) : at
        this.#violate(
          `${topic} of ${theatre}, record ${place + 1}:\n  many  ${here[place]}\n  alone ${there[place]}`
        )
      }
    }
  }

  #violate(what: string): void {
    this.#violations.push(what)
    this.#time.note(`VIOLATION ${what}`)
  }

  #result(): InstancesResult {
    const alerts = this.#disk.entries(topics.alerts)
    const repeats = [topics.incidents, topics.alerts, topics.assembly]
      .map(topic => this.#disk.countRepeats(topic))
      .reduce((sum, count) => sum + count, 0)
    return {
      violations: this.#violations,
      partitions: this.#store.topics.get(topics.incidents)?.partitions.length ?? 0,
      alerts: firsts(alerts, e => e.id).length,
      repeats,
      takeovers: this.#takeovers,
      snapshots: this.#snapshots,
      pauses: this.#pauses,
      trace: this.#time.lines,
      traceHash: this.#time.traceHash()
    }
  }
}

/** Runs a seed. Never rejects for a broken promise; those stand in the result. */
export function runInstances(options: InstancesOptions): Promise<InstancesResult> {
  return new Instances(options).run()
}
