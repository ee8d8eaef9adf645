// Webhook subscriptions: created, shown, deleted. The address is checked on creation; the secret is
// shown once and stored sealed. Sending is in dispatcher.ts, HTTP in subscription-routes.ts.

import { reaches } from '@tocsin/auth/access/authority'
import type { Principal } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import { type AlertFilter, parseFilter } from '@tocsin/contracts/alert/alert-filter'
import { settingsIn, withDefaults } from '@tocsin/contracts/format/setting'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { alertEventTypes, shortenEventType } from '@tocsin/contracts/subscription/event-types'
import {
  makePolicy,
  type NotificationPolicy
} from '@tocsin/contracts/subscription/notification-policy'
import { scheduleWaitMaxMs } from '@tocsin/contracts/subscription/retry-schedule'
import {
  type SubscriptionAsk,
  type SubscriptionSettings,
  subscriptionSettings
} from '@tocsin/contracts/subscription/subscription-settings'
import type { Clock, Random } from '@tocsin/domain/ports'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import { encodeCursor } from '@tocsin/event-log/cursor'
import type { EventLog, RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { type EndpointPolicy, vetEndpoint } from '@tocsin/webhooks/address-vetting'
import { hideUrlSecrets } from '@tocsin/webhooks/masked-url'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { formatSecret } from '@tocsin/webhooks/signing-keys'
import { checkName } from '@tocsin/webhooks/vetted-connector'
import { checkMinted } from '../admin/admin-reach.ts'
import type { ControlOperations } from '../admin/control-operations.ts'
import { askedFilter } from '../alerts/asked-filter.ts'
import { checkSeen, makeVersion } from '../alerts/seen-version.ts'
import { mayKnow } from '../alerts/shared-access.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { findTemplateFaults } from './body-template.ts'
import { type Destinations, splitSecrets } from './destinations.ts'
import type { Dispatcher } from './dispatcher.ts'
import { consentGapMs, countAskings, findServiceWithoutConsent } from './endpoint-consent.ts'
import { type EndpointReach, hasConsented, isDisabled, makeFallback } from './endpoint-reach.ts'
import {
  adviseKind,
  findDestinationFaults,
  findKind,
  type Kinded,
  needsNoConsent
} from './kinds/kinds.ts'
import { vetMailServer } from './mail-transport.ts'
import { sealSecret } from './sealed-secret.ts'
import type { SigningRing } from './signing-ring.ts'
import type { SubscriptionStatus } from './subscription-answers.ts'

/** Per key: partners manage dozens, a key for many partners some hundreds. */
const subscriptionsPerKeyMax = 250

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
  readonly reach: EndpointReach
  readonly destinations: Destinations
  readonly sealingKey: Buffer
  readonly signing: SigningRing
  readonly subscriptionsMax: number
  /** Which endpoints are asked whether they want what is sent. */
  readonly consent: 'public' | 'always' | 'never'
  /** Whether the suite knows under which address partners reach it. */
  readonly hasPublicUrl: boolean
}

/** A subscription as shown, its address without the query, where partners put secrets. */
export type ShownSubscription = ReturnType<SubscriptionOperations['show']>

export interface SubscriptionCreated {
  readonly shown: ShownSubscription
  readonly secret: string
  readonly appended: RecordPosition
  readonly warnings: readonly Warning[]
}

/** What is taken, and worth a look. */
export interface Warning {
  /** JSON pointer to its subject. */
  readonly pointer: string
  readonly detail: string
}

export interface VouchedFor {
  readonly record: SubscriptionRecord
  /** Null if every endpoint had consented. */
  readonly appended: RecordPosition | null
}

/** Addresses of the subscription before that a change leaves as they are. */
export interface KeptAddresses {
  readonly url?: string
  readonly fallbackUrl?: string
}

export class SubscriptionOperations {
  readonly #deps: SubscriptionOperationsDeps

  constructor(deps: SubscriptionOperationsDeps) {
    this.#deps = deps
  }

