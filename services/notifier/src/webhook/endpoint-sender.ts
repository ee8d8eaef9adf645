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
import { type ConsentGiven, isAuthorized, type SendingDeps, type Served } from './sending.ts'
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

export interface UnsequencedEvent {
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
  /** Where its endpoint may be reached, if that is not yet settled by its consent. */
  readonly networks?: WebhookRequest['networks'] | undefined
}

interface Message {
  readonly id: string
  readonly body: Uint8Array
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly networks?: WebhookRequest['networks'] | undefined
}

/** Signed now. */
export function signRequest(
  { clock, networkRules }: SendingDeps,
  subscription: SubscriptionRecord,
  keys: readonly SigningKey[],
  { id, body, contentType, headers, networks = networkRules.limitsOf(subscription) }: Message
): WebhookRequest {
  const timestampS = Math.floor(clock.nowMs() / 1000)
  const signature = signWebhook({ id, timestampS, body }, keys)
  return {
    url: subscription.url,
    headers: { 'content-type': contentType, 'user-agent': userAgent, ...signature, ...headers },
    ...{ body, networks }
  }
}

export class EndpointSender {
  readonly #deps: SendingDeps
  readonly #served: Served

  constructor(deps: SendingDeps, served: Served) {
    this.#deps = deps
    this.#served = served
  }

  /** Asks until the endpoint has consented, or stopped. */
  async askForConsent(): Promise<void> {
    const { clock, logger, writeConsent } = this.#deps
    const { subscription, stop } = this.#served
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
      const given = (await this.mayAct()) ? await this.#ask() : null
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

  /**
   * Sends heartbeats until stopped, so that a missing one proves a fault; they are not logged.
   * `isPlanned`: whether every event for the subscription is planned.
   */
  async sendHeartbeats(isPlanned: () => boolean): Promise<void> {
    const { clock, signs } = this.#deps
    const { subscription, deliveries, stop } = this.#served
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
      if (isEnded || isOut(health) || !isPlanned() || !(await this.mayAct())) continue
      const { ageSeconds, canaryAgeSeconds, complete } = signs.make(makeView(subscription))
      const data = {
        sequence: chain.lastSequence,
        pending: table.pendingCount,
        superseded: listRanges(table.listUnnamed(), rangesNamedMax),
        ...{ ageSeconds, canaryAgeSeconds, complete },
        next: formatTime(clock.nowMs() + untilBeatMs()),
        ...(findKind(subscription)?.renderHeartbeat && { alerts: this.#listAlerts() })
      }
      await this.sendEvent({ name: 'heartbeat', data })
    }
  }

  /**
   * The alerts that the destination accepted, as they are now: open ones, and those that ended just
   * now, since an earlier heartbeat may still show them as open.
   */
  #listAlerts(): readonly object[] {
    const { bodies, clock } = this.#deps
    const { subscription, deliveries } = this.#served
    const justNowMs = clock.nowMs() - justEndedMs
    const told = deliveries.table.listFirstSent().values()
    return told
      .flatMap(([alertId]) => {
        const present = bodies.findPresent(subscription, alertId)
        if (present === null) return []
        const isOver = ['resolved', 'retracted'].includes(present.data.status)
        return isOver && Date.parse(present.time) < justNowMs ? [] : [present.data]
      })
      .take(repeatedMax)
      .toArray()
  }

  /** How the endpoint consents now; null: it does not. */
  async #ask(): Promise<ConsentGiven | null> {
    const { origin, networkRules, random } = this.#deps
    const { subscription } = this.#served
    const { url } = subscription
    const isOwn = await networkRules.isOwn(url)
    const networks = isOwn ? 'own' : networkRules.limitsOf(subscription)
    const headers = { 'user-agent': userAgent, 'webhook-request-origin': origin }
    const asked = { url, method: 'OPTIONS', headers, body: new Uint8Array(), networks } as const
    const answer = await this.#send(asked)
    const verdict = judgeHandshake(answer, origin)
    if (verdict === 'given') {
      const ratePerMinute = findAllowedRate(answer)
      return {
        how: isOwn ? 'own-network' : 'handshake',
        ...(ratePerMinute === null ? {} : { ratePerMinute })
      }
    }
    if (verdict === 'refused') return this.#noteRefusal(answer)
    const challenge = Buffer.from(random.bytes(32)).toString('base64url')
    const echo = await this.sendEvent({ name: 'challenge', data: { challenge }, networks })
    if (!judgeChallenge(echo, challenge)) return this.#noteRefusal(echo)
    return { how: isOwn ? 'own-network' : 'challenge' }
  }

