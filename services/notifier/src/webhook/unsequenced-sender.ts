// Requests to an endpoint about its subscription itself, outside the sequence: consent requests and
// signed events. Each takes a slot in the lane for what does not page, and counts in the rate that
// the endpoint asked for.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { ConsentWay } from '@tocsin/contracts/subscription/endpoint-words'
import { TimeSince } from '@tocsin/service/process/time-since'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import { type AttemptSlots, unsequencedAsk } from './attempt-slots.ts'
import {
  type ConsentAnswer,
  consentGapMs,
  findAllowedRate,
  judgeChallenge,
  judgeHandshake,
  nextAskingMs
} from './endpoint-consent.ts'
import type { EndpointReach } from './endpoint-reach.ts'
import type { RequestRate } from './request-rate.ts'
import type { SigningRing } from './signing-ring.ts'
import {
  type RequestForms,
  type UnsequencedEvent,
  unsequencedRequest,
  userAgent
} from './unsequenced-event.ts'

export interface UnsequencedSenderDeps extends Pick<ServiceDeps, 'clock' | 'random' | 'logger'> {
  readonly control: Pick<ServiceDeps['control'], 'state'>
  readonly transport: WebhookTransport
  readonly reach: EndpointReach
  readonly destinations: RequestForms
  readonly signing: Pick<SigningRing, 'listKeys'>
  readonly slots: AttemptSlots
  readonly rate: RequestRate
  /** The name by which endpoints consent to us: a DNS name. */
  readonly origin: string
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  readonly isCurrent: () => Promise<boolean>
  /** Keeps how an endpoint answered that does not consent. */
  readonly noteRefusal: (consentId: string, answer: ConsentRefusal) => void
  /** Writes that the endpoint has consented. */
  readonly tellConsent: (subscription: SubscriptionRecord, given: Consent) => Promise<void>
}

/** The last answer of an endpoint that has not consented. */
export interface ConsentRefusal {
  readonly atMs: number
  /** Null: no answer came. */
  readonly status: number | null
  /** Why no answer came; empty: one did. Its text is not shown: the endpoint has not consented. */
  readonly reason: string
}

interface Consent {
  readonly how: ConsentWay
  /** Requests a minute that the endpoint wants at most. */
  readonly ratePerMinute?: number
}

/** Pause while it is unknown whether this instance serves the subscription, ms. */
const restMs = 5_000
/** A subscription that was made so recently is asked immediately, ms. */
const freshMs = 2_000
/** Longest sleep between consent requests, ms. */
const lookAgainMs = 600_000

export class UnsequencedSender {
  readonly #deps: UnsequencedSenderDeps
  /** Its address and consent are those of the endpoint that is sent to. */
  readonly #subscription: SubscriptionRecord
  readonly #stop: AbortSignal

  constructor(deps: UnsequencedSenderDeps, subscription: SubscriptionRecord, stop: AbortSignal) {
    this.#deps = deps
    this.#subscription = subscription
    this.#stop = stop
  }

