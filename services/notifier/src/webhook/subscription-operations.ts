// Webhook subscriptions: created, shown, deleted. The address is checked on creation; the secret is shown once and stored sealed.
// Sending is in dispatcher.ts, HTTP in subscription-routes.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type AlertFilter, type FilterError, parseFilter } from '@tocsin/domain/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { scheduleWaitMaxMs } from '@tocsin/domain/delivery/retry-policy'
import {
  type SubscriptionAsk,
  type SubscriptionSettings,
  subscriptionSettings
} from '@tocsin/domain/delivery/subscription-settings'
import { settingsIn, withDefaults } from '@tocsin/domain/format/setting'
import type { Clock, Random } from '@tocsin/domain/ports'
import { patternFault } from '@tocsin/domain/rule/rule-check'
import { encodeCursor } from '@tocsin/event-log/cursor'
import type { Appended, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { reaches } from '@tocsin/service-kit/access/authority'
import { authorOf, type Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { type EndpointPolicy, vetEndpoint } from '@tocsin/webhooks/address-vetting'
import { maskUrl } from '@tocsin/webhooks/masked-url'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { formatSecret } from '@tocsin/webhooks/signing-keys'
import { vetName } from '@tocsin/webhooks/vetted-connector'
import { checkMinted } from '../administration/admin-reach.ts'
import type { ControlOperations } from '../administration/control-operations.ts'
import type { SharedKnowledge } from '../cursor/shared-knowledge.ts'
import type { Dispatcher } from './dispatcher.ts'
import { sealSecret } from './sealed-secret.ts'

export interface SubscriptionOperationsDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly control: ControlView
  readonly shared: SharedKnowledge
  readonly operations: ControlOperations
  readonly dispatcher: Dispatcher
  readonly policy: EndpointPolicy
  readonly resolve: Resolve
  readonly sealingKey: Buffer
  readonly subscriptionsMax: number
}

/** A subscription as shown, its address without the query, where partners put secrets. */
export interface ShownSubscription extends SubscriptionSettings {
  readonly id: string
  readonly theatres: readonly string[] | '*'
  readonly handling: string
  /** `ended`: the receiver answered 410. `suspended`: the key that created it is no longer valid. */
  readonly status: 'active' | 'ended' | 'suspended'
  /** Sequence of the newest planned delivery; 0 before the first. */
  readonly sequence: number
  readonly pending: number
  readonly parked: number
}

export class SubscriptionOperations {
  readonly #deps: SubscriptionOperationsDeps

  constructor(deps: SubscriptionOperationsDeps) {
    this.#deps = deps
  }

  /** Creates a subscription that starts now. Throws a ProblemError that names the field. */
  async create(
    principal: Principal,
    ask: SubscriptionAsk
  ): Promise<{ shown: ShownSubscription; secret: string; appended: Appended }> {
    const { control, log, random, operations, sealingKey, subscriptionsMax, shared } = this.#deps
    // It sends what its creator could read, as long as the key is valid. Creators must be able to read alerts themselves, and a
    // secret that was replaced and is in its overlap cannot create anything that outlives it.
    const end = this.#deps.control.state.keys.get(principal.id)?.expiresAt ?? null
    const expiresAtMs = end === null ? null : Date.parse(end)
    checkMinted(principal, 'subscription', { ...principal, scopes: ['alerts:read'], expiresAtMs })
    const { theatres, handling } = principal
    await shared.learn('control')
    if (control.state.subscriptions.size >= subscriptionsMax)
      throw new ProblemError('too-many', `There are already ${subscriptionsMax} subscriptions, which is the limit.`)
    const settings = withDefaults(subscriptionSettings, ask)
    const filter = filterOf(settings.filter)
    checkSchedule(settings.schedule)
    const url = await this.#vettedUrl(settings.url)
    const subscriptionId = `sub_${Buffer.from(random.bytes(12)).toString('hex')}`
    const secret = formatSecret(random.bytes(32))
    const record: SubscriptionRecord = {
      ...settings,
      subscriptionId,
      url,
      filter: { ...filter },
      ownerKeyId: principal.id,
      theatres,
      handling,
      sealedSecret: sealSecret(sealingKey, subscriptionId, secret, random),
      from: encodeCursor(await log.cursorAt(topics.alerts, 'latest'))
    }
    const appended = await operations.write({ type: 'subscription.created', data: record }, authorOf(principal))
    return { shown: this.show(record), secret, appended }
  }

  /** Deletes a subscription; pending deliveries are no longer sent. */
  async end(principal: Principal, id: string): Promise<Appended> {
    const { subscriptionId } = await this.findNow(principal, id)
    return this.#deps.operations.write({ type: 'subscription.deleted', data: { subscriptionId } }, authorOf(principal))
  }

  /** Visible subscriptions: the principal's own, and for administrators all within their reach. */
  list(principal: Principal): readonly SubscriptionRecord[] {
    return [...this.#deps.control.state.subscriptions.values()].filter(each => mayManage(principal, each))
  }

  /** Throws ProblemError `not-found` if it does not exist, is another's, or sees more than the principal. */
  async find(principal: Principal, id: string): Promise<SubscriptionRecord> {
    const found = await this.#deps.shared.find(['control'], () => this.#known(principal, id))
    if (found === undefined) throw new ProblemError('not-found', 'There is no such subscription.')
    return found
  }

  /** The same before a change: a subscription deleted at another instance is not found. */
  async findNow(principal: Principal, id: string): Promise<SubscriptionRecord> {
    await this.#deps.shared.learn('control')
    return this.find(principal, id)
  }

  show(record: SubscriptionRecord): ShownSubscription {
    const { dispatcher } = this.#deps
    const { subscriptionId: id, url, theatres, handling } = record
    const deliveries = dispatcher.of(id)
    const status = deliveries.isEnded ? 'ended' : dispatcher.maySend(record) ? 'active' : 'suspended'
    const { lastSequence: sequence, pendingCount: pending, parkedCount: parked } = deliveries
    const settings = { ...settingsIn(subscriptionSettings, record), url: maskUrl(url) }
    return { id, ...settings, theatres, handling, status, sequence, pending, parked }
  }

  #known(principal: Principal, id: string): SubscriptionRecord | undefined {
    const record = this.#deps.control.state.subscriptions.get(id)
    return record !== undefined && mayManage(principal, record) ? record : undefined
  }

  async #vettedUrl(text: string): Promise<string> {
    const { policy, resolve } = this.#deps
    const vetted = vetEndpoint(text, policy)
    if (!vetted.ok) throw refusedUrl(vetted.detail)
    // An address that can't be resolved now is accepted: it is checked again at each connection.
    if ((await vetName(vetted.url.hostname, policy, resolve)) === 'refused')
      throw refusedUrl('the address does not resolve to public addresses only')
    return vetted.url.href
  }
}

