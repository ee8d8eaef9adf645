// Webhook subscriptions: who may see which, how one is shown, and how it is written. Creating is a
// change of an empty one. Of two concurrent changes, at any instance, the first counts and the
// other is refused. Secrets are shown once and stored sealed. HTTP is in subscription-routes.ts.

import { type Principal, type Reach, reaches } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import { type AlertFilter, parseFilter } from '@tocsin/contracts/alert/alert-filter'
import { settingsIn, withDefaults } from '@tocsin/contracts/format/setting'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import {
  actionRefused,
  bodyInvalid,
  ProblemError
} from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { alertEventTypes, shortenEventType } from '@tocsin/contracts/subscription/event-types'
import { makePolicy } from '@tocsin/contracts/subscription/notification-policy'
import {
  type SubscriptionAsk,
  type SubscriptionSettings,
  subscriptionSettings
} from '@tocsin/contracts/subscription/subscription-settings'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import { encodeCursor } from '@tocsin/event-log/cursor'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { replacedSecretsMax, stillValid } from '@tocsin/service/control/key-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { vetEndpoint } from '@tocsin/webhooks/address-vetting'
import { hideUrlSecrets } from '@tocsin/webhooks/masked-url'
import { formatSecret } from '@tocsin/webhooks/signing-keys'
import { checkName } from '@tocsin/webhooks/vetted-connector'
import {
  type AdminDeps,
  type ControlOperations,
  checkMinted,
  mayChange
} from '../admin/control-operations.ts'
import { askedFilter } from '../alerts/list-queries.ts'
import { mayKnow } from '../alerts/officers-talk.ts'
import { changedSince, checkSeen, makeVersion } from '../alerts/request-headers.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import type { NotifierConfig } from '../wiring/config.ts'
import { findTemplateFaults } from './body-template.ts'
import { type Destinations, splitSecrets } from './destinations.ts'
import type { Dispatcher } from './dispatcher.ts'
import {
  consentAskedForMs,
  consentGapMs,
  countAskings,
  findServiceWithoutConsent,
  nextAskingMs
} from './endpoint-consent.ts'
import type { Kind } from './kinds/kind.ts'
import {
  adviseKind,
  findDestinationFaults,
  findKind,
  type Kinded,
  needsNoConsent
} from './kinds/kinds.ts'
import { vetMailServer } from './mail-transport.ts'
import type { NetworkRules } from './network-rules.ts'
import type { SubscriptionStatus } from './subscription-answers.ts'
import { hasConsented, isDisabled, makeFallback } from './subscription-record.ts'

/** Per key: partners manage dozens, a key for many partners some hundreds. */
const subscriptionsPerKeyMax = 250

export interface SubscriptionOperationsDeps extends ServiceDeps {
  readonly shared: SharedKnowledge
  readonly operations: ControlOperations
  readonly dispatcher: Dispatcher
  readonly networkRules: NetworkRules
  readonly destinations: Destinations
  readonly limits: NotifierConfig['notifier']
  /** Where partners reach the suite; empty: nowhere. */
  readonly publicUrl: string
}

export interface SubscriptionWritten {
  readonly record: SubscriptionRecord
  /** Null if there was no change. */
  readonly appended: RecordPosition | null
  /** A new one: it cannot be shown again. */
  readonly secret?: string
}

type Consent = NonNullable<SubscriptionRecord['consent']>
/** One of two, as recorded. */
interface Address {
  readonly url?: string | null | undefined
  readonly consent?: Consent | undefined
}

export type SubscriptionOperations = ReturnType<typeof makeSubscriptionOperations>

/** What routes of subscriptions use of the notifier. */
export interface SubscriptionRoutesDeps extends AdminDeps {
  readonly subscriptionOperations: SubscriptionOperations
  readonly dispatcher: Dispatcher
}

