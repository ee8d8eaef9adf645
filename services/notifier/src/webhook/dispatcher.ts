// Webhooks as a whole: one planner, and one sender per subscription that this instance serves, on
// the fold of the deliveries log. Strict order within a subscription, independence between
// subscriptions, no loss if killed at any point.

import { actionRefused } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlRecord, SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { topics } from '@tocsin/event-log/topics'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { foldedInTime } from '../alerts/shared-knowledge.ts'
import { DeliveryFold } from '../notification/delivery-fold.ts'
import { DeliveryLog } from '../notification/delivery-log.ts'
import {
  type DeliveryRecord,
  makeRecord,
  type ResumedData
} from '../notification/delivery-record.ts'
import { DeliveryRetention } from '../notification/delivery-retention.ts'
import { createPolicyJudge } from '../notification/policy-judge.ts'
import { Rosters } from '../notification/rosters.ts'
import { ActiveSilences, isKeyValid } from '../notification/silences.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { AttemptSlots } from './attempt-slots.ts'
import { DeliveryOwnership } from './delivery-ownership.ts'
import { createPlanner, type DeliveryPlanner, noLongerWanted } from './delivery-planner.ts'
import { isAccepted } from './destinations.ts'
import { askForConsent, sendHeartbeats, sendTest } from './endpoint-sender.ts'
import { findKind } from './kinds/kinds.ts'
import { makeFallbackSource, makeSubscriberSource, sendNotices } from './notice-sender.ts'
import { RequestRate } from './request-rate.ts'
import type { DispatcherDeps, SendingDeps, Served } from './sending.ts'
import { makeSignedBodies } from './signed-bodies.ts'
import { hasConsented, isDisabled, makeFallback } from './subscription-record.ts'
import { sendDeliveries } from './subscription-sender.ts'
import { WakeSignal } from './wake-signal.ts'

/** Maximum deliveries named by one request, and in one record. */
export const replayMax = 1_000
/** Time for a record that a request waits for to be logged, ms. */
const logMs = 2_000

/** All that runs for a subscription. */
interface Running {
  readonly served: Served
  readonly stop: AbortController
  /** State of the endpoint when it was last looked at. */
  state: ReturnType<typeof endpointState>
}

export class Dispatcher {
  /** What all parts of sending share. */
  readonly deps: SendingDeps
  /** Drives itself once started; tests look when they want. */
  readonly retention: DeliveryRetention
  readonly #planner: DeliveryPlanner
  readonly #running = new Map<string, Running>()
  /** All loops, including stopped ones that have not finished. */
  readonly #loops = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  readonly #failure = Promise.withResolvers<Error>()
  #isStarted = false
  #known: ReadonlySet<string> = new Set()
  #unsubscribe: (() => void)[] = []

