// Webhooks as a whole: one planner, one lane for each subscription, folded from the deliveries log at the start. Strict order within a
// subscription, no waiting between subscriptions, nothing lost over a kill at any point.

import { digest } from '@tocsin/contracts/digest'
import type { SubscriptionRecord } from '@tocsin/domain/control-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service-kit/control-view'
import type { Logger } from '@tocsin/service-kit/logger'
import { TopicView } from '@tocsin/service-kit/topic-view'
import { signWebhook } from '@tocsin/webhooks/signature'
import { parseSigningKey } from '@tocsin/webhooks/signing-keys'
import type { SendOutcome, WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import { AttemptSlots } from './attempt-slots.ts'
import { DeliveryBook, type SubscriptionDeliveries } from './delivery-book.ts'
import { DeliveryLane, userAgent } from './delivery-lane.ts'
import { DeliveryPlanner } from './delivery-planner.ts'
import { type DeliveryRecord, decodeDelivery, deliveryRecord } from './delivery-record.ts'
import type { NotifierMetrics } from './notifier-metrics.ts'
import { appendPatiently } from './patient-append.ts'
import type { Projection } from './projection.ts'

export interface DispatcherDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: NotifierMetrics
  readonly control: ControlView
  readonly projection: Projection
  readonly transport: WebhookTransport
  readonly secretOf: (subscription: SubscriptionRecord) => string | null
  /** Attempts under way at once, over all subscriptions. */
  readonly attemptsMax: number
  readonly pendingMax: number
}

export type ReplayOutcome = { readonly kind: 'replayed'; readonly count: number } | { readonly kind: 'nothing' }

/** Deliveries that one replay may name. */
export const replayMax = 1_000
/** How long a replay may take to be logged, ms. */
const replayLogMs = 2_000

