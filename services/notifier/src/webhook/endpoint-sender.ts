// Requests to one address of a subscription outside the sequence: consent requests, tests,
// heartbeats and notices, as signed CloudEvents. Each takes a slot in the lane for what does not
// page, and counts in the rate that the endpoint asked for.

import { makeView } from '@tocsin/auth/access/reader-view'
import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import { readPublicEpoch } from '@tocsin/service/projection/epochs'
import { signWebhook } from '@tocsin/webhooks/signature'
import type { SigningKey } from '@tocsin/webhooks/signing-keys'
import type { SendOutcome, WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { listRanges } from '../notification/delivery.ts'
import { isOut } from '../notification/endpoint-health.ts'
import { isKeyValid } from '../notification/silences.ts'
import { unsequencedAsk } from './attempt-slots.ts'
import { userAgent } from './destinations.ts'
import {
  consentGapMs,
  findAllowedRate,
  judgeChallenge,
  judgeHandshake,
  nextAskingMs
} from './endpoint-consent.ts'
import { findKind } from './kinds/kinds.ts'
import { buildSampleEvent } from './sample-event.ts'
import type { ConsentGiven, Endpoint, SendingDeps, Served } from './sending.ts'
import { eventContentType, formBody, readContentType } from './signed-bodies.ts'
import { isDisabled } from './subscription-record.ts'

/** Pause while it is unknown whether this instance serves the subscription, ms. */
const restMs = 5_000
/** Ranges of skipped sequences that a beat names: the lowest. Later deliveries name the others. */
const rangesNamedMax = 100
/** Alerts that a beat repeats at most. */
const repeatedMax = 1_000
/** How long an ended alert is repeated as ended, ms. */
const justEndedMs = 600_000
/** A subscription that was made so recently is asked immediately, ms. */
const freshMs = 2_000

interface UnsequencedEvent {
  readonly name:
    | 'test'
    | 'challenge'
    | 'heartbeat'
    | 'notice'
    | 'silence'
    | 'watch'
    | 'digest'
    | 'reminder'
  readonly data: object
  /** For a repeat: the earlier id, and the time in ISO 8601. Default new ones. */
  readonly fixed?: { readonly id: string; readonly time: string }
}

interface Message {
  readonly id: string
  readonly body: Uint8Array
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Signed now. */
export function signRequest(
  { clock, networkRules }: SendingDeps,
  subscription: SubscriptionRecord,
  keys: readonly SigningKey[],
  { id, body, contentType, headers }: Message
): WebhookRequest {
  const timestampS = Math.floor(clock.nowMs() / 1000)
  const signature = signWebhook({ id, timestampS, body }, keys)
  return {
    url: subscription.url,
    headers: { 'content-type': contentType, 'user-agent': userAgent, ...signature, ...headers },
    ...{ body, networks: networkRules.limitsOf(subscription) }
  }
}

/**
 * Null if it was not sent: stopped meanwhile, not allowed any more, or the secret can't be opened.
 * `changes`: of the request.
 */
export async function sendEvent(
  deps: SendingDeps,
  endpoint: Endpoint,
  event: UnsequencedEvent,
  changes: Partial<WebhookRequest> = {}
): Promise<SendOutcome | null> {
  const request = sign(deps, endpoint, writeMessage(makeEvent(deps, endpoint, event)))
  return request && send(deps, endpoint, { ...request, ...changes })
}

/**
 * One test, also to a subscription that is paused. `type`: a sample of an alert event of that type;
 * null: an event without an alert. Answers with the id of the event.
 */
export async function sendTest(deps: SendingDeps, endpoint: Endpoint, type: string | null) {
  const { subscription, stop } = endpoint
  // Marked, so that it is not taken for an alert.
  const test = makeEvent(deps, endpoint, { name: 'test', data: { drill: true } })
  const { id, epoch } = test
  const sample = type && buildSampleEvent(id, type, subscription, epoch, deps.clock.nowMs())
  const body = sample && formBody(subscription, JSON.stringify(sample))
  const message = body
    ? { id, body, contentType: readContentType(subscription) }
    : writeMessage(test)
  const request = sign(deps, endpoint, message)
  const outcome = request && (await send(deps, endpoint, request, () => !stop.aborted))
  return { id, outcome: outcome ?? ({ kind: 'cancelled', durationMs: 0 } as const) }
}

/** Asks until the endpoint has consented, or stopped. */
export async function askForConsent(deps: SendingDeps, served: Served): Promise<void> {
  const { clock, logger, writeConsent } = deps
  const { subscription, stop } = served
  const beganMs = clock.nowMs()
  // A later time was written by a clock that was ahead.
  const sinceMs = Math.min(
    Date.parse(subscription.consent?.askedAt ?? ''),
    beganMs + 2 * consentGapMs
  )
  for (
    let atMs = nextAskingMs(sinceMs, beganMs - freshMs);
    atMs !== null;
    atMs = nextAskingMs(sinceMs, Math.max(atMs, clock.nowMs()))
  ) {
    if (atMs > clock.nowMs()) await clock.sleep(atMs - clock.nowMs(), stop)
    if (stop.aborted) return
    const given = (await mayAct(deps, served)) ? await ask(deps, served) : null
    if (given === null) continue
    try {
      return await writeConsent(subscription, given)
    } catch (error) {
      if (stop.aborted) return
      logger.warn(
        { error, subscription: subscription.subscriptionId },
        'the consent of an endpoint cannot be logged; it is asked again'
      )
    }
  }
}

/** How the endpoint consents now; null: it does not. */
async function ask(deps: SendingDeps, endpoint: Endpoint): Promise<ConsentGiven | null> {
  const { origin, networkRules, random, clock, consentRefusals } = deps
  const { url, consent } = endpoint.subscription
  const isOwn = await networkRules.isOwn(url)
  const networks = isOwn ? 'own' : networkRules.limitsOf(endpoint.subscription)
  const headers = { 'user-agent': userAgent, 'webhook-request-origin': origin }
  const asking = { url, method: 'OPTIONS', headers, body: new Uint8Array(), networks } as const
  let answer = await send(deps, endpoint, asking)
  const verdict = judgeHandshake(answer, origin)
  if (verdict === 'given') {
    const ratePerMinute = findAllowedRate(answer)
    const how = isOwn ? 'own-network' : 'handshake'
    return { how, ...(ratePerMinute === null ? {} : { ratePerMinute }) }
  }
  if (verdict === 'not-offered') {
    const challenge = Buffer.from(random.bytes(32)).toString('base64url')
    const event = { name: 'challenge', data: { challenge } } as const
    answer = await sendEvent(deps, endpoint, event, { networks })
    if (judgeChallenge(answer, challenge)) return { how: isOwn ? 'own-network' : 'challenge' }
  }
  if (answer === null || answer.kind === 'cancelled' || consent === undefined) return null
  const status = answer.kind === 'response' ? answer.status : null
  const reason = answer.kind === 'timeout' ? 'timeout' : 'reason' in answer ? answer.reason : ''
  consentRefusals.set(consent, { atMs: clock.nowMs(), status, reason })
  return null
}

/**
 * Sends heartbeats until stopped, so that a missing one proves a fault; they are not logged.
 * `isPlanned`: whether every event for the subscription is planned.
 */
export async function sendHeartbeats(
  deps: SendingDeps,
  served: Served,
  isPlanned: () => boolean
): Promise<void> {
  const { clock, signs } = deps
  const { subscription, deliveries, stop } = served
  const everyMs = (subscription.heartbeatSeconds ?? 0) * 1_000
  if (everyMs === 0) return
  // Beats keep their times over restarts and instances, and those of different subscriptions are
  // spread.
  const spread = digest('heartbeat', subscription.subscriptionId).slice(0, 8)
  const offsetMs = Number.parseInt(spread, 16) % everyMs
  const untilBeatMs = () => everyMs - ((clock.nowMs() + offsetMs) % everyMs)
  for (;;) {
    await clock.sleep(untilBeatMs(), stop)
    if (stop.aborted) return
    const { health, isEnded, chain, table } = deliveries
    // An endpoint that is away is probed with its deliveries. A heartbeat confirms that no event
    // is missing: sent now, that would be false.
    if (isEnded || isOut(health) || !isPlanned() || !(await mayAct(deps, served))) continue
    const { ageSeconds, canaryAgeSeconds, complete } = signs.make(makeView(subscription))
    const data = {
      sequence: chain.lastSequence,
      pending: table.pendingCount,
      superseded: listRanges(table.listUnnamed(), rangesNamedMax),
      ...{ ageSeconds, canaryAgeSeconds, complete },
      next: formatTime(clock.nowMs() + untilBeatMs()),
      ...(findKind(subscription)?.renderHeartbeat && { alerts: listAlerts(deps, served) })
    }
    await sendEvent(deps, served, { name: 'heartbeat', data })
  }
}

/**
 * The alerts that the destination accepted, as they are now: open ones, and those that ended just
 * now, since an earlier heartbeat may still show them as open.
 */
function listAlerts(
  { bodies, clock }: SendingDeps,
  { subscription, deliveries }: Served
): readonly object[] {
  const justNowMs = clock.nowMs() - justEndedMs
  const sent = deliveries.table.listFirstSent().values()
  return sent
    .flatMap(([alertId]) => {
      const present = bodies.findPresent(subscription, alertId)
      if (present === null) return []
      const isOver = ['resolved', 'retracted'].includes(present.data.status)
      return isOver && Date.parse(present.time) < justNowMs ? [] : [present.data]
    })
    .take(repeatedMax)
    .toArray()
}

/** Whether this instance may act for the subscription now. Pauses if that is unknown. */
export async function mayAct(
  deps: SendingDeps,
  { subscription, stop, isCurrent }: Served
): Promise<boolean> {
  if (stop.aborted || !maySend(deps, subscription)) return false
  if (await isCurrent()) return !stop.aborted
  await deps.clock.sleep(restMs, stop)
  return false
}

function maySend(deps: SendingDeps, subscription: SubscriptionRecord): boolean {
  return isKeyValid(deps, subscription.ownerKeyId) && !isDisabled(subscription)
}

function makeEvent(
  { clock, random, control }: SendingDeps,
  { subscription: { subscriptionId } }: Endpoint,
  { name, data, fixed }: UnsequencedEvent
) {
  return {
    specversion: '1.0',
    id: fixed?.id ?? `${name}_${Buffer.from(random.bytes(12)).toString('hex')}`,
    source: '/tocsin/notifier',
    type: `tocsin.webhook.${name}.v1`,
    time: fixed?.time ?? formatTime(clock.nowMs()),
    datacontenttype: 'application/json',
    epoch: readPublicEpoch(control.state),
    data: { subscriptionId, ...data }
  }
}

function writeMessage(event: { readonly id: string }): Message {
  return { id: event.id, body: Buffer.from(JSON.stringify(event)), contentType: eventContentType }
}

/** Null if its secret can't be opened. */
function sign(deps: SendingDeps, { subscription }: Endpoint, message: Message) {
  const keys = deps.signing.listKeys(subscription)
  return keys && signRequest(deps, subscription, keys, message)
}

/** Waiting for a slot can take long: meanwhile the key may have been revoked. */
async function send(
  deps: SendingDeps,
  { subscription, rate, stop }: Endpoint,
  request: WebhookRequest,
  isAllowed = () => !stop.aborted && maySend(deps, subscription)
): Promise<SendOutcome | null> {
  const release = await deps.slots.acquire(unsequencedAsk)
  try {
    if (!isAllowed()) return null
    rate.note(deps.clock.monotonicMs())
    return await deps.destinations.send(subscription, request, stop)
  } finally {
    release()
  }
}
