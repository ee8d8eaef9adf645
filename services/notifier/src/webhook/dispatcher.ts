// Webhooks as a whole: one planner and one sender per subscription that this instance serves, on the fold of the deliveries log.
// Strict order within a subscription, independence between subscriptions, no loss if killed at any point.

import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { topics } from '@tocsin/event-log/topics'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import { signWebhook } from '@tocsin/webhooks/signature'
import { parseSigningKey } from '@tocsin/webhooks/signing-keys'
import type { SendOutcome, WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import type { Registry } from 'prom-client'
import type { Projection } from '../projection/projection.ts'
import type { NotifierMetrics } from '../telemetry/notifier-metrics.ts'
import { DeliveryFold, type SubscriptionDeliveries } from './delivery-fold.ts'
import { DeliveryLog } from './delivery-log.ts'
import { DeliveryOwnership } from './delivery-ownership.ts'
import { DeliveryPlanner } from './delivery-planner.ts'
import type { DeliveryRecord } from './delivery-record.ts'
import { SubscriptionSender, userAgent } from './subscription-sender.ts'
import { WebhookConcurrency } from './webhook-concurrency.ts'

export interface DispatcherDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'random' | 'control' | 'logger'> {
  readonly metrics: NotifierMetrics
  /** Where the lag of the deliveries log is reported. */
  readonly registry: Registry
  readonly projection: Projection
  readonly transport: WebhookTransport
  readonly secretOf: (subscription: SubscriptionRecord) => string | null
  /** Maximum concurrent attempts over all subscriptions. */
  readonly attemptsMax: number
  readonly pendingMax: number
}

export type ReplayOutcome = { readonly kind: 'replayed'; readonly count: number } | { readonly kind: 'nothing' }

/** Maximum deliveries named by one replay. */
export const replayMax = 1_000
/** Time for a replay to be logged, ms. */
const replayLogMs = 2_000
/** How long a sender waits for the alert event that it is to send, ms. */
const foldWaitMs = 5_000

export class Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #fold = new DeliveryFold()
  readonly #deliveries: DeliveryLog
  readonly #ownership: DeliveryOwnership
  readonly #planner: DeliveryPlanner
  readonly #senders = new Map<string, { readonly record: SubscriptionRecord; readonly sender: SubscriptionSender }>()
  /** Running senders, including stopped ones that have not finished. */
  readonly #endings = new Set<Promise<void>>()
  readonly #concurrency: WebhookConcurrency
  readonly #stop = new AbortController()
  readonly #failure = Promise.withResolvers<Error>()
  #running: Promise<void> | null = null
  #isStarted = false
  #known: ReadonlySet<string> = new Set()
  #unsubscribe: (() => void)[] = []

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
    this.#concurrency = new WebhookConcurrency(deps.attemptsMax)
    this.#deliveries = new DeliveryLog({ ...deps, fold: this.#fold, onFolded: ids => this.#folded(ids) })
    this.#ownership = new DeliveryOwnership({
      ...deps,
      catchUp: timeoutMs => this.#deliveries.catchUp(timeoutMs),
      onChange: () => this.#refresh()
    })
    this.#planner = new DeliveryPlanner({
      ...deps,
      alerts: deps.projection.alerts,
      journal: () => deps.projection.journal,
      fold: this.#fold,
      deliveries: this.#deliveries,
      translate: cursor => translateCursor(deps.control.state, cursor),
      active: () => this.#active(),
      isCurrent: () => this.#ownership.isCurrent()
    })
  }

  /** Resolves with the error that ended folding, planning or sending for good; otherwise never. */
  get failed(): Promise<Error> {
    return Promise.race([this.#failure.promise, this.#deliveries.failed, this.#ownership.failed])
  }

  /** `ok`, or the fault. */
  get check(): string {
    return this.#deliveries.failure?.message ?? (this.#isStarted ? 'ok' : 'not started')
  }

  /** Subscriptions that this instance plans and sends for. */
  get servedCount(): number {
    return this.#senders.size
  }

  get fold(): DeliveryFold {
    return this.#fold
  }

  get runningCount(): number {
    return this.#concurrency.running
  }

  /** Folds past deliveries, then plans and sends. The projection must have started. */
  async start(): Promise<void> {
    const { log, control, projection } = this.#deps
    await this.#deliveries.start()
    // A subscription exists before its deliveries: once the control log is folded too, any subscription missing there was
    // deleted.
    if (log.capabilities.sharedRoles) await control.waitFor(await log.cursorAt(topics.control, 'latest'), null)
    this.#known = new Set(control.state.subscriptions.keys())
    this.#fold.keepOnly(this.#known)
    await this.#ownership.start()
    projection.alerts.onForget(alertId => this.#fold.forgetAlert(alertId))
    this.#unsubscribe = [
      projection.subscribe({ take: () => {}, flush: () => this.#planner.wake() }),
      control.subscribe(() => this.#refresh())
    ]
    this.#isStarted = true
    this.#refresh()
    this.#running = this.#planner.run().catch((error: unknown) => this.#fail(error))
  }

  of(subscriptionId: string): SubscriptionDeliveries {
    return this.#fold.of(subscriptionId)
  }

  /** Whether the key behind a subscription is still valid. */
  maySend({ ownerKeyId }: SubscriptionRecord): boolean {
    const key = this.#deps.control.state.keys.get(ownerKeyId)
    // The owner has no key in the control log; nor have its sessions, whose ids earlier versions stored.
    if (key === undefined) return ownerKeyId === 'owner' || ownerKeyId.startsWith('session:')
    const { clock } = this.#deps
    return key.revokedAt === null && (key.expiresAt === null || clock.nowMs() < Date.parse(key.expiresAt))
  }

  /**
   * Resolves once the fold has everything logged before; immediately if only this instance writes. Rejects with the log's error,
   * and with `projection-behind` after two seconds.
   */
  async catchUp(): Promise<void> {
    if (await this.#deliveries.catchUp(replayLogMs)) return
    throw new ProblemError('projection-behind', 'Deliveries of other instances are not folded here yet. Try again.', {
      retryAfterS: 1
    })
  }

  /**
   * Makes deliveries pending again, to be sent under their original ids and sequences by the instance that serves them. Pending
   * ones are left unchanged.
   */
  async replay(subscriptionId: string, sequences: readonly number[], by: string): Promise<ReplayOutcome> {
    const { clock, random } = this.#deps
    const deliveries = this.#fold.of(subscriptionId)
    const known = sequences.filter(sequence => (deliveries.get(sequence)?.state ?? 'pending') !== 'pending').slice(0, replayMax)
    if (known.length === 0 && !deliveries.isEnded) return { kind: 'nothing' }
    const replayId = Buffer.from(random.bytes(16)).toString('hex')
    const data = { subscriptionId, replayId, sequences: known, by }
    const record: DeliveryRecord = {
      id: digest('delivery-replayed', subscriptionId, replayId),
      time: new Date(clock.nowMs()).toISOString(),
      cause: null,
      type: 'delivery.replayed',
      data
    }
    await this.#deliveries.write([record], { withinMs: replayLogMs })
    return { kind: 'replayed', count: known.length }
  }

  /** Sends one signed test event outside the sequence and returns the outcome. */
  async sendTest(subscription: SubscriptionRecord): Promise<SendOutcome> {
    const { clock, random, transport, secretOf } = this.#deps
    const secret = secretOf(subscription)
    if (secret === null) throw new Error('the secret of a subscription cannot be decrypted with the keys of this data folder')
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
    const release = await this.#concurrency.acquire('troubled')
    try {
      return await transport.send({ url: subscription.url, headers, body }, this.#stop.signal)
    } finally {
      release()
    }
  }

  /**
   * Stops planning, aborts attempts and releases the subscriptions to other instances, immediately: they send what was not
   * logged. Idempotent.
   */
  async handOver(): Promise<void> {
    this.#stop.abort()
    for (const end of this.#unsubscribe.splice(0)) end()
    this.#planner.stop()
    for (const { sender } of this.#senders.values()) sender.stop()
    await this.#ownership.leave()
  }

  /** Hands over, then waits for pending writes. Idempotent. */
  async close(): Promise<void> {
    await this.handOver()
    await this.#deliveries.close()
    await this.#running
    await Promise.all(this.#endings)
    await this.#deps.transport.close()
  }

  #folded(subscriptionIds: ReadonlySet<string>): void {
    if (!this.#isStarted) return
    for (const id of subscriptionIds) this.#senders.get(id)?.sender.wake()
    // A full subscription may have capacity again, an ended one may be restarted, another instance may have planned.
    this.#planner.wake()
  }

  #active(): readonly SubscriptionRecord[] {
    const { control } = this.#deps
    return [...control.state.subscriptions.values()].filter(
      each => this.#ownership.owns(each.subscriptionId) && !this.#fold.of(each.subscriptionId).isEnded && this.maySend(each)
    )
  }

  /** One sender per existing subscription that this instance serves. */
  #refresh(): void {
    if (!this.#isStarted) return
    const { subscriptions } = this.#deps.control.state
    for (const [id, { record, sender }] of this.#senders) {
      if (subscriptions.get(id) === record && this.#ownership.owns(id)) continue
      sender.stop()
      this.#senders.delete(id)
    }
    // Only after it was known here: a delivery may be read before its subscription.
    for (const id of this.#known) if (!subscriptions.has(id)) this.#fold.forget(id)
    this.#known = new Set(subscriptions.keys())
    for (const [id, record] of subscriptions)
      if (!this.#senders.has(id) && this.#ownership.owns(id) && !this.#stop.signal.aborted) this.#open(id, record)
    for (const { sender } of this.#senders.values()) sender.wake()
    this.#planner.wake()
  }

  #open(id: string, record: SubscriptionRecord): void {
    const { projection } = this.#deps
    const sender = new SubscriptionSender(
      {
        ...this.#deps,
        log: this.#deliveries,
        alerts: projection.alerts,
        journal: () => projection.journal,
        concurrency: this.#concurrency,
        maySend: subscription => this.maySend(subscription),
        isCurrent: async () => (await this.#ownership.isCurrent()) && this.#ownership.owns(id),
        hasFolded: (partition, position) => projection.views.alerts.waitForAppended({ partition, position }, foldWaitMs)
      },
      record,
      this.#fold.of(id)
    )
    const ending = sender
      .run()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#endings.delete(ending))
    this.#endings.add(ending)
    this.#senders.set(id, { record, sender })
  }

  #fail(error: unknown): void {
    this.#failure.resolve(error instanceof Error ? error : new Error('webhooks failed', { cause: error }))
  }
}