  /** Asks until the endpoint has consented, or stopped. */
  async askForConsent(): Promise<void> {
    const { clock, logger, tellConsent } = this.#deps
    const { consent, subscriptionId } = this.#subscription
    // It is up to one gap ahead by design, and up to another if the clock of the instance that
    // wrote it is ahead.
    const asked = new TimeSince(clock, Date.parse(consent?.askedAt ?? ''), 2 * consentGapMs)
    let afterMs = asked.ms() - freshMs
    for (;;) {
      const atMs = nextAskingMs(0, afterMs) ?? Number.POSITIVE_INFINITY
      const leftMs = atMs - asked.ms()
      if (leftMs > 0) await clock.sleep(Math.min(leftMs, lookAgainMs), this.#stop)
      if (this.#stop.aborted) return
      const nowMs = asked.ms()
      // A clock that was ahead may have been mended: then there is more to ask, or sooner.
      afterMs = nowMs < atMs ? Math.min(afterMs, nowMs) : Math.max(atMs, nowMs)
      if (nowMs < atMs) continue
      if (!(await this.mayAct())) continue
      const { given, last } = await this.#consentNow()
      if (given === null) {
        this.#note(last)
        continue
      }
      try {
        await tellConsent(this.#subscription, given)
        return
      } catch (error) {
        if (this.#stop.aborted) return
        logger.warn(
          { error, subscription: subscriptionId },
          'the consent of an endpoint cannot be logged; it is asked again'
        )
      }
    }
  }

  #note(last: SendOutcome | null): void {
    const { clock, noteRefusal } = this.#deps
    const { consent } = this.#subscription
    if (last === null || last.kind === 'cancelled' || consent === undefined) return
    noteRefusal(consent.id, { atMs: clock.nowMs(), ...describeOutcome(last) })
  }

  /** How the endpoint consents now, null if it does not; and its last answer. */
  async #consentNow(): Promise<{
    readonly given: Consent | null
    readonly last: SendOutcome | null
  }> {
    const { origin, reach, signing } = this.#deps
    if (signing.listKeys(this.#subscription) === null) return { given: null, last: null }
    const headers = { 'user-agent': userAgent, 'webhook-request-origin': origin }
    const { url } = this.#subscription
    const isOwn = await reach.isOwn(url)
    const within = isOwn ? { isWithinOwnNetworks: true } : reach.of(this.#subscription)
    const asked = { url, method: 'OPTIONS', headers, body: new Uint8Array(), ...within } as const
    const outcome = await this.#send(asked)
    const answer = makeAnswer(outcome)
    const verdict = judgeHandshake(answer, origin)
    if (verdict === 'refused') return { given: null, last: outcome }
    const ratePerMinute = findAllowedRate(answer)
    if (verdict === 'given')
      return {
        given: {
          how: isOwn ? 'own-network' : 'handshake',
          ...(ratePerMinute === null ? {} : { ratePerMinute })
        },
        last: outcome
      }
    const challenge = Buffer.from(this.#deps.random.bytes(32)).toString('base64url')
    const echoed = await this.sendEvent({ name: 'challenge', data: { challenge }, within })
    const isEchoed = judgeChallenge(makeAnswer(echoed), challenge)
    const how = isOwn ? 'own-network' : 'challenge'
    return { given: isEchoed ? { how } : null, last: echoed }
  }

  /** Whether this instance may act for the subscription now. Pauses if that is unknown. */
  async mayAct(): Promise<boolean> {
    const { clock, maySend, isCurrent } = this.#deps
    if (this.#stop.aborted || !maySend(this.#subscription)) return false
    if (await isCurrent()) return !this.#stop.aborted
    await clock.sleep(restMs, this.#stop)
    return false
  }

  /**
   * Null if it was not sent: stopped meanwhile, not allowed any more, or the secret can't be
   * opened.
   */
  async sendEvent(event: UnsequencedEvent): Promise<SendOutcome | null> {
    const keys = this.#deps.signing.listKeys(this.#subscription)
    return keys === null
      ? null
      : this.#send(unsequencedRequest(this.#deps, this.#subscription, keys, event).request)
  }

  async #send(request: WebhookRequest): Promise<SendOutcome | null> {
    const { clock, transport, slots, rate, maySend } = this.#deps
    const release = await slots.acquire(unsequencedAsk)
    try {
      // Waiting for a slot can take long: meanwhile the key may have been revoked.
      if (this.#stop.aborted || !maySend(this.#subscription)) return null
      rate.note(clock.monotonicMs())
      return await transport.send(request, this.#stop)
    } finally {
      release()
    }
  }
}

function describeOutcome(
  outcome: Exclude<SendOutcome, { readonly kind: 'cancelled' }>
): Pick<ConsentRefusal, 'status' | 'reason'> {
  if (outcome.kind === 'response') return { status: outcome.status, reason: '' }
  return { status: null, reason: outcome.kind === 'timeout' ? 'timeout' : outcome.reason }
}

function makeAnswer(outcome: SendOutcome | null): ConsentAnswer | null {
  if (outcome?.kind !== 'response') return null
  return {
    status: outcome.status,
    allowedOrigin: outcome.allowedOrigin ?? null,
    allowedRate: outcome.allowedRate ?? null,
    body: outcome.excerpt
  }
}
