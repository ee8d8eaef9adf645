// One of several notifiers on one log: it may be paused, lose its place in the group, and be
// killed.

import type { MemoryMembership } from '@tocsin/event-log/memory-group'
import type { AppendFate, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import type { WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import { notifierGroup } from '../../src/webhook/delivery-ownership.ts'
import { Gate } from './gate.ts'
import type { ManualClock } from './manual-clock.ts'
import { type FakeNetwork, Harness } from './notifier-harness.ts'

export interface SharedWorld {
  readonly store: MemoryStore
  readonly clock: ManualClock
  readonly network: FakeNetwork
  /** What becomes of the next write to the deliveries log. */
  nextFate(): AppendFate
}

/**
 * A notifier that can be paused: then it neither reads from nor writes to the log and the network.
 */
export class Instance {
  readonly h: Harness
  readonly #running = new Gate()
  readonly #writing = new Gate()
  readonly #reading = [new Gate(), new Gate(), new Gate()]
  #freezesAtSend = false
  isPaused = false
  isDead = false

  constructor(world: SharedWorld, number: number) {
    const transport: WebhookTransport = {
      send: async (request, signal) => {
        if (this.#freezesAtSend) this.pause()
        await this.#running.passage
        if (this.isDead) return { kind: 'cancelled', durationMs: 0 }
        return world.network.send(request, signal)
      },
      close: async () => {}
    }
    this.h = new Harness({
      store: world.store,
      like: 'kafka',
      instance: number,
      clock: world.clock,
      network: world.network,
      transport,
      hooks: {
        beforeAppend: async topic => {
          await this.#running.passage
          if (topic === topics.deliveries) await this.#writing.passage
          return topic === topics.deliveries ? world.nextFate() : { kind: 'write' }
        },
        beforeDelivery: async ({ partition, records }) => {
          await this.#running.passage
          if (records[0]?.topic === topics.alerts) await this.#reading[partition]?.passage
        }
      }
    })
  }

  get membership(): MemoryMembership | undefined {
    return this.h.store
      .group(notifierGroup, topics.deliveries)
      .members.find(each => each === this.#joined)
  }

  /** It serves what is its own, and nothing will stop it. */
  get isServing(): boolean {
    return this.membership !== undefined && !this.isPaused && !this.#freezesAtSend
  }

  #joined: MemoryMembership | undefined

  async start(): Promise<this> {
    const group = this.h.store.group(notifierGroup, topics.deliveries)
    const before = new Set(group.members)
    await this.h.start()
    this.#joined = group.members.find(each => !before.has(each))
    return this
  }

  expel(): void {
    if (this.#joined) this.h.store.group(notifierGroup, topics.deliveries).expel(this.#joined)
  }

  readmit(): void {
    if (this.#joined && this.membership === undefined)
      this.h.store.group(notifierGroup, topics.deliveries).readmit(this.#joined)
  }

  pause(): void {
    this.#freezesAtSend = false
    this.isPaused = true
    this.#running.shut()
  }

  /** It is paused as it sends next: what it sends is planned, and no attempt of it is logged. */
  freeze(): void {
    this.#freezesAtSend = true
  }

  stall(): void {
    this.#writing.shut()
  }

  blind(partition: number): void {
    this.#reading[partition]?.shut()
  }

  see(): void {
    for (const gate of this.#reading) gate.open()
  }

  resume(): void {
    this.#freezesAtSend = false
    this.isPaused = false
    for (const gate of [this.#running, this.#writing, ...this.#reading]) gate.open()
  }

  async kill(): Promise<void> {
    this.isDead = true
    const killed = this.h.kill()
    this.resume()
    await killed
  }

  async leave(): Promise<void> {
    this.resume()
    await this.h.close()
  }
}