function mayManage(principal: Principal, subscription: SubscriptionRecord): boolean {
  return (principal.scopes.has('admin') || principal.id === subscription.ownerKeyId) && reaches(principal, subscription)
}

function filterOf(value: unknown): AlertFilter {
  const parsed = parseFilter(value)
  // With a wrong name a list is visibly empty, but an endpoint would wait for years.
  const found = parsed.ok ? (parsed.filter.pattern ?? []).map(patternError).filter(error => error !== null) : parsed.errors
  if (parsed.ok && found.length === 0) return parsed.filter
  const errors = found.map(({ pointer, detail }) => ({ pointer: `/filter${pointer}`, detail }))
  throw new ProblemError('body-invalid', 'The filter is invalid.', { errors })
}

function patternError(name: string, index: number): FilterError | null {
  const detail = patternFault(name)
  return detail === null ? null : { pointer: `/pattern/${index}`, detail }
}

function checkSchedule(schedule: SubscriptionSettings['schedule']): void {
  const wrong = (schedule ?? []).findIndex(wait => wait * 1000 > scheduleWaitMaxMs)
  if (wrong >= 0) throw invalid(`/schedule/${wrong}`, `must be 0 to ${scheduleWaitMaxMs / 1000} seconds`)
}

function invalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer.slice(1)} ${detail}.`, { errors: [{ pointer, detail }] })
}

function refusedUrl(detail: string): ProblemError {
  return new ProblemError('url-refused', `${detail[0]?.toUpperCase()}${detail.slice(1)}.`, {
    errors: [{ pointer: '/url', detail }]
  })
}
