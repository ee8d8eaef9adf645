// Webhooks as a whole: one planner and one sender per subscription that this instance serves, on
// the fold of the deliveries log. Strict order within a subscription, independence between
// subscriptions, no loss if killed at any point.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlRecord, SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { EndpointState } from '@tocsin/contracts/subscription/endpoint-words'
import { topics } from '@tocsin/event-log/topics'
import { translateCursor } from '@tocsin/service/projection/copied-cursor'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { SendOutcome, WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import type { Registry } from 'prom-client'
import type { Projection } from '../alerts/projection.ts'
import { foldedInTime } from '../alerts/shared-knowledge.ts'
import { DeliveryFold } from '../notification/delivery-fold.ts'
import { DeliveryLog } from '../notification/delivery-log.ts'
import { makeRecord, type ResumedData } from '../notification/delivery-record.ts'
import { DeliveryRetention, type RetentionSettings } from '../notification/delivery-retention.ts'
import { createPolicyJudge } from '../notification/policy-judge.ts'
import { isKeyValid, SilenceBook } from '../notification/silence-book.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { WatchBook } from '../notification/watch-book.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { AttemptSlots, unsequencedAsk } from './attempt-slots.ts'
import { DeliveryOwnership } from './delivery-ownership.ts'
import { DeliveryPlanner, isFromEarlierEpoch } from './delivery-planner.ts'
import { type Destinations, openDestinationTransport } from './destinations.ts'
import { type EndpointReach, hasConsented, isDisabled } from './endpoint-reach.ts'
import { noLongerWanted } from './narrower-filter.ts'
import { RequestRate } from './request-rate.ts'
import { SignedBodies, type SignedBodiesDeps } from './signed-bodies.ts'
import type { SigningRing } from './signing-ring.ts'
import { SubscriptionSender } from './subscription-sender.ts'
import { SubscriptionUpkeep, type UpkeepDeps } from './subscription-upkeep.ts'
import { isAccepted, sampleRequest, unsequencedRequest } from './unsequenced-event.ts'
import type { ConsentRefusal } from './unsequenced-sender.ts'

export interface DispatcherDeps
  extends Pick<ServiceDeps, 'log' | 'clock' | 'random' | 'control' | 'logger'> {
  readonly metrics: NotifierMetrics
  /** Where the lag of the deliveries log is reported. */
  readonly registry: Registry
  readonly projection: Projection
  readonly transport: WebhookTransport
  readonly reach: EndpointReach
  readonly destinations: Destinations
  readonly signing: SigningRing
  readonly origin: string
  readonly signs: UpkeepDeps['signs']
  readonly tellConsent: UpkeepDeps['tellConsent']
  readonly digests: UpkeepDeps['digests']
  readonly answerUrlOf: SignedBodiesDeps['answerUrlOf']
  /** Called with the subscriptions that have deliveries more, or with another state. */
  readonly onDeliveries: (subscriptionIds: ReadonlySet<string>) => void
  /** Maximum concurrent attempts at healthy endpoints. */
  readonly attemptsMax: number
  readonly pendingMax: number
  readonly retention: RetentionSettings
  /** Folder for the tables of the fold; default in memory. */
  readonly viewsFolder?: string | undefined
}

/** Maximum deliveries named by one request, and in one record. */
export const replayMax = 1_000
/** Time for a replay to be logged, ms. */
const replayLogMs = 2_000
/** How long a sender waits for the alert event that it is to send, ms. */
const foldWaitMs = 5_000

interface Served {
  readonly record: SubscriptionRecord
  readonly sender: SubscriptionSender
  readonly rate: RequestRate
  readonly upkeep: SubscriptionUpkeep
  /** State of the endpoint when it was last looked at. */
  state: EndpointState | 'ended'
  /** All that runs for it. */
  readonly parts: readonly { run(): Promise<void>; stop(): void }[]
}

export class Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #fold: DeliveryFold
  readonly #deliveries: DeliveryLog
  readonly #ownership: DeliveryOwnership
  readonly #planner: DeliveryPlanner
  readonly #bodies: SignedBodies
  /** Drives itself once started; tests look when they want. */
  readonly retention: DeliveryRetention
  readonly #senders = new Map<string, Served>()
  /** Running senders, including stopped ones that have not finished. */
  readonly #endings = new Set<Promise<void>>()
  readonly #slots: AttemptSlots
  readonly judging: { readonly silences: SilenceBook; readonly watches: WatchBook }
  /** Whether this instance has planned everything for a subscription. */
  readonly isThrough = (subscriptionId: string) => this.#planner.isThrough(subscriptionId)
  readonly #stop = new AbortController()
  /**
   * The last answers of endpoints that this instance asks for their consent, by the id of the
   * asking. Another instance does not know them.
   */
  readonly consentRefusals = new Map<string, ConsentRefusal>()
  readonly #failure = Promise.withResolvers<Error>()
  #running: Promise<void> | null = null
  #isStarted = false
  #known: ReadonlySet<string> = new Set()
  #unsubscribe: (() => void)[] = []

  constructor(given: DispatcherDeps) {
    const deps = { ...given, transport: openDestinationTransport(given.transport) }
    this.#deps = deps
    this.#fold = new DeliveryFold(deps.viewsFolder)
    this.#slots = new AttemptSlots(deps.clock, deps.attemptsMax)
    const maySend = (each: SubscriptionRecord) =>
      this.maySend(each) && !isDisabled(each) && !this.of(each.subscriptionId).isEnded
    this.judging = {
      silences: new SilenceBook(deps),
      watches: new WatchBook({ ...deps, maySend, fold: this.#fold })
    }
    this.#deliveries = new DeliveryLog({
      ...deps,
      fold: this.#fold,
      onFolded: ids => {
        this.#folded(ids)
        deps.onDeliveries(ids)
      }
    })
    this.#ownership = new DeliveryOwnership({
      ...deps,
      catchUp: timeoutMs => this.#deliveries.catchUp(timeoutMs),
      onChange: () => this.#refresh()
    })
    const { answerUrlOf } = deps
    this.#bodies = new SignedBodies({
      control: deps.control,
      alerts: deps.projection.alerts,
      journal: () => deps.projection.journal,
      answerUrlOf
    })
    this.retention = this.#createRetention(deps)
    this.#planner = new DeliveryPlanner({
      ...deps,
      alerts: deps.projection.alerts,
      journal: () => deps.projection.journal,
      fold: this.#fold,
      deliveries: this.#deliveries,
      translate: cursor => translateCursor(deps.control.state, cursor),
      restored: () => deps.control.state.restored,
      active: () => this.#active(),
      isCurrent: () => this.#ownership.isCurrent()
    })
  }

  #createRetention(deps: DispatcherDeps): DeliveryRetention {
    return new DeliveryRetention({
      ...deps,
      fold: this.#fold,
      deliveries: this.#deliveries,
      partitions: () => this.#ownership.partitions,
      partitionOf: subscriptionId => this.#ownership.makePartition(subscriptionId),
      isCurrent: () => this.#ownership.isCurrent(),
      settings: deps.retention
    })
  }

  /**
   * Resolves with the error that ended folding, planning or sending permanently; never without one.
   */
  get failed(): Promise<Error> {
    return Promise.race([this.#failure.promise, this.#deliveries.failed, this.#ownership.failed])
  }

  /** `ok`, or the fault. */
  get check(): string {
    return this.#deliveries.failure?.message ?? (this.#isStarted ? 'ok' : 'not started')
  }

  /** Subscriptions that this instance plans and sends for. */
  get served(): readonly string[] {
    return [...this.#senders.keys()]
  }

  get fold(): DeliveryFold {
    return this.#fold
  }

  get bodies(): Pick<SignedBodies, 'makeBody'> {
    return this.#bodies
  }

  get destinations(): Destinations {
    return this.#deps.destinations
  }

  get waitingCount(): number {
    return this.#slots.waiting
  }

  get runningCount(): number {
    return this.#slots.running
  }

  /** Folds past deliveries, then plans and sends. The projection must have started. */
  async start(): Promise<void> {
    const { log, control, projection } = this.#deps
    await this.#deliveries.start()
    // A subscription exists before its deliveries: once the control log is folded too, any
    // subscription missing there was deleted.
    if (log.capabilities.sharedRoles)
      await control.waitFor(await log.cursorAt(topics.control, 'latest'), null)
    this.#known = new Set(control.state.subscriptions.keys())
    this.#fold.keepOnly(this.#known)
    await this.#ownership.start()
    this.#unsubscribe = [
      projection.subscribe({ take: () => {}, flush: () => this.#planner.wake() }),
      control.subscribe((_, records) => this.#told(records))
    ]
    this.#isStarted = true
    this.#refresh()
    const loops = [this.#planner, this.retention].map(each =>
      each.run().catch((error: unknown) => this.#fail(error))
    )
    this.#running = Promise.all(loops).then(() => {})
  }

  of(subscriptionId: string): SubscriptionDeliveries {
    return this.#fold.of(subscriptionId)
  }

  /** Whether the key behind a subscription is still valid, and its endpoint wants what is sent. */
  maySend(subscription: SubscriptionRecord): boolean {
    return hasConsented(subscription) && this.isAuthorized(subscription)
  }

  /** Whether the key behind a subscription is still valid. */
  isAuthorized({ ownerKeyId }: SubscriptionRecord): boolean {
    return isKeyValid(this.#deps.control.state, ownerKeyId, this.#deps.clock)
  }

  /**
   * Resolves once the fold has everything logged before; immediately if only this instance writes.
   * Rejects with the log's error, and with `projection-behind` after two seconds.
   */
  catchUp(): Promise<void> {
    return foldedInTime(
      [this.#deliveries],
      'Deliveries of other instances are not folded here yet. Try again.'
    )
  }

  /**
   * Makes deliveries pending again, to be sent under their original ids and sequences by the
   * instance that serves them, and tries the endpoint immediately. Answers with their number, in
   * which pending ones count.
   */
  async replay(subscriptionId: string, sequences: readonly number[], by: string): Promise<number> {
    const { clock, random } = this.#deps
    const { table, isEnded, health } = this.#fold.of(subscriptionId)
    const known = sequences.flatMap(sequence => table.get(sequence) ?? [])
    const finished = known.filter(({ state }) => state !== 'pending')
    if (finished.length === 0 && !isEnded && health.state === 'up') return 0
    const nowMs = clock.nowMs()
    const records = listParts(finished.map(({ sequence }) => sequence)).map(part => {
      const replayId = Buffer.from(random.bytes(16)).toString('hex')
      const asked = { subscriptionId, by: 'replay', replayId, sequences: part, asker: by } as const
      return makeRecord({ type: 'delivery.resumed', data: asked }, nowMs, replayId)
    })
    await this.#deliveries.write(records, { withinMs: replayLogMs })
    return known.length
  }

  /**
   * Sends one signed test event outside the sequence and returns the outcome. `type`: a sample of
   * an alert event of that type; null: an event without an alert.
   */
  async sendTest(subscription: SubscriptionRecord, type: string | null): Promise<SendOutcome> {
    const { transport, signing } = this.#deps
    // A test is traffic too: it goes only to endpoints that have consented.
    if (!hasConsented(subscription))
      throw new ProblemError(
        'action-refused',
        'The endpoint has not yet said that it wants webhooks: it is asked first.'
      )
    const keys = signing.listKeys(subscription)
    if (keys === null)
      throw new Error(
        'the secret of a subscription cannot be decrypted with the keys of this data folder'
      )
    // Marked, so that it is not taken for an alert.
    const { id, request } =
      type === null
        ? unsequencedRequest(this.#deps, subscription, keys, {
            name: 'test',
            data: { drill: true }
          })
        : sampleRequest(this.#deps, subscription, keys, type)
    const release = await this.#slots.acquire(unsequencedAsk)
    try {
      this.#senders.get(subscription.subscriptionId)?.rate.note(this.#deps.clock.monotonicMs())
      const outcome = await transport.send(request, this.#stop.signal)
      if (isAccepted(outcome) && this.#fold.of(subscription.subscriptionId).health.state !== 'up')
        await this.resume(subscription, id, 'test')
      return outcome
    } finally {
      release()
    }
  }

  /** Leaves out planned events that the subscription's present filter does not want. */
  async leaveOut(subscription: SubscriptionRecord): Promise<void> {
    const { subscriptionId, version } = subscription
    await this.catchUp()
    const all = await noLongerWanted(
      subscription,
      this.#fold.of(subscriptionId),
      this.#deps.projection
    )
    if (all.length === 0) return
    for (const [i, sequences] of listParts(all).entries()) {
      const data = { subscriptionId, sequences, why: 'left-out' } as const
      const mark = `left-out ${version} ${i}`
      const nowMs = this.#deps.clock.nowMs()
      const record = makeRecord({ type: 'delivery.dropped', data }, nowMs, mark)
      await this.#deliveries.write([record], { withinMs: replayLogMs })
    }
  }

  /** Waiting deliveries are tried immediately. A new address starts without history. */
  async resume(
    { subscriptionId }: SubscriptionRecord,
    cause: string,
    by: Exclude<ResumedData['by'], 'replay'>
  ): Promise<void> {
    const data = { subscriptionId, by }
    const nowMs = this.#deps.clock.nowMs()
    const record = makeRecord({ type: 'delivery.resumed', data }, nowMs, cause)
    await this.#deliveries.write([record], { withinMs: replayLogMs })
  }

  /**
   * Stops planning, aborts attempts and releases the subscriptions to other instances, immediately:
   * they send what was not logged. Idempotent.
   */
  async handOver(): Promise<void> {
    this.#stop.abort()
    for (const end of this.#unsubscribe.splice(0)) end()
    for (const each of [this.#planner, this.retention]) each.stop()
    for (const { parts } of this.#senders.values()) for (const each of parts) each.stop()
    await this.#ownership.leave()
  }

  /** Hands over, then waits for pending writes. Idempotent. */
  async close(): Promise<void> {
    await this.handOver()
    await this.#deliveries.close()
    await this.#running
    await Promise.all(this.#endings)
    await this.#deps.transport.close()
    this.#deliveries.closeTables()
  }

  #folded(subscriptionIds: ReadonlySet<string>): void {
    if (!this.#isStarted) return
    for (const id of subscriptionIds) {
      const served = this.#senders.get(id)
      if (served === undefined) continue
      this.#logChange(id, served)
      served.sender.wake()
      served.upkeep.wake()
    }
    // A full subscription may have capacity again, an ended one may be restarted, another instance
    // may have planned.
    this.#planner.wake()
  }

  /** A single failure is no line: the first retries are under way. */
  #logChange(id: string, served: Served): void {
    const before = served.state
    const deliveries = this.#fold.of(id)
    served.state = endpointState(deliveries)
    if (served.state === before || served.state === 'failing') return
    if (served.state === 'up' && before === 'failing') return
    const { health, table } = deliveries
    const { pendingCount: pending, parkedCount: parked } = table
    this.#deps.logger.info(
      { subscription: id, before, failures: health.failures, pending, parked },
      `the endpoint of a subscription is ${served.state}`
    )
  }

  #active(): readonly SubscriptionRecord[] {
    const { control } = this.#deps
    return [...control.state.subscriptions.values()].filter(
      each =>
        this.#ownership.owns(each.subscriptionId) &&
        !this.#fold.of(each.subscriptionId).isEnded &&
        this.maySend(each)
    )
  }

  /** One sender per existing subscription that this instance serves. */
  #refresh(): void {
    if (!this.#isStarted) return
    const { subscriptions } = this.#deps.control.state
    for (const [id, { record, parts }] of this.#senders) {
      if (subscriptions.get(id) === record && this.#ownership.owns(id)) continue
      for (const each of parts) each.stop()
      this.#senders.delete(id)
    }
    // Only after it was known here: a delivery may be read before its subscription.
    for (const id of this.#known) if (!subscriptions.has(id)) this.#fold.forget(id)
    this.#known = new Set(subscriptions.keys())
    const consents = new Set([...subscriptions.values()].map(({ consent }) => consent?.id))
    for (const id of this.consentRefusals.keys())
      if (!consents.has(id)) this.consentRefusals.delete(id)
    for (const [id, record] of subscriptions)
      if (!this.#senders.has(id) && this.#ownership.owns(id) && !this.#stop.signal.aborted)
        this.#open(id, record)
    this.#planner.wake()
  }

  /**
   * Only subscriptions, the keys behind them, and silences that end, which they do with their keys
   * too, change what is sent.
   */
  #told(records: readonly ControlRecord[]): void {
    const keys = new Set(
      records.flatMap(({ data }) =>
        'keyId' in data && typeof data.keyId === 'string' ? [data.keyId] : []
      )
    )
    if (records.some(({ data }) => 'subscriptionId' in data)) this.#refresh()
    else this.#planner.wake()
    const endsSilences = records.some(
      ({ type }) => type === 'silence.ended' || type === 'key.revoked'
    )
    for (const { record, sender } of this.#senders.values())
      if (endsSilences || keys.has(record.ownerKeyId)) sender.judgeAgain()
  }

  #open(id: string, record: SubscriptionRecord): void {
    const { projection } = this.#deps
    const deliveries = this.#fold.of(id)
    const isCurrent = async () => (await this.#ownership.isCurrent()) && this.#ownership.owns(id)
    const rate = new RequestRate(record.consent?.given?.ratePerMinute ?? null)
    const deps = {
      ...this.#deps,
      ...this.judging,
      ...{ alerts: projection.alerts, bodies: this.#bodies, log: this.#deliveries },
      ...{ slots: this.#slots, isCurrent, rate }
    }
    const judge = createPolicyJudge(deps, record, deliveries)
    const sender = new SubscriptionSender(
      {
        ...deps,
        judge,
        maySend: subscription =>
          this.maySend(subscription) &&
          !isDisabled(subscription) &&
          !isFromEarlierEpoch(id, deliveries, this.#deps.control.state.restored),
        hasFolded: (partition, position) =>
          projection.views.alerts.waitForAppended({ partition, position }, foldWaitMs)
      },
      record,
      deliveries
    )
    const aside = {
      ...deps,
      noteRefusal: (consentId: string, answer: ConsentRefusal) => {
        this.consentRefusals.set(consentId, answer)
      },
      maySend: (each: SubscriptionRecord) => this.isAuthorized(each) && !isDisabled(each)
    }
    const upkeep = new SubscriptionUpkeep(
      { ...aside, isPlanned: () => this.isThrough(id), judge },
      record,
      deliveries
    )
    const parts = [sender, upkeep]
    for (const each of parts) {
      const ending = each
        .run()
        .catch((error: unknown) => this.#fail(error))
        .finally(() => this.#endings.delete(ending))
      this.#endings.add(ending)
    }
    const state = endpointState(deliveries)
    this.#senders.set(id, { record, sender, rate, upkeep, state, parts })
  }

  #fail(error: unknown): void {
    this.#failure.resolve(
      error instanceof Error ? error : new Error('webhooks failed', { cause: error })
    )
  }
}

function endpointState({ isEnded, health }: SubscriptionDeliveries): Served['state'] {
  return isEnded ? 'ended' : health.state
}

/** In parts that are small enough for a record; of none one empty part. */
function listParts(sequences: readonly number[]): readonly (readonly number[])[] {
  const count = Math.max(1, Math.ceil(sequences.length / replayMax))
  return Array.from({ length: count }, (_, i) =>
    sequences.slice(i * replayMax, (i + 1) * replayMax)
  )
}