  constructor(given: DispatcherDeps) {
    const fold = new DeliveryFold(given.viewsFolder)
    const onFolded = (ids: ReadonlySet<string>) => {
      this.#takeFolded(ids)
      given.onDeliveries(ids)
    }
    const deliveryLog = new DeliveryLog(given, fold, onFolded)
    const maySend = (each: SubscriptionRecord) =>
      this.maySend(each) && !isDisabled(each) && !this.of(each.subscriptionId).isEnded
    this.deps = {
      ...{ ...given, fold, deliveryLog },
      ownership: new DeliveryOwnership(given, deliveryLog, () => this.#refresh()),
      silences: new ActiveSilences(given),
      rosters: new Rosters({ ...given, maySend, fold }),
      bodies: makeSignedBodies(given),
      slots: new AttemptSlots(given.clock, given.limits.attemptsMax),
      consentRefusals: new WeakMap()
    }
    const stop = this.#stop.signal
    this.#planner = createPlanner(this.deps, () => this.#active(), stop)
    this.retention = new DeliveryRetention(this.deps, stop)
  }

  /**
   * Resolves with the error that ended folding, planning or sending permanently; never without one.
   */
  get failed(): Promise<Error> {
    return Promise.race([this.#failure.promise, this.deps.deliveryLog.failed])
  }

  /** `ok`, or the fault. */
  get check(): string {
    return this.deps.deliveryLog.failure?.message ?? (this.#isStarted ? 'ok' : 'not started')
  }

  /** Subscriptions that this instance plans and sends for. */
  get served(): readonly string[] {
    return [...this.#running.keys()]
  }

  of(subscriptionId: string): SubscriptionDeliveries {
    return this.deps.fold.of(subscriptionId)
  }

  /** Whether the key behind a subscription is still valid, and its endpoint wants what is sent. */
  maySend(subscription: SubscriptionRecord): boolean {
    return hasConsented(subscription) && this.isAuthorized(subscription)
  }

  /** Whether the key behind a subscription is still valid. */
  isAuthorized({ ownerKeyId }: SubscriptionRecord): boolean {
    return isKeyValid(this.deps, ownerKeyId)
  }

  /** Folds past deliveries, then plans and sends. The projection must have started. */
  async start(): Promise<void> {
    const { log, control, projection } = this.deps
    await this.deps.deliveryLog.start()
    // A subscription exists before its deliveries: once the control log is folded too, any
    // subscription missing there was deleted.
    if (log.capabilities.sharedRoles)
      await control.waitFor(await log.cursorAt(topics.control, 'latest'), null)
    this.#known = new Set(control.state.subscriptions.keys())
    this.deps.fold.keepOnly(this.#known)
    await this.deps.ownership.start(this.#failure.resolve)
    this.#unsubscribe = [
      projection.subscribe({ take: () => {}, flush: () => this.#planner.wake() }),
      control.subscribe((_, records) => this.#takeControl(records))
    ]
    this.#isStarted = true
    this.#refresh()
    for (const each of [this.#planner, this.retention]) this.#run(each.run())
  }

  /**
   * Resolves once the fold has everything logged before; immediately if only this instance writes.
   * Rejects with the log's error, and with `projection-behind` after two seconds.
   */
  catchUp(): Promise<void> {
    return foldedInTime(
      [this.deps.deliveryLog],
      'Deliveries of other instances are not folded here yet. Try again.'
    )
  }

  /**
   * Makes deliveries pending again, to be sent under their original ids and sequences by the
   * instance that serves them, and tries the endpoint immediately. Answers with their number, in
   * which pending ones count.
   */
  async replay(subscriptionId: string, sequences: readonly number[], by: string): Promise<number> {
    const { clock, random } = this.deps
    const { table, isEnded, health } = this.of(subscriptionId)
    const known = sequences.flatMap(sequence => table.get(sequence) ?? [])
    const finished = known.filter(({ state }) => state !== 'pending')
    if (finished.length === 0 && !isEnded && health.state === 'up') return 0
    const nowMs = clock.nowMs()
    const records = listParts(finished.map(({ sequence }) => sequence)).map(part => {
      const replayId = Buffer.from(random.bytes(16)).toString('hex')
      const asked = { subscriptionId, by: 'replay', replayId, sequences: part, asker: by } as const
      return makeRecord({ type: 'delivery.resumed', data: asked }, nowMs, replayId)
    })
    await this.#log(records)
    return known.length
  }

  /**
   * Sends one signed test event outside the sequence and returns the outcome. `type`: a sample of
   * an alert event of that type; null: an event without an alert.
   */
  async sendTest(subscription: SubscriptionRecord, type: string | null): Promise<SendOutcome> {
    const { subscriptionId } = subscription
    // A test is traffic too: it goes only to endpoints that have consented.
    if (!hasConsented(subscription))
      throw actionRefused(
        'The endpoint has not yet said that it wants webhooks: it is asked first.'
      )
    const rate = this.#running.get(subscriptionId)?.served.rate ?? makeRate(subscription)
    const endpoint = { subscription, rate, stop: this.#stop.signal }
    const { id, outcome } = await sendTest(this.deps, endpoint, type)
    if (isAccepted(outcome) && this.of(subscriptionId).health.state !== 'up')
      await this.resume(subscription, id, 'test')
    return outcome
  }

  /** Leaves out planned events that the subscription's present filter does not want. */
  async leaveOut(subscription: SubscriptionRecord): Promise<void> {
    const { subscriptionId, version = null } = subscription
    await this.catchUp()
    const deliveries = this.of(subscriptionId)
    const all = await noLongerWanted(subscription, deliveries, this.deps.projection)
    if (all.length === 0) return
    for (const [i, sequences] of listParts(all).entries()) {
      const data = { subscriptionId, sequences, why: 'left-out' } as const
      const mark = `left-out ${version} ${i}`
      const nowMs = this.deps.clock.nowMs()
      await this.#log([makeRecord({ type: 'delivery.dropped', data }, nowMs, mark)])
    }
  }

  /** Waiting deliveries are tried immediately. A new address starts without history. */
  resume(
    { subscriptionId }: SubscriptionRecord,
    cause: string,
    by: Exclude<ResumedData['by'], 'replay'>
  ): Promise<void> {
    const nowMs = this.deps.clock.nowMs()
    const data = { subscriptionId, by }
    return this.#log([makeRecord({ type: 'delivery.resumed', data }, nowMs, cause)])
  }

  #log(records: readonly DeliveryRecord[]): Promise<void> {
    return this.deps.deliveryLog.write(records, { withinMs: logMs })
  }

  /**
   * Stops planning, aborts attempts and releases the subscriptions to other instances, immediately:
   * they send what was not logged. Idempotent.
   */
  async handOver(): Promise<void> {
    this.#stop.abort()
    for (const end of this.#unsubscribe.splice(0)) end()
    for (const { stop } of this.#running.values()) stop.abort()
    await this.deps.ownership.leave()
  }

  /** Hands over, then waits for pending writes. Idempotent. */
  async close(): Promise<void> {
    await this.handOver()
    await this.deps.deliveryLog.close()
    await Promise.all(this.#loops)
    await this.deps.destinations.close()
    this.deps.deliveryLog.closeTables()
  }

  #takeFolded(subscriptionIds: ReadonlySet<string>): void {
    if (!this.#isStarted) return
    for (const id of subscriptionIds) {
      const running = this.#running.get(id)
      if (running === undefined) continue
      this.#logChange(id, running)
      running.served.wake.wake()
    }
    // A full subscription may have capacity again, an ended one may be restarted, another instance
    // may have planned.
    this.#planner.wake()
  }

  /** A single failure is no line: the first retries are under way. */
  #logChange(id: string, running: Running): void {
    const before = running.state
    const deliveries = this.of(id)
    running.state = endpointState(deliveries)
    if (running.state === before || running.state === 'failing') return
    if (running.state === 'up' && before === 'failing') return
    const { health, table } = deliveries
    const { pendingCount: pending, parkedCount: parked } = table
    this.deps.logger.info(
      { subscription: id, before, failures: health.failures, pending, parked },
      `the endpoint of a subscription is ${running.state}`
    )
  }

  #active(): readonly SubscriptionRecord[] {
    return [...this.deps.control.state.subscriptions.values()].filter(
      each =>
        this.deps.ownership.owns(each.subscriptionId) &&
        !this.of(each.subscriptionId).isEnded &&
        this.maySend(each)
    )
  }

  /** One sender per existing subscription that this instance serves. */
  #refresh(): void {
    if (!this.#isStarted) return
    const { subscriptions } = this.deps.control.state
    for (const [id, { served, stop }] of this.#running) {
      if (subscriptions.get(id) === served.subscription && this.deps.ownership.owns(id)) continue
      stop.abort()
      this.#running.delete(id)
    }
    // Only after it was known here: a delivery may be read before its subscription.
    for (const id of this.#known) if (!subscriptions.has(id)) this.deps.fold.forget(id)
    this.#known = new Set(subscriptions.keys())
    for (const [id, record] of subscriptions)
      if (!this.#running.has(id) && this.deps.ownership.owns(id) && !this.#stop.signal.aborted)
        this.#open(id, record)
    this.#planner.wake()
  }

  /**
   * Only subscriptions, the keys behind them, and silences that end, which they do with their keys
   * too, change what is sent.
   */
  #takeControl(records: readonly ControlRecord[]): void {
    const keys = new Set(records.map(({ data }) => ('keyId' in data ? data.keyId : null)))
    if (records.some(({ data }) => 'subscriptionId' in data)) this.#refresh()
    else this.#planner.wake()
    const endsSilences = records.some(
      ({ type }) => type === 'silence.ended' || type === 'key.revoked'
    )
    for (const { served } of this.#running.values())
      if (endsSilences || keys.has(served.subscription.ownerKeyId)) {
        // What delayed any alert may be over.
        served.deliveries.table.lookAtAll()
        served.wake.wake()
      }
  }

  /** Both addresses are sent something beside deliveries: consent requests until they consent. */
  #open(id: string, subscription: SubscriptionRecord): void {
    const { deps } = this
    const { notices = [], digest = false } = subscription
    const deliveries = this.of(id)
    const stop = new AbortController()
    const first: Served = {
      subscription,
      deliveries,
      rate: makeRate(subscription),
      judge: createPolicyJudge(deps, subscription, deliveries),
      wake: new WakeSignal(),
      stop: stop.signal,
      isCurrent: async () => (await deps.ownership.isCurrent()) && deps.ownership.owns(id)
    }
    this.#running.set(id, { served: first, stop, state: endpointState(deliveries) })
    this.#run(sendDeliveries(deps, first))
    if (hasConsented(subscription)) {
      this.#run(sendHeartbeats(deps, first, () => this.#planner.isThrough(id)))
      if (notices.length > 0 || digest || first.judge?.repeats === true)
        this.#run(sendNotices(deps, first, makeSubscriberSource(deps, first)))
      // Services know no challenge.
    } else if (findKind(subscription) === null) this.#run(askForConsent(deps, first))
    const fallback = makeFallback(subscription)
    if (fallback === null) return
    const second = { ...first, subscription: fallback, rate: makeRate(fallback) }
    if (hasConsented(fallback))
      this.#run(sendNotices(deps, second, makeFallbackSource(deps, second)))
    else this.#run(askForConsent(deps, second))
  }

  #run(loop: Promise<void>): void {
    const ending = loop
      .catch((error: unknown) =>
        this.#failure.resolve(
          error instanceof Error ? error : new Error('webhooks failed', { cause: error })
        )
      )
      .finally(() => this.#loops.delete(ending))
    this.#loops.add(ending)
  }
}

function makeRate({ consent }: SubscriptionRecord): RequestRate {
  return new RequestRate(consent?.given?.ratePerMinute ?? null)
}

function endpointState({ isEnded, health }: SubscriptionDeliveries) {
  return isEnded ? 'ended' : health.state
}

/** In parts that are small enough for a record; of none one empty part. */
function listParts(sequences: readonly number[]): readonly (readonly number[])[] {
  const count = Math.max(1, Math.ceil(sequences.length / replayMax))
  return Array.from({ length: count }, (_, i) =>
    sequences.slice(i * replayMax, (i + 1) * replayMax)
  )
}
