// Requests to one address of a subscription outside the sequence: consent requests, tests,
// heartbeats and notices, as signed CloudEvents. Each takes a slot in the lane for what does not
// page, and counts in the rate that the endpoint asked for.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { TimeSince } from '@tocsin/service/process/time-since'
import { readPublicEpoch } from '@tocsin/service/projection/short-epoch'
import { signWebhook } from '@tocsin/webhooks/signature'
import type { SigningKey } from '@tocsin/webhooks/signing-keys'
import type { SendOutcome, WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { unsequencedAsk } from './attempt-slots.ts'
import { userAgent } from './destinations.ts'
import {
  consentGapMs,
  findAllowedRate,
  judgeChallenge,
  judgeHandshake,
  nextAskingMs
} from './endpoint-consent.ts'
import type { NetworkLimits } from './network-rules.ts'
import { buildSampleEvent } from './sample-event.ts'
import { type ConsentGiven, isAuthorized, type SendingDeps, type Served } from './sending.ts'
import { eventContentType, formBody, readContentType } from './signed-bodies.ts'
import { isDisabled } from './subscription-record.ts'

/** Pause while it is unknown whether this instance serves the subscription, ms. */
const restMs = 5_000
/** A subscription that was made so recently is asked immediately, ms. */
const freshMs = 2_000
/** Longest sleep between consent requests, ms. */
const lookAgainMs = 600_000

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
  readonly within?: NetworkLimits
}

interface Signed {
  readonly id: string
  readonly body: Uint8Array
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly within?: NetworkLimits | undefined
}

/** Signed now. */
export function signRequest(
  { clock, networkRules }: SendingDeps,
  subscription: SubscriptionRecord,
  keys: readonly SigningKey[],
  { id, body, contentType, headers = {}, within = networkRules.limitsOf(subscription) }: Signed
): WebhookRequest {
  const timestampS = Math.floor(clock.nowMs() / 1000)
  const signature = signWebhook({ id, timestampS, body }, keys)
  return {
    url: subscription.url,
    headers: { 'content-type': contentType, 'user-agent': userAgent, ...signature, ...headers },
    body,
    ...within
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
    // It is up to one gap ahead by design, and up to another if the clock of the instance that
    // wrote it is ahead.
    const askedAtMs = Date.parse(subscription.consent?.askedAt ?? '')
    const asked = new TimeSince(clock, askedAtMs, 2 * consentGapMs)
    let afterMs = asked.ms() - freshMs
    for (;;) {
      const atMs = nextAskingMs(0, afterMs) ?? Number.POSITIVE_INFINITY
      const leftMs = atMs - asked.ms()
      if (leftMs > 0) await clock.sleep(Math.min(leftMs, lookAgainMs), stop)
      if (stop.aborted) return
      const nowMs = asked.ms()
      // A clock that was ahead may have been mended: then there is more to ask, or sooner.
      afterMs = nowMs < atMs ? Math.min(afterMs, nowMs) : Math.max(atMs, nowMs)
      if (nowMs < atMs || !(await this.mayAct())) continue
      const given = await this.#ask()
      if (given === null) continue
      try {
        await writeConsent(subscription, given)
        return
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
  async #ask(): Promise<ConsentGiven | null> {
    const { origin, networkRules, signing, random } = this.#deps
    const { subscription } = this.#served
    const { url } = subscription
    if (signing.listKeys(subscription) === null) return null
    const isOwn = await networkRules.isOwn(url)
    const within = isOwn ? { isWithinOwnNetworks: true } : networkRules.limitsOf(subscription)
    const headers = { 'user-agent': userAgent, 'webhook-request-origin': origin }
    const asked = { url, method: 'OPTIONS', headers, body: new Uint8Array(), ...within } as const
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
    const echo = await this.sendEvent({ name: 'challenge', data: { challenge }, within })
    if (!judgeChallenge(echo, challenge)) return this.#noteRefusal(echo)
    return { how: isOwn ? 'own-network' : 'challenge' }
  }

  #noteRefusal(last: SendOutcome | null): null {
    const { clock, consentRefusals } = this.#deps
    const { consent } = this.#served.subscription
    if (last === null || last.kind === 'cancelled' || consent === undefined) return null
    const reason = last.kind === 'response' ? '' : last.kind === 'timeout' ? last.kind : last.reason
    const status = last.kind === 'response' ? last.status : null
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
  async sendEvent(event: UnsequencedEvent): Promise<SendOutcome | null> {
    const keys = this.#deps.signing.listKeys(this.#served.subscription)
    return keys === null ? null : this.#send(this.#sign(keys, this.#makeEvent(event), event.within))
  }

  /**
   * One test, also to a subscription that is paused. `type`: a sample of an alert event of that
   * type; null: an event without an alert. Answers with the id of the event.
   */
  async sendTest(type: string | null): Promise<{ readonly id: string; outcome: SendOutcome }> {
    const { clock, signing } = this.#deps
    const { subscription, stop } = this.#served
    const keys = signing.listKeys(subscription)
    if (keys === null)
      throw new Error(
        'the secret of a subscription cannot be decrypted with the keys of this data folder'
      )
    // Marked, so that it is not taken for an alert.
    const test = this.#makeEvent({ name: 'test', data: { drill: true } })
    const { id, epoch } = test
    const sample = type && buildSampleEvent(id, type, subscription, epoch, clock.nowMs())
    const request = sample
      ? signRequest(this.#deps, subscription, keys, {
          ...{ id, body: formBody(subscription, JSON.stringify(sample)) },
          contentType: readContentType(subscription)
        })
      : this.#sign(keys, test)
    const outcome = await this.#send(request, () => !stop.aborted)
    return { id, outcome: outcome ?? { kind: 'cancelled', durationMs: 0 } }
  }

  #makeEvent({ name, data, fixed }: UnsequencedEvent) {
    const { clock, random, control } = this.#deps
    return {
      specversion: '1.0',
      id: fixed?.id ?? `${name}_${Buffer.from(random.bytes(12)).toString('hex')}`,
      source: '/tocsin/notifier',
      type: `tocsin.webhook.${name}.v1`,
      time: fixed?.time ?? new Date(clock.nowMs()).toISOString(),
      datacontenttype: 'application/json',
      epoch: readPublicEpoch(control.state),
      data: { subscriptionId: this.#served.subscription.subscriptionId, ...data }
    }
  }

  #sign(
    keys: readonly SigningKey[],
    event: { readonly id: string },
    within?: NetworkLimits
  ): WebhookRequest {
    return signRequest(this.#deps, this.#served.subscription, keys, {
      ...{ id: event.id, body: Buffer.from(JSON.stringify(event)) },
      ...{ contentType: eventContentType, within }
    })
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