  #noteRefusal(last: SendOutcome | null): null {
    const { clock, consentRefusals } = this.#deps
    const { consent } = this.#served.subscription
    if (last === null || last.kind === 'cancelled' || consent === undefined) return null
    const status = last.kind === 'response' ? last.status : null
    const reason = last.kind === 'timeout' ? 'timeout' : 'reason' in last ? last.reason : ''
    consentRefusals.set(consent.id, { atMs: clock.nowMs(), status, reason })
    return null
  }

  /** Whether this instance may act for the subscription now. Pauses if that is unknown. */
  async mayAct(): Promise<boolean> {
    const { stop, isCurrent } = this.#served
    if (!this.#maySend()) return false
    if (await isCurrent()) return !stop.aborted
    await this.#deps.clock.sleep(restMs, stop)
    return false
  }

  /**
   * Null if it was not sent: stopped meanwhile, not allowed any more, or the secret can't be
   * opened.
   */
  sendEvent(event: UnsequencedEvent): Promise<SendOutcome | null> {
    return this.#sendSigned({ ...writeMessage(this.#makeEvent(event)), networks: event.networks })
  }

  /**
   * One test, also to a subscription that is paused. `type`: a sample of an alert event of that
   * type; null: an event without an alert. Answers with the id of the event.
   */
  async sendTest(type: string | null): Promise<{ readonly id: string; outcome: SendOutcome }> {
    const { clock } = this.#deps
    const { subscription, stop } = this.#served
    // Marked, so that it is not taken for an alert.
    const test = this.#makeEvent({ name: 'test', data: { drill: true } })
    const { id, epoch } = test
    const sample = type && buildSampleEvent(id, type, subscription, epoch, clock.nowMs())
    const message = sample
      ? {
          ...{ id, body: formBody(subscription, JSON.stringify(sample)) },
          contentType: readContentType(subscription)
        }
      : writeMessage(test)
    const outcome = await this.#sendSigned(message, () => !stop.aborted)
    return { id, outcome: outcome ?? { kind: 'cancelled', durationMs: 0 } }
  }

  #makeEvent({ name, data, fixed }: UnsequencedEvent) {
    const { clock, random, control } = this.#deps
    return {
      specversion: '1.0',
      id: fixed?.id ?? `${name}_${Buffer.from(random.bytes(12)).toString('hex')}`,
      source: '/tocsin/notifier',
      type: `tocsin.webhook.${name}.v1`,
      time: fixed?.time ?? formatTime(clock.nowMs()),
      datacontenttype: 'application/json',
      epoch: readPublicEpoch(control.state),
      data: { subscriptionId: this.#served.subscription.subscriptionId, ...data }
    }
  }

  async #sendSigned(message: Message, maySend?: () => boolean): Promise<SendOutcome | null> {
    const { subscription } = this.#served
    const keys = this.#deps.signing.listKeys(subscription)
    return keys && this.#send(signRequest(this.#deps, subscription, keys, message), maySend)
  }

  /** Waiting for a slot can take long: meanwhile the key may have been revoked. */
  async #send(
    request: WebhookRequest,
    maySend = () => this.#maySend()
  ): Promise<SendOutcome | null> {
    const { clock, destinations, slots } = this.#deps
    const { subscription, rate, stop } = this.#served
    const release = await slots.acquire(unsequencedAsk)
    try {
      if (!maySend()) return null
      rate.note(clock.monotonicMs())
      return await destinations.send(subscription, request, stop)
    } finally {
      release()
    }
  }

  #maySend(): boolean {
    const { subscription, stop } = this.#served
    return !stop.aborted && isAuthorized(this.#deps, subscription) && !isDisabled(subscription)
  }
}

function writeMessage(event: { readonly id: string }) {
  return { id: event.id, body: Buffer.from(JSON.stringify(event)), contentType: eventContentType }
}
