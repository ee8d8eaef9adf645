// Shared state of a simulated run: time, the machine's clock, the disk, fault rates, the outside network, and the faults found so
// far.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { type Secrets, secretsFrom } from '@tocsin/service-kit/privacy/secrets'
import { Chance } from './chance.ts'
import { WallClock } from './life.ts'
import type { Role } from './roles.ts'
import { VirtualTime } from './virtual-time.ts'
import { Weather } from './weather.ts'

/** A bug that is put in by hand: what it replaces of the suite, from outside. */
export interface Plant {
  readonly name: string
  /** How what it breaks begins, where one check is there for it. */
  readonly foundAs?: string
  /** The log as a service gets it. */
  readonly log?: (role: Role, log: EventLog) => EventLog
  /** Called before each append to the disk. */
  readonly beforeWrite?: (store: MemoryStore) => void
  /** Called before a run begins: replaces what is the same in all services. Gives what puts it back when the run has been checked. */
  readonly run?: () => () => void
  /** Called with each service before it starts. */
  readonly service?: (role: Role, service: object) => void
}

/** Parsing its tables takes longer than a short run. It is pure, so all runs share it. */
const gazetteer = openWorldGazetteer()

export class World {
  readonly gazetteer = gazetteer
  readonly chance: Chance
  readonly time: VirtualTime
  readonly wall: WallClock
  readonly store: MemoryStore
  readonly weather: Weather
  readonly secrets: Secrets
  /** The key of cursors: the checker opens what clients may not. */
  readonly cursorKey: Buffer
  /** Whose promises the log keeps. */
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
    this.chance = new Chance(`tocsin-simulator-${options.seed}`)
    this.time = new VirtualTime(this.chance.fork('order'), options.onLine)
    this.wall = new WallClock(this.time, options.startMs)
    this.partitions = this.chance.fork('partitions').pick(options.like === 'kafka' ? [1, 3, 12] : [1, 3])
    this.store = new MemoryStore({ partitions: this.partitions })
    this.weather = new Weather(this.chance.fork('weather'))
    this.secrets = secretsFrom(this.chance.fork('master key').bytes(32), 'tk_simulated-owner-key-0123456789')
    this.cursorKey = this.secrets.derive('cursor')
    this.plant = options.plant
  }

  /** Bytes that no version can read, put into a theatre by a foreign hand. */
  putJunk(theatre: string, bytes: string, number: number): void {
    this.time.note(`junk in ${theatre}`)
    const log = new MemoryLog({}, this.store)
    void log.append(topics.incidents, [{ id: `junk-${number}`, key: theatre, value: Buffer.from(bytes) }])
  }

  /** Notes a promise that was broken. The run goes on, so that all that follows from it is seen too. */
  violate(promise: string, detail: string): void {
    const violation = `${promise}: ${detail}`
    this.violations.push(violation)
    this.time.note(`VIOLATION ${violation}`)
  }
}