  /** Creates a subscription that starts now. Throws a ProblemError that names the field. */
  async create(principal: Principal, ask: SubscriptionAsk): Promise<SubscriptionCreated> {
    const { control, log, random, operations, sealingKey, subscriptionsMax, shared, destinations } =
      this.#deps
    // It sends what its creator could read, as long as the key is valid. Creators must be able to
    // read alerts themselves, and a secret that was replaced and is in its overlap cannot create
    // anything that outlives it.
    checkMinted(principal, 'subscription', {
      ...principal,
      scopes: ['alerts:read'],
      expiresAtMs: this.computeEnd(principal.id)
    })
    const { theatres, handling } = principal
    await shared.learn('control')
    const subscriptionId = `sub_${Buffer.from(random.bytes(12)).toString('hex')}`
    const secret = formatSecret(random.bytes(32))
    const limits = { total: subscriptionsMax, perKey: subscriptionsPerKeyMax }
    checkCount(principal, 'subscriptions', limits, control.state.subscriptions.values())
    this.checkWatch(principal, ask)
    checkContact(ask)
    const { secrets, settings: asked } = splitSecrets(ask)
    checkDestination(ask)
    const url = asked.url || findKind(asked)?.urlDefault || ''
    const wanted = withDefaults(subscriptionSettings, withPolicy({ ...asked, url }))
    const settings = await this.checked(wanted, {})
    const consent = await this.createAsking(settings)
    const fallbackConsent = settings.fallbackUrl
      ? await this.createAsking({ url: settings.fallbackUrl })
      : undefined
    const from = encodeCursor(await log.cursorAt(topics.alerts, 'latest'))
    const record: SubscriptionRecord = {
      ...settings,
      ...destinations.place(subscriptionId, settings, { ...secrets, url: settings.url }, random),
      subscriptionId,
      ownerKeyId: principal.id,
      theatres,
      handling,
      sealedSecret: sealSecret(sealingKey, subscriptionId, secret, random),
      consent,
      ...(fallbackConsent ? { fallbackConsent } : {}),
      from
    }
    const appended = await operations.write(
      { type: 'subscription.created', data: record },
      principal
    )
    const standing = control.state.subscriptions.get(subscriptionId) ?? record
    const warnings = this.listWarnings(principal, standing)
    return { shown: this.show(standing), secret, appended, warnings }
  }

  /** When a key ends, ms; null: never, or it is the owner's or a session's. */
  computeEnd(keyId: string): number | null {
    const end = this.#deps.control.state.keys.get(keyId)?.expiresAt ?? null
    return end === null ? null : Date.parse(end)
  }