export function makeSubscriptionOperations(deps: SubscriptionOperationsDeps) {
  const { control, log, random, clock, shared, operations, dispatcher } = deps
  const { networkRules, destinations, limits, publicUrl } = deps

  /** All within the reach of a principal. */
  function within(principal: Principal): readonly SubscriptionRecord[] {
    return [...control.state.subscriptions.values()].filter(each => reaches(principal, each))
  }

  /** The principal's own, and for administrators all within their reach. */
  function list(principal: Principal): readonly SubscriptionRecord[] {
    return within(principal).filter(each => mayManage(principal, each))
  }

  function known(principal: Principal, id: string): SubscriptionRecord | undefined {
    const record = control.state.subscriptions.get(id)
    return record !== undefined && mayManage(principal, record) ? record : undefined
  }

  /**
   * Throws ProblemError `not-found` if it does not exist, is another's, or sees more than the
   * principal.
   */
  async function find(principal: Principal, id: string): Promise<SubscriptionRecord> {
    const found = await shared.find(['control'], () => known(principal, id))
    if (found === undefined) throw new ProblemError('not-found', 'There is no such subscription.')
    return found
  }

  /** The same before a change: a subscription deleted at another instance is not found. */
  async function findNow(principal: Principal, id: string): Promise<SubscriptionRecord> {
    await shared.learn('control')
    return find(principal, id)
  }

  /** The name of the key that made it; null if it is not known any more. */
  function findHolder({ ownerKeyId }: SubscriptionRecord): string | null {
    const { keys } = control.state
    return ownerKeyId === 'owner' ? ownerKeyId : (keys.get(ownerKeyId)?.name ?? null)
  }

  /** A subscription as shown, its address without the query, where partners put secrets. */
  function show(record: SubscriptionRecord) {
    const { subscriptionId: id, url, theatres, handling } = record
    const { health, chain, table } = dispatcher.of(id)
    const status = findStatus(record)
    const asking = status === 'unconfirmed' ? showAsking(record) : null
    return {
      id,
      version: makeVersion(record),
      ...settingsIn(subscriptionSettings, record),
      url: hideUrlSecrets(url),
      ...showFallback(record),
      theatres,
      handling,
      status,
      endpoint: health.state,
      ...(asking && { consent: asking }),
      sequence: chain.lastSequence,
      pending: table.pendingCount,
      parked: table.parkedCount
    }
  }

  function findStatus(record: SubscriptionRecord): SubscriptionStatus {
    const { isEnded, health } = dispatcher.of(record.subscriptionId)
    if (isEnded) return 'ended'
    if (!dispatcher.isAuthorized(record)) return 'suspended'
    if (!hasConsented(record)) return 'unconfirmed'
    if (isDisabled(record)) return 'disabled'
    return health.state === 'parked' ? 'parked' : 'active'
  }

  /** How the endpoint is asked, until it consents; null: a service, which knows no challenge. */
  function showAsking(record: SubscriptionRecord) {
    const { consent } = record
    if (consent === undefined || findKind(record) !== null) return null
    const [askedAtMs, nowMs] = [Date.parse(consent.askedAt), clock.nowMs()]
    const nextMs = nextAskingMs(askedAtMs, nowMs)
    const { atMs, ...last } = dispatcher.deps.consentRefusals.get(consent) ?? { atMs: null }
    return {
      asked: countAskings(askedAtMs, nowMs),
      nextAt: nextMs === null ? null : formatTime(nextMs),
      until: formatTime(askedAtMs + consentAskedForMs),
      last: atMs === null ? null : { at: formatTime(atMs), ...last }
    }
  }

  function showFallback(record: SubscriptionRecord) {
    const fallback = makeFallback(record)
    if (fallback === null) return null
    const newest = dispatcher.of(record.subscriptionId).notices.of('endpoint', '')
    const notice = newest?.channel === fallback.consent?.id ? newest : null
    const status =
      notice?.end === 'gone' ? 'ended' : hasConsented(fallback) ? 'active' : 'unconfirmed'
    return {
      fallbackUrl: hideUrlSecrets(fallback.url),
      fallback: {
        status,
        notice: notice && {
          ...{ id: notice.noticeId, state: notice.state, at: notice.at },
          accepted: notice.end === 'accepted'
        }
      }
    }
  }

  /** Settings that remain valid, though they would be refused if they were new. */
  function listWarnings(principal: Principal, record: SubscriptionRecord) {
    const { policy, url } = record
    const roster =
      'is no roster that you may see: if it was withdrawn, alerts are sent as without one'
    const address = hasConsented(record) ? null : warnOfAddress(findKind(record), url)
    return [
      ...(mayKnowRoster(principal, policy?.watch)
        ? []
        : [{ pointer: '/policy/watch', detail: roster }]),
      ...(address === null ? [] : [{ pointer: '/url', detail: address }])
    ]
  }

  /** Creates a subscription that starts now. Throws a ProblemError that names the field. */
  async function create(principal: Principal, ask: SubscriptionAsk): Promise<SubscriptionWritten> {
    const { id: ownerKeyId, theatres, handling } = principal
    // It sends what its creator could read, as long as the key is valid. Creators must be able to
    // read alerts themselves, and a secret that was replaced and is in its overlap cannot create
    // anything that outlives it.
    checkMay(principal, { ownerKeyId, theatres, handling })
    await shared.learn('control')
    const counts = { total: limits.subscriptionsMax, perKey: subscriptionsPerKeyMax }
    checkCount(principal, 'subscriptions', counts, control.state.subscriptions.values())
    const subscriptionId = `sub_${Buffer.from(random.bytes(12)).toString('hex')}`
    const secret = formatSecret(random.bytes(32))
    const kind = findKind(ask)
    // A destination that shows the state of an alert groups by itself, and a delayed
    // acknowledgement or end would let it continue to page.
    const mayWait = ask.order !== 'strict' && kind?.showsState !== true
    const empty: SubscriptionRecord = {
      ...withDefaults(subscriptionSettings, { url: '' }),
      ...(ask.kind === undefined ? {} : { kind: ask.kind }),
      ...{ subscriptionId, ownerKeyId, theatres, handling },
      sealedSecret: destinations.seal(subscriptionId, secret),
      from: ''
    }
    const settings = await validate(principal, empty, {
      ...(mayWait ? { policy: {} } : {}),
      ...{ ...ask, url: ask.url || kind?.urlDefault || '' }
    })
    const from = encodeCursor(await log.cursorAt(topics.alerts, 'latest'))
    const data = { ...empty, ...settings, from }
    const appended = await operations.write({ type: 'subscription.created', data }, principal)
    const record = control.state.subscriptions.get(subscriptionId) ?? data
    return { record, appended, secret }
  }

  /**
   * Changes the given settings and leaves the others. Pending deliveries go to the new address, and
   * what a new filter does not want is left out, unless the partner may know its alert. Without an
   * actual change there is no new version. `seen`: the version that the caller has seen; null: any.
   * Throws a ProblemError that names the field, `not-found`, `forbidden` beyond the caller's own
   * rights, or `action-refused` if another change came first.
   */
  async function change(
    principal: Principal,
    id: string,
    ask: Partial<SubscriptionAsk>,
    seen: number | null = null
  ): Promise<SubscriptionWritten> {
    const known = await findNow(principal, id)
    checkMay(principal, known)
    checkSeen(known, seen)
    // Names are resolved before the turn: it is one for all changes of administration, and must not
    // wait for name servers.
    const settings = await validate(principal, known, ask)
    const changed = await inTurn(principal, id, standing => {
      if (standing.version !== known.version) throw changedSince(standing)
      return { ...standing, ...settings }
    })
    const { record } = changed
    // First: if leaving out fails, a second change sees no other address.
    const isElsewhere = record.url !== known.url || record.sealedTarget !== known.sealedTarget
    const isBegun = isDisabled(known) && !isDisabled(record)
    const cause = `version ${record.version}`
    if (isElsewhere) await dispatcher.resume(record, cause, 'address')
    else if (isBegun) await dispatcher.resume(record, cause, 'owner')
    // Whenever a filter is given: if leaving out failed before, the same change again leaves out.
    // What is wanted stays.
    if (ask.filter !== undefined || ask.types !== undefined) await dispatcher.leaveOut(record)
    return changed
  }

  /**
   * Gives a subscription a new secret. Each earlier one also signs until its own overlap ends; with
   * an overlap of 0 hours all earlier ones end immediately. Throws as `change`.
   */
  async function rotate(
    principal: Principal,
    id: string,
    overlapHours: number
  ): Promise<SubscriptionWritten> {
    const secret = formatSecret(random.bytes(32))
    const changed = await inTurn(principal, id, known => {
      const nowMs = clock.nowMs()
      const valid = stillValid(known.replacedSecrets ?? [], nowMs)
      if (overlapHours > 0 && valid.length >= replacedSecretsMax)
        throw actionRefused(
          `${replacedSecretsMax} earlier secrets still sign. Wait for one to end, or end all of them with overlapHours 0.`
        )
      const until = new Date(nowMs + overlapHours * 3_600_000).toISOString()
      const sealedSecret = destinations.seal(known.subscriptionId, secret)
      const replaced = [{ sealedSecret: known.sealedSecret, until }, ...valid]
      return { ...known, sealedSecret, replacedSecrets: overlapHours === 0 ? [] : replaced }
    })
    return { ...changed, secret }
  }

  /**
   * Lets an administrator consent for the endpoints of a subscription that have not consented, if
   * all are in networks that the operator has opened. The record names the administrator. Throws
   * `not-found` or `action-refused`.
   */
  async function vouch(principal: Principal, id: string): Promise<SubscriptionWritten> {
    if (networkRules.consent === 'always')
      throw actionRefused(
        'Each endpoint must consent by itself: the setting webhooks.consent is always.'
      )
    const known = await findNow(principal, id)
    const { subscriptionId } = known
    const asked = [known, makeFallback(known)].flatMap(each =>
      each?.consent?.given === null ? { ...each.consent, url: each.url } : []
    )
    for (const { url } of asked)
      if (!(await networkRules.isOwn(url)))
        throw actionRefused(
          'The endpoint lies outside the networks in webhooks.allow: it must consent by itself.'
        )
    let appended: RecordPosition | null = null
    for (const { id: consentId } of asked) {
      const data = { subscriptionId, consentId, how: 'own-network' } as const
      appended = await operations.write({ type: 'subscription.consented', data }, principal)
    }
    return { record: await find(principal, id), appended }
  }

  /** Pending deliveries are no longer sent. Throws as `change`. */
  function remove(principal: Principal, id: string, seen: number | null): Promise<RecordPosition> {
    return operations.inTurn(async () => {
      const known = await findNow(principal, id)
      checkSeen(known, seen)
      const { subscriptionId } = known
      return operations.write({ type: 'subscription.deleted', data: { subscriptionId } }, principal)
    })
  }

  /**
   * Whoever decides where it is sent, or has its secret, gets its events for as long as the key
   * behind it is valid: that must not give anybody more than they already have.
   */
  function checkMay(
    principal: Principal,
    { theatres, handling, ownerKeyId }: Reach & { readonly ownerKeyId: string }
  ): void {
    const { limits } = principal
    const end = control.state.keys.get(ownerKeyId)?.expiresAt ?? null
    checkMinted(principal, 'subscription', {
      ...{ scopes: ['alerts:read'], theatres, handling },
      expiresAtMs: end === null ? null : Date.parse(end),
      ...(limits === undefined ? {} : { limits })
    })
  }

  function inTurn(
    principal: Principal,
    id: string,
    changed: (known: SubscriptionRecord) => SubscriptionRecord
  ): Promise<SubscriptionWritten> {
    return operations.inTurn(async () => {
      const known = await findNow(principal, id)
      checkMay(principal, known)
      const next = changed(known)
      if (toCanonicalJson(next) === toCanonicalJson(known)) return { record: known, appended: null }
      const record = { ...next, version: makeVersion(known) + 1 }
      const { appended, isFolded } = await operations.append(
        { type: 'subscription.updated', data: record },
        principal
      )
      if (!isFolded) return { record, appended }
      const standing = control.state.subscriptions.get(known.subscriptionId)
      if (standing === undefined) throw actionRefused('The subscription was deleted first.')
      // The endpoint may have consented meanwhile.
      if (withoutConsents(standing) !== withoutConsents(record)) throw changedSince(standing)
      return { record: standing, appended }
    })
  }

  /**
   * What is asked for, as it is recorded: the settings, new consent requests, and where it is sent.
   * Throws a ProblemError that names the field.
   */
  async function validate(
    principal: Principal,
    known: SubscriptionRecord,
    ask: Partial<SubscriptionAsk>
  ): Promise<Partial<SubscriptionRecord>> {
    const { secrets, settings: given } = splitSecrets(ask)
    const target = { ...destinations.open(known), ...secrets }
    const asked = { ...settingsIn(subscriptionSettings, known), ...given }
    // A roster deleted since must not block other changes.
    const watchId = ask.policy?.watch
    if (watchId !== known.policy?.watch && !mayKnowRoster(principal, watchId))
      throw bodyInvalid('/policy/watch', 'is no roster that you may see')
    if (asked.kind !== known.kind)
      throw actionRefused(
        'The kind of a subscription cannot be changed. Make another subscription.'
      )
    const errors = findDestinationFaults({ ...asked, ...target, url: asked.url })
    const faults = errors.map(each => `${each.pointer.slice(1)} ${each.detail}.`)
    if (errors.length > 0) throw new ProblemError('body-invalid', faults.join(' '), { errors })
    const settings = withWholeParts(asked)
    const first = await settleAddress('/url', known, ask.url, asked)
    const held = { url: known.fallbackUrl, consent: known.fallbackConsent }
    const second = asked.fallbackUrl
      ? await settleAddress('/fallbackUrl', held, ask.fallbackUrl)
      : null
    if (second?.url === first.url)
      throw refusedUrl('the second address must be another than the first', '/fallbackUrl')
    if (settings.answerLinks === true && publicUrl === '')
      throw bodyInvalid(
        '/answerLinks',
        'needs the setting publicUrl, by which links lead to the suite'
      )
    const isMoved = first.url !== known.url
    const url = isMoved ? first.url : (target.url ?? known.url)
    return {
      ...settings,
      ...first,
      ...(second ? { fallbackUrl: second.url } : {}),
      ...(second?.consent ? { fallbackConsent: second.consent } : {}),
      ...(isMoved || Object.keys(secrets).length > 0
        ? destinations.place(known.subscriptionId, settings, { ...target, url })
        : {})
    }
  }

  /**
   * An address as it is recorded; what is shown of it, or the address itself, leaves it as it is. A
   * new consent request: for another address, and with any change once asking has ended. `kinded`:
   * it is sent alerts in this form.
   */
  async function settleAddress(
    pointer: string,
    { url: held, consent }: Address,
    given: string | null | undefined,
    kinded?: Kinded
  ): Promise<{ readonly url: string; readonly consent?: Consent }> {
    const isKept = held && (!given || given === held || given === hideUrlSecrets(held))
    const url = isKept ? held : await vetUrl(given ?? '', pointer, kinded)
    const hasAskedInVain =
      consent?.given === null && nextAskingMs(Date.parse(consent.askedAt), clock.nowMs()) === null
    return url !== held || hasAskedInVain
      ? { url, consent: await makeAsking(url, consent, kinded) }
      : { url }
  }

  async function vetUrl(text: string, pointer: string, kinded?: Kinded): Promise<string> {
    const { policy, resolve } = networkRules
    const isMail = kinded !== undefined && findKind(kinded)?.isMail === true
    const vetted = isMail ? vetMailServer(text, policy) : vetEndpoint(text, policy)
    if (!vetted.ok) throw refusedUrl(vetted.detail, pointer)
    const { hostname, href } = vetted.url
    // An address that can't be resolved now is accepted: it is checked again at each connection.
    if ((await checkName(hostname, policy, resolve)) === 'refused')
      throw refusedUrl('the address does not resolve to public addresses only', pointer)
    const advice = kinded === undefined ? null : adviseKind(kinded, href)
    if (advice !== null) throw refusedUrl(advice, pointer)
    return href
  }

  /**
   * The consent request for an endpoint, or that none is needed. `before`: that of the previous
   * address. A known address in a network that the operator has opened is not public: an
   * administrator vouches for it.
   */
  async function makeAsking(url: string, before?: Consent, kinded: Kinded = {}): Promise<Consent> {
    const kind = findKind(kinded)
    const isService = kind !== null && needsNoConsent(kind, url) && !(await networkRules.isOwn(url))
    const nowMs = clock.nowMs()
    // From now at most: repeated changes do not add up gaps, and a time further ahead was written
    // by a clock that was ahead.
    const soonestMs =
      before === undefined ? 0 : Math.min(Date.parse(before.askedAt), nowMs) + consentGapMs
    return {
      id: Buffer.from(random.bytes(12)).toString('hex'),
      askedAt: formatTime(Math.max(nowMs, soonestMs)),
      given:
        networkRules.consent === 'never' || isService
          ? { at: formatTime(nowMs), how: 'unasked' }
          : null
    }
  }

  function mayKnowRoster(principal: Principal, watchId: string | null | undefined): boolean {
    if (watchId === undefined || watchId === null) return true
    return mayKnow(principal, control.state.watches.get(watchId))
  }

  return {
    ...{ within, list, known, find, findNow, findHolder, show, listWarnings },
    ...{ create, change, rotate, vouch, delete: remove }
  }
}

