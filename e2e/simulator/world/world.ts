// Shared state of a simulated run: time, the machine's clock, the disk, fault rates, the outside
// network, and the faults found so far.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import { type Secrets, secretsFrom } from '@tocsin/service/privacy/secrets'
import { FaultSchedule } from './fault-schedule.ts'
import { WallClock } from './life.ts'
import { RandomSource } from './random-source.ts'
import type { Role } from './roles.ts'
import { VirtualTime } from './virtual-time.ts'

/** A planted bug: what it replaces in the suite, from outside. */
export interface Plant {
  readonly name: string
  /** Prefix of the expected violation, if a specific check must find it. */
  readonly foundAs?: string
  /** Found on the first seed, in a run that ends early: planted in every build. */
  readonly quick?: true
  /** The log as a service gets it. */
  readonly log?: (role: Role, log: EventLog) => EventLog
  /**
   * Called before a run begins: replaces something shared by all services. Returns the function
   * that restores it after the checks.
   */
  readonly run?: () => () => void
  /** Called with each service and the model of its process, before it starts. */
  readonly service?: (role: Role, service: object, model: ProcessModel) => void
}

/** Shared by all runs: it is pure, and parsing its tables takes longer than a short run. */
const gazetteer = openWorldGazetteer()

export class World {
  readonly gazetteer = gazetteer
  readonly random: RandomSource
  readonly time: VirtualTime
  readonly wall: WallClock
  readonly store: MemoryStore
  readonly faults: FaultSchedule
  readonly secrets: Secrets
  /** The key of cursors: the checker opens what clients may not. */
  readonly cursorKey: Buffer
  /** The promises of the log. */
  readonly like: 'embedded' | 'kafka'
  readonly partitions: number
  readonly plant: Plant | null
  readonly violations: string[] = []

  constructor(options: {
    seed: number
    startMs: number
    plant: Plant | null
    like: 'embedded' | 'kafka'
    onLine?: (line: string) => void
  }) {
    this.like = options.like
    this.random = new RandomSource(`tocsin-simulator-${options.seed}`)
    this.time = new VirtualTime(this.random.fork('order'), options.onLine)
    this.wall = new WallClock(this.time, options.startMs)
    this.partitions = this.random
      .fork('partitions')
      .pick(options.like === 'kafka' ? [1, 3, 12] : [1, 3])
    this.store = new MemoryStore({ partitions: this.partitions })
    // The stream's name is part of every seed's run, so it does not change.
    this.faults = new FaultSchedule(this.random.fork('weather'))
    this.secrets = secretsFrom(
      this.random.fork('master key').bytes(32),
      'tk_simulated-owner-key-0123456789'
    )
    this.cursorKey = this.secrets.derive('cursor')
    this.plant = options.plant
  }

  /** Writes bytes into a theatre that no version can parse. */
  putJunk(theatre: string, bytes: string, number: number): void {
    this.time.note(`junk in ${theatre}`)
    const log = new MemoryLog({}, this.store)
    void log.append(topics.incidents, [
      { id: `junk-${number}`, key: theatre, value: Buffer.from(bytes) }
    ])
  }

  /** Records a violation. The run continues, so that its consequences are seen too. */
  violate(promise: string, detail: string): void {
    const violation = `${promise}: ${detail}`
    this.violations.push(violation)
    this.time.note(`VIOLATION ${violation}`)
  }
}
