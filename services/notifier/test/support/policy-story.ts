// A course of alerts on a clock that the test moves, and what clients with a policy are told of it.
// Several instances share the log and the clock; any of them may be killed, and another takes its
// place.

import type { AlertEventName, AlertState } from '@tocsin/domain/alert/alert'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { AlertWriter } from './alert-builder.ts'
import { ManualClock, settle } from './manual-clock.ts'
import { aPrincipal, type FakeSocket, Harness, type TestFrame } from './notifier-harness.ts'

export type AskedPolicy = Partial<NotificationPolicy>

export class PolicyStory implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly store = new MemoryStore({ partitions: 2 })
  readonly #log = new MemoryLog({ like: 'kafka' }, this.store)
  readonly writer = new AlertWriter(this.#log)
  readonly harnesses: Harness[] = []
  readonly #config: Readonly<Record<string, unknown>>
  #born = 0

  constructor(config: Readonly<Record<string, unknown>> = {}) {
    this.#config = config
  }

  static async begin(
    instances = 1,
    config: Readonly<Record<string, unknown>> = {}
  ): Promise<PolicyStory> {
    const story = new PolicyStory(config)
    for (let i = 0; i < instances; i++) await story.add()
    return story
  }

  async add(): Promise<Harness> {
    const { clock, store } = this
    const harness = new Harness({
      clock,
      store,
      instance: this.#born++,
      like: 'kafka',
      config: this.#config
    })
    this.harnesses.push(await harness.start())
    return harness
  }

  async kill(index: number): Promise<void> {
    const [killed] = this.harnesses.splice(index, 1)
    await killed?.kill()
  }

  /** An event of an alert, published now, or `lateMs` after its own time. */
  async event(
    name: Exclude<AlertEventName, 'action-refused'>,
    alertId: string,
    patch: Partial<AlertState> = {},
    lateMs = 0
  ) {
    this.writer.moveTo(this.clock.nowMs() - 1_000 - lateMs)
    const [record, state] = this.writer.record(name, alertId, patch)
    await this.#log.append(topics.alerts, [record])
    await settle(4)
    return state
  }

  /** The wall clock goes on, and timers look at it once. */
  async later(ms: number): Promise<void> {
    this.clock.jump(ms - 1_000)
    await this.clock.advance(1_000)
  }

  connect(
    policy: AskedPolicy,
    from = 'latest',
    {
      instance = 0,
      ...who
    }: Partial<Pick<Principal, 'id' | 'handling' | 'theatres'>> & {
      readonly instance?: number
    } = {}
  ): PolicyClient {
    return new PolicyClient(this, policy, from, instance, aPrincipal({ id: 'key_reader', ...who }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const harness of this.harnesses) await harness.close()
  }
}

/** One connection. */
export class PolicyClient {
  readonly socket: FakeSocket
  readonly #session: { receive(text: string): void; closed(): void }

  constructor(
    story: PolicyStory,
    policy: AskedPolicy,
    from: string,
    instance: number,
    who: Principal
  ) {
    const harness = story.harnesses[instance % story.harnesses.length] as Harness
    const { socket, session } = harness.connect(who)
    this.socket = socket
    this.#session = session
    session.receive(
      JSON.stringify({ type: 'subscribe', id: 's', from, policy: { stories: 'each', ...policy } })
    )
  }

  get frames(): readonly TestFrame[] {
    return this.socket.frames.filter(({ cursor }) => cursor !== undefined)
  }

  /** The cursor that it would come back with. */
  get cursor(): string {
    return this.frames.at(-1)?.cursor ?? 'latest'
  }

  get told(): readonly string[] {
    return this.socket.of('alert').map(toldLine)
  }

  leave(): void {
    this.#session.closed()
  }
}

/** Such as `siege 2 update after update-interval`. */
export function toldLine({ event, because, held }: TestFrame): string {
  const what = event.type.includes('left-view') ? 'left' : event.data.revision
  return `${event.data.alertId} ${what} ${because}${held === undefined ? '' : ` after ${held}`}`
}