function mayManage(principal: Principal, subscription: SubscriptionRecord): boolean {
  return mayChange(principal, subscription) && reaches(principal, subscription)
}

/** Why nothing may be sent to an address that has not consented; null: it may consent. */
function warnOfAddress(kind: Kind | null, url: string): string | null {
  if (kind !== null)
    return `is no known address of ${kind.service}: an administrator must vouch for it, in a network of webhooks.allow. Nothing is sent before.`
  const service = findServiceWithoutConsent(url)
  return (
    service &&
    `${service} cannot say that it wants webhooks, so nothing will be sent there. Subscribe a small receiver of your own that echoes the challenge and posts to ${service} in its own form.`
  )
}

function withoutConsents(record: SubscriptionRecord): string {
  return toCanonicalJson({ ...record, consent: null, fallbackConsent: null })
}

/**
 * The settings as recorded but for their addresses. The policy is whole, as it is today: omitted
 * parts do not change with a later version. Throws a ProblemError that names the field.
 */
function withWholeParts(asked: SubscriptionSettings): SubscriptionSettings {
  const { types, policy, body } = asked
  const heartbeatSeconds = asked.heartbeatSeconds ?? findKind(asked)?.heartbeatSeconds
  const [fault] = body ? findTemplateFaults(body) : []
  if (fault !== undefined) throw bodyInvalid(`/body${fault.pointer}`, fault.detail)
  if (policy && asked.order === 'strict')
    throw bodyInvalid(
      '/policy',
      'must be null in strict order, where every event goes at once, or not at all'
    )
  const whole = policy && makePolicy(policy)
  if (whole && 'pointer' in whole) throw bodyInvalid(`/policy${whole.pointer}`, whole.detail)
  return {
    ...asked,
    filter: { ...makeFilter(asked.filter) },
    ...(types ? { types: shortenTypes(types) } : {}),
    ...(whole ? { policy: whole } : {}),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds })
  }
}

function shortenTypes(types: readonly string[]): readonly string[] {
  const short = types.map(shortenEventType)
  const known = new Set<string>(alertEventTypes)
  const wrong = short.findIndex(type => !known.has(type))
  if (wrong >= 0)
    throw bodyInvalid(`/types/${wrong}`, `must be one of ${alertEventTypes.join(', ')}`)
  return [...new Set(short)]
}

/** Throws a ProblemError that names the fault below `/filter`. */
function makeFilter(value: unknown): AlertFilter {
  const parsed = askedFilter(parseFilter(value))
  if (parsed.ok) return parsed.filter
  const errors = parsed.errors.map(each => ({ ...each, pointer: `/filter${each.pointer}` }))
  throw new ProblemError('body-invalid', 'The filter is invalid.', { errors })
}

function refusedUrl(detail: string, pointer: string): ProblemError {
  return new ProblemError('url-refused', `${detail[0]?.toUpperCase()}${detail.slice(1)}.`, {
    errors: [{ pointer, detail }]
  })
}