  /**
   * The settings as recorded. Throws a ProblemError that names the field. `kept`: addresses that
   * were vetted before and are not asked for again.
   */
  async checked(asked: SubscriptionSettings, kept: KeptAddresses): Promise<SubscriptionSettings> {
    const settings = withHeartbeat(withWholeParts(asked))
    const filter = { ...makeFilter(settings.filter) }
    checkSchedule(settings.schedule)
    checkTemplate(settings.body)
    if (settings.answerLinks === true && !this.#deps.hasPublicUrl)
      throw invalid('/answerLinks', 'needs the setting publicUrl, by which links lead to the suite')
    const isMail = findKind(settings)?.isMail === true
    const vet = isMail ? vetMailServer : vetEndpoint
    const url = kept.url ?? (await this.#vettedUrl(settings.url, '/url', vet))
    const advice = kept.url === undefined ? adviseKind(settings, url) : null
    if (advice !== null) throw refusedUrl(advice, '/url')
    const { fallbackUrl: second } = settings
    if (second === undefined || second === null) return { ...settings, filter, url }
    const fallbackUrl = kept.fallbackUrl ?? (await this.#vettedUrl(second, '/fallbackUrl'))
    if (fallbackUrl === url)
      throw refusedUrl('the second address must be another than the first', '/fallbackUrl')
    return { ...settings, filter, url, fallbackUrl }
  }

  /**
   * Throws unless the caller may know the watch that a policy names, or the policy named it before:
   * a watch deleted since must not block other changes.
   */
  checkWatch(
    principal: Principal,
    { policy }: Partial<SubscriptionAsk>,
    before?: SubscriptionRecord
  ): void {
    const watchId = policy?.watch ?? null
    if (
      watchId === null ||
      watchId === before?.policy?.watch ||
      this.#mayKnowWatch(principal, watchId)
    )
      return
    throw invalid('/policy/watch', 'is no watch that you may know of')
  }

  /** Settings that remain valid, though they would be refused if they were new. */
  listWarnings(
    principal: Principal,
    { kind: name, policy, url, consent }: SubscriptionRecord
  ): readonly Warning[] {
    const warnings: Warning[] = []
    const watchId = policy?.watch ?? null
    if (watchId !== null && !this.#mayKnowWatch(principal, watchId)) {
      const detail =
        'is no watch that you may know of: if it was withdrawn, alerts are told as without one'
      warnings.push({ pointer: '/policy/watch', detail })
    }
    const kind = findKind({ kind: name })
    if (kind !== null && consent?.given === null) {
      const detail = `is no known address of ${kind.service}: an administrator must vouch for it, in a network of webhooks.allow. Nothing is sent before.`
      warnings.push({ pointer: '/url', detail })
    }
    const service = findServiceWithoutConsent(url)
    if (kind === null && service !== null && consent?.given === null) {
      const detail = `${service} cannot say that it wants webhooks, so nothing will be sent there. Subscribe a small receiver of your own that echoes the challenge and posts to ${service} in its own form.`
      warnings.push({ pointer: '/url', detail })
    }
    return warnings
  }

  #mayKnowWatch(principal: Principal, watchId: string): boolean {
    return mayKnow(principal, this.#deps.control.state.watches.get(watchId))
  }

  /**
   * The consent request for an endpoint, or that none is needed. Each address has a new one;
   * `before`: that of the previous address. A known address in a network that the operator has
   * opened is not public: an administrator vouches for it.
   */
  async createAsking(
    { kind: name, url }: Kinded & Pick<SubscriptionRecord, 'url'>,
    before?: SubscriptionRecord['consent']
  ): Promise<NonNullable<SubscriptionRecord['consent']>> {
    const { clock, random, consent, reach } = this.#deps
    const kind = findKind({ kind: name })
    const isService = kind !== null && needsNoConsent(kind, url) && !(await reach.isOwn(url))
    const nowMs = clock.nowMs()
    const at = new Date(nowMs).toISOString()
    // From now at most: repeated changes do not add up gaps, and a time further ahead was written
    // by a clock that was ahead.
    const soonestMs =
      before === undefined ? 0 : Math.min(Date.parse(before.askedAt), nowMs) + consentGapMs
    const askedAt = new Date(Math.max(nowMs, soonestMs)).toISOString()
    const asking = { id: Buffer.from(random.bytes(12)).toString('hex'), askedAt, given: null }
    const isUnasked = consent === 'never' || isService
    return isUnasked ? { ...asking, given: { at, how: 'unasked' } } : asking
  }

  /**
   * Lets an administrator consent for the endpoints of a subscription that have not consented, if
   * all are in networks that the operator has opened. The record names the administrator. Throws
   * `not-found` or `action-refused`.
   */
  async vouch(principal: Principal, id: string): Promise<VouchedFor> {
    const { operations, reach, consent } = this.#deps
    if (consent === 'always')
      throw refused('Each endpoint must consent by itself: the setting webhooks.consent is always.')
    const known = await this.findNow(principal, id)
    const { subscriptionId } = known
    const asked = [known, makeFallback(known)].flatMap(each =>
      each?.consent === undefined || hasConsented(each) ? [] : { ...each.consent, url: each.url }
    )
    for (const { url } of asked)
      if (!(await reach.isOwn(url)))
        throw refused(
          'The endpoint lies outside the networks in webhooks.allow: it must consent by itself.'
        )
    let appended: RecordPosition | null = null
    for (const { id: consentId } of asked) {
      const data = { subscriptionId, consentId, how: 'own-network' } as const
      appended = await operations.write({ type: 'subscription.consented', data }, principal)
    }
    return { record: await this.find(principal, id), appended }
  }

  /**
   * Deletes a subscription; pending deliveries are no longer sent. `seen`: the version that the
   * caller has seen; null: any. Throws `not-found`, or `action-refused` if another change came
   * first.
   */
  end(principal: Principal, id: string, seen: number | null): Promise<RecordPosition> {
    const { operations } = this.#deps
    return operations.inTurn(async () => {
      const known = await this.findNow(principal, id)
      checkSeen(known, seen)
      const { subscriptionId } = known
      return operations.write({ type: 'subscription.deleted', data: { subscriptionId } }, principal)
    })
  }

  /** Visible subscriptions: the principal's own, and for administrators all within their reach. */
  within(principal: Principal): readonly SubscriptionRecord[] {
    return [...this.#deps.control.state.subscriptions.values()].filter(each =>
      reaches(principal, each)
    )
  }

  /** The name of the key that made it; null if it is not known any more. */
  findHolder({ ownerKeyId }: SubscriptionRecord): string | null {
    return ownerKeyId === 'owner'
      ? ownerKeyId
      : (this.#deps.control.state.keys.get(ownerKeyId)?.name ?? null)
  }

  list(principal: Principal): readonly SubscriptionRecord[] {
    return [...this.#deps.control.state.subscriptions.values()].filter(each =>
      mayManage(principal, each)
    )
  }

  /**
   * Throws ProblemError `not-found` if it does not exist, is another's, or sees more than the
   * principal.
   */
  async find(principal: Principal, id: string): Promise<SubscriptionRecord> {
    const found = await this.#deps.shared.find(['control'], () => this.known(principal, id))
    if (found === undefined) throw new ProblemError('not-found', 'There is no such subscription.')
    return found
  }

  /** The same before a change: a subscription deleted at another instance is not found. */
  async findNow(principal: Principal, id: string): Promise<SubscriptionRecord> {
    await this.#deps.shared.learn('control')
    return this.find(principal, id)
  }

  show(record: SubscriptionRecord) {
    const { dispatcher } = this.#deps
    const { subscriptionId: id, url, theatres, handling } = record
    const deliveries = dispatcher.of(id)
    const endpoint = deliveries.health.state
    const held =
      !hasConsented(record) && dispatcher.isAuthorized(record) ? 'unconfirmed' : 'suspended'
    const served = isDisabled(record) ? 'disabled' : endpoint === 'parked' ? 'parked' : 'active'
    const status: SubscriptionStatus = deliveries.isEnded
      ? 'ended'
      : dispatcher.maySend(record)
        ? served
        : held
    const { lastSequence: sequence } = deliveries.planned
    const { pendingCount: pending, parkedCount: parked } = deliveries.table
    const asking = status === 'unconfirmed' ? this.#showAsking(record) : null
    const settings = {
      ...settingsIn(subscriptionSettings, record),
      url: hideUrlSecrets(url),
      ...this.#shownFallback(record)
    }
    return {
      id,
      version: makeVersion(record),
      ...settings,
      theatres,
      handling,
      status,
      endpoint,
      ...(asking && { consent: asking }),
      sequence,
      pending,
      parked
    }
  }

  /** How the endpoint is asked, until it consents; null: a service, which knows no challenge. */
  #showAsking(record: SubscriptionRecord) {
    const { consent } = record
    if (consent === undefined || findKind(record) !== null) return null
    const { clock, dispatcher } = this.#deps
    const sinceMs = Date.parse(consent.askedAt)
    const { asked, nextMs, untilMs } = countAskings(sinceMs, clock.nowMs())
    const last = dispatcher.consentRefusals.get(consent.id)
    return {
      ...{ asked, nextAt: nextMs === null ? null : formatTime(nextMs), until: formatTime(untilMs) },
      last:
        last === undefined
          ? null
          : { at: formatTime(last.atMs), status: last.status, reason: last.reason }
    }
  }

  #shownFallback(record: SubscriptionRecord) {
    const fallback = makeFallback(record)
    if (fallback === null) return null
    const notice = this.#deps.dispatcher.of(record.subscriptionId).notices.of('endpoint', '')
    const told = notice?.channel === fallback.consent?.id ? notice : null
    const isActive = hasConsented(fallback)
    const status = told?.end === 'gone' ? 'ended' : isActive ? 'active' : 'unconfirmed'
    const shown =
      told === null
        ? null
        : { id: told.noticeId, state: told.state, at: told.at, accepted: told.end === 'accepted' }
    return { fallbackUrl: hideUrlSecrets(fallback.url), fallback: { status, notice: shown } }
  }

  known(principal: Principal, id: string): SubscriptionRecord | undefined {
    const record = this.#deps.control.state.subscriptions.get(id)
    return record !== undefined && mayManage(principal, record) ? record : undefined
  }

  async #vettedUrl(text: string, pointer: string, vet = vetEndpoint): Promise<string> {
    const { policy, resolve } = this.#deps
    const vetted = vet(text, policy)
    if (!vetted.ok) throw refusedUrl(vetted.detail, pointer)
    // An address that can't be resolved now is accepted: it is checked again at each connection.
    if ((await checkName(vetted.url.hostname, policy, resolve)) === 'refused')
      throw refusedUrl('the address does not resolve to public addresses only', pointer)
    return vetted.url.href
  }
}

function mayManage(principal: Principal, subscription: SubscriptionRecord): boolean {
  return (
    (principal.scopes.has('admin') || principal.id === subscription.ownerKeyId) &&
    reaches(principal, subscription)
  )
}

/** Throws a ProblemError that names the fault below `/filter`. */
export function makeFilter(value: unknown): AlertFilter {
  const parsed = askedFilter(parseFilter(value))
  if (parsed.ok) return parsed.filter
  const errors = parsed.errors.map(({ pointer, detail }) => ({
    pointer: `/filter${pointer}`,
    detail
  }))
  throw new ProblemError('body-invalid', 'The filter is invalid.', { errors })
}

/**
 * A new subscription has the default policy unless it sets another. A destination that shows the
 * state of an alert groups by itself, and a delayed acknowledgement or end would let it continue to
 * page.
 */
function withPolicy(ask: SubscriptionAsk): SubscriptionAsk {
  const mayWait = ask.order !== 'strict' && findKind(ask)?.showsState !== true
  return ask.policy === undefined && mayWait ? { ...ask, policy: {} } : ask
}

/** A kind that needs heartbeats has them. */
function withHeartbeat(settings: SubscriptionSettings): SubscriptionSettings {
  const heartbeatSeconds = settings.heartbeatSeconds ?? findKind(settings)?.heartbeatSeconds
  return heartbeatSeconds === undefined ? settings : { ...settings, heartbeatSeconds }
}

/** With the full policy, as it is today: omitted parts do not change with a later version. */
function withWholeParts(asked: SubscriptionSettings): SubscriptionSettings {
  const settings = withShortTypes(asked)
  if (settings.policy === undefined || settings.policy === null) return settings
  if (settings.order === 'strict')
    throw invalid(
      '/policy',
      'must be null in strict order, where every event goes at once, or not at all'
    )
  return { ...settings, policy: policyIn(settings.policy) }
}

function withShortTypes(settings: SubscriptionSettings): SubscriptionSettings {
  if (settings.types === undefined || settings.types === null) return settings
  const types = settings.types.map(shortenEventType)
  const known = new Set<string>(alertEventTypes)
  const wrong = types.findIndex(type => !known.has(type))
  if (wrong >= 0) throw invalid(`/types/${wrong}`, `must be one of ${alertEventTypes.join(', ')}`)
  return { ...settings, types: [...new Set(types)] }
}

/**
 * The full policy for a requested one. Throws a ProblemError that names the fault below `/policy`.
 */
export function policyIn(asked: Partial<NotificationPolicy>): NotificationPolicy {
  const policy = makePolicy(asked)
  if ('pointer' in policy) throw invalid(`/policy${policy.pointer}`, policy.detail)
  return policy
}

/** Throws a ProblemError that names what is missing for a kind, and what it has no use for. */
export function checkDestination(asked: Partial<SubscriptionAsk>): void {
  const errors = findDestinationFaults(asked)
  if (errors.length === 0) return
  const detail = errors.map(each => `${each.pointer.slice(1)} ${each.detail}.`).join(' ')
  throw new ProblemError('body-invalid', detail, { errors })
}

/** Records of earlier versions may have any text: only new requests are checked. */
export function checkContact({ contact }: Partial<SubscriptionAsk>): void {
  if (contact && !saidText.test(contact))
    throw invalid('/contact', 'must have something to see in it, or be null')
}
const saidText = new RegExp(saidTextPattern, 'u')

function checkTemplate(body: SubscriptionSettings['body']): void {
  const [fault] = body ? findTemplateFaults(body) : []
  if (fault !== undefined) throw invalid(`/body${fault.pointer}`, fault.detail)
}

function checkSchedule(schedule: SubscriptionSettings['schedule']): void {
  const wrong = (schedule ?? []).findIndex(wait => wait * 1000 > scheduleWaitMaxMs)
  if (wrong >= 0)
    throw invalid(`/schedule/${wrong}`, `must be 0 to ${scheduleWaitMaxMs / 1000} seconds`)
}

function invalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer.slice(1)} ${detail}.`, {
    errors: [{ pointer, detail }]
  })
}

function refused(detail: string): ProblemError {
  return new ProblemError('action-refused', detail)
}

function refusedUrl(detail: string, pointer: string): ProblemError {
  return new ProblemError('url-refused', `${detail[0]?.toUpperCase()}${detail.slice(1)}.`, {
    errors: [{ pointer, detail }]
  })
}