export class Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #book = new DeliveryBook()
  readonly #planner: DeliveryPlanner
  readonly #lanes = new Map<
    string,
    { readonly record: SubscriptionRecord; readonly lane: DeliveryLane; readonly ended: Promise<void> }
  >()
  readonly #slots: AttemptSlots
  readonly #stop = new AbortController()
  readonly #failure = Promise.withResolvers<Error>()
  #running: Promise<void> | null = null
  #unsubscribe: (() => void)[] = []

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
    this.#slots = new AttemptSlots(deps.attemptsMax)
    this.#planner = new DeliveryPlanner({
      ...deps,
      alerts: deps.projection.alerts,
      journal: () => deps.projection.journal,
      book: this.#book,
      active: () => this.#active(),
      onPlanned: ids => {
        for (const id of ids) this.#lanes.get(id)?.lane.wake()
      }
    })
  }

  /** Resolves with what ended planning or sending for good; never otherwise. */
  get failed(): Promise<Error> {
    return this.#failure.promise
  }

  get book(): DeliveryBook {
    return this.#book
  }

  get runningCount(): number {
    return this.#slots.running
  }

  /** Folds what was delivered so far, then plans and sends. The projection must have started. */
  async start(): Promise<void> {
    await this.#fold()
    const { control, projection } = this.#deps
    projection.alerts.onForget(alertId => this.#book.forgetAlert(alertId))
    this.#unsubscribe = [
      projection.subscribe({ take: () => {}, flush: () => this.#planner.wake() }),
      control.subscribe(() => this.#refresh())
    ]
    this.#refresh()
    this.#running = this.#planner.run().catch((error: unknown) => this.#fail(error))
  }

  of(subscriptionId: string): SubscriptionDeliveries {
    return this.#book.of(subscriptionId)
  }

  /** Whether the key behind a subscription is still good. */
  maySend({ ownerKeyId }: SubscriptionRecord): boolean {
    const key = this.#deps.control.state.keys.get(ownerKeyId)
    // The owner and its sessions have no key in the control log.
    if (key === undefined) return true
    const { clock } = this.#deps
    return key.revokedAt === null && (key.expiresAt === null || clock.nowMs() < Date.parse(key.expiresAt))
  }

  /** Puts deliveries back to pending, to be sent again under the ids and sequences that they have. Those still pending are left as they are. */
  async replay(subscriptionId: string, sequences: readonly number[], by: string): Promise<ReplayOutcome> {
    const { log, clock, random } = this.#deps
    const deliveries = this.#book.of(subscriptionId)
    const known = sequences.filter(sequence => (deliveries.get(sequence)?.state ?? 'pending') !== 'pending').slice(0, replayMax)
    if (known.length === 0 && !deliveries.isEnded) return { kind: 'nothing' }
    const replayId = Buffer.from(random.bytes(16)).toString('hex')
    const data = { subscriptionId, replayId, sequences: known, by }
    const record: DeliveryRecord = {
      id: digest('delivery-replayed', subscriptionId, replayId),
      time: new Date(clock.nowMs()).toISOString(),
      type: 'delivery.replayed',
      data
    }
    const stored = deliveryRecord(record.id, record.time, null, { type: 'delivery.replayed', data })
    await appendPatiently(log, topics.deliveries, [stored], { clock, withinMs: replayLogMs })
    this.#book.apply(record)
    this.#lanes.get(subscriptionId)?.lane.wake()
    this.#planner.wake()
    return { kind: 'replayed', count: known.length }
  }

  /** Sends one signed test event, outside of the sequence, and tells what came of it. */
  async sendTest(subscription: SubscriptionRecord): Promise<SendOutcome> {
    const { clock, random, transport, secretOf } = this.#deps
    const secret = secretOf(subscription)
    if (secret === null) throw new Error('the secret of a subscription cannot be opened with the keys of this data folder')
    const id = `test_${Buffer.from(random.bytes(12)).toString('hex')}`
    const nowMs = clock.nowMs()
    const event = {
      specversion: '1.0',
      id,
      source: '/tocsin/notifier',
      type: 'tocsin.webhook.test.v1',
      time: new Date(nowMs).toISOString(),
      datacontenttype: 'application/json',
      data: { subscriptionId: subscription.subscriptionId }
    }
    const body = Buffer.from(JSON.stringify(event))
    const signed = signWebhook({ id, timestampS: Math.floor(nowMs / 1000), body }, [parseSigningKey(secret)])
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', 'user-agent': userAgent, ...signed }
    const release = await this.#slots.take('troubled')
    try {
      return await transport.send({ url: subscription.url, headers, body }, this.#stop.signal)
    } finally {
      release()
    }
  }

  /** Stops planning, breaks off attempts, waits for what is being written. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    for (const end of this.#unsubscribe.splice(0)) end()
    this.#planner.stop()
    for (const { lane } of this.#lanes.values()) lane.stop()
    await this.#running
    await Promise.all([...this.#lanes.values()].map(({ ended }) => ended))
    await this.#deps.transport.close()
  }

  /** Only this service writes the log, so it is read once and kept up by hand from then on. */
  async #fold(): Promise<void> {
    const { log, clock, logger, metrics, control } = this.#deps
    const view = new TopicView<DeliveryRecord>({
      log,
      clock,
      logger,
      topic: topics.deliveries,
      decode: decodeDelivery,
      take: batch => {
        for (const { decoded } of batch.records) this.#book.apply(decoded.record)
      },
      onQuarantine: () => metrics.quarantined.inc({ topic: 'deliveries' })
    })
    await view.start()
    await view.close()
    this.#book.keepOnly(new Set(control.state.subscriptions.keys()))
  }

  #active(): readonly SubscriptionRecord[] {
    const { control } = this.#deps
    return [...control.state.subscriptions.values()].filter(
      each => !this.#book.of(each.subscriptionId).isEnded && this.maySend(each)
    )
  }

  /** One lane for each subscription that there is. */
  #refresh(): void {
    const { subscriptions } = this.#deps.control.state
    for (const [id, { record, lane }] of this.#lanes) {
      if (subscriptions.get(id) === record) continue
      lane.stop()
      this.#lanes.delete(id)
    }
    this.#book.keepOnly(new Set(subscriptions.keys()))
    for (const [id, record] of subscriptions) if (!this.#lanes.has(id) && !this.#stop.signal.aborted) this.#open(id, record)
    for (const { lane } of this.#lanes.values()) lane.wake()
    this.#planner.wake()
  }

  #open(id: string, record: SubscriptionRecord): void {
    const lane = new DeliveryLane(
      {
        ...this.#deps,
        alerts: this.#deps.projection.alerts,
        journal: () => this.#deps.projection.journal,
        slots: this.#slots,
        maySend: subscription => this.maySend(subscription),
        // A full subscription may have room again.
        onResult: () => this.#planner.wake()
      },
      record,
      this.#book.of(id)
    )
    const ended = lane.run().catch((error: unknown) => this.#fail(error))
    this.#lanes.set(id, { record, lane, ended })
  }

  #fail(error: unknown): void {
    this.#failure.resolve(error instanceof Error ? error : new Error('webhooks failed', { cause: error }))
  }
}
