// Subscriptions of a kind other than `webhook`: sealed secrets, the part of the address that is
// shown, and requests in the form of the service. What is sent, when, and how often it is retried
// is the same for all kinds.

import type { Digest } from '@tocsin/contracts/alert/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { DestinationSecrets } from '@tocsin/contracts/subscription/subscription-settings'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { decodeText, hideSecrets, mask } from '@tocsin/webhooks/masked-url'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import type { Kind, KindRequest, KindSettings } from './kinds/kind.ts'
import { findKind, type Kinded } from './kinds/kinds.ts'
import { describeAlert, readNews, type SentEvent } from './kinds/news.ts'
import { openSecret, sealSecret } from './signing-keys.ts'

/** What is sealed of a destination: its secrets, and its address if that is one. */
interface Target extends DestinationSecrets {
  readonly url?: string
}

export interface DestinationsDeps extends Omit<ServiceDeps, 'metrics'> {
  readonly transport: WebhookTransport
  /** Where people reach the suite; empty: nowhere, and no link leads there. */
  readonly publicUrl: string
}

export const userAgent = 'tocsin-webhooks/1'

/** True if the receiver answered 2xx. */
export function isAccepted(
  outcome: SendOutcome | null
): outcome is Extract<SendOutcome, { readonly kind: 'response' }> {
  return outcome?.kind === 'response' && outcome.status >= 200 && outcome.status < 300
}

export class Destinations {
  readonly #deps: DestinationsDeps

  constructor(deps: DestinationsDeps) {
    this.#deps = deps
  }

  get #sealingKey(): Buffer {
    return this.#deps.secrets.derive('subscriptions')
  }

  /** What was sealed; empty for a webhook. Throws if it cannot be opened. */
  open({ subscriptionId, sealedTarget }: SubscriptionRecord): Target {
    if (sealedTarget === undefined) return {}
    const text = openSecret(this.#sealingKey, subscriptionId, sealedTarget)
    if (text === null)
      throw new Error(
        'the destination of a subscription cannot be decrypted with the keys of this data folder'
      )
    return JSON.parse(text)
  }

  /** What is recorded of where it goes: the address as it may be shown, and the rest sealed. */
  place(
    subscriptionId: string,
    settings: Kinded,
    target: Target & Pick<SubscriptionRecord, 'url'>
  ): Pick<SubscriptionRecord, 'url' | 'sealedTarget'> {
    const isUrlSecret = findKind(settings)?.isUrlSecret === true
    const { url, ...secrets } = target
    const sealed = JSON.stringify(isUrlSecret ? target : secrets)
    return {
      url: isUrlSecret ? maskAddress(url) : url,
      ...(sealed === '{}' ? {} : { sealedTarget: this.seal(subscriptionId, sealed) })
    }
  }

  /** Seals a text of a subscription. */
  seal(subscriptionId: string, text: string): string {
    return sealSecret(this.#sealingKey, subscriptionId, text, this.#deps.random)
  }

  /**
   * Sends a request in the form of the subscription's kind: that of a webhook as it is. What a
   * service has no form for is not sent, and counts as accepted.
   */
  async send(
    subscription: SubscriptionRecord,
    request: WebhookRequest,
    signal: AbortSignal
  ): Promise<SendOutcome> {
    const { transport } = this.#deps
    const kind = findKind(subscription)
    if (kind === null) return transport.send(request, signal)
    const rendered = this.#render(subscription, request)
    let outcome: SendOutcome = notSent
    for (const body of rendered?.bodies ?? []) {
      const form = { ...request, ...rendered, body: Buffer.from(body) }
      const answer = await transport.send(form, signal)
      outcome = answer.kind === 'response' ? (kind.readAnswer?.(answer) ?? answer) : answer
      if (!isAccepted(outcome)) break
    }
    if (outcome.kind !== 'response') return outcome
    return { ...outcome, excerpt: hideTarget(outcome.excerpt, this.open(subscription)) }
  }

  close(): Promise<void> {
    return this.#deps.transport.close()
  }

  /** A request as shown, without what is sealed. */
  showRequest(subscription: SubscriptionRecord, request: WebhookRequest) {
    const isWebhook = findKind(subscription) === null
    const form = isWebhook ? null : this.#render(subscription, request)
    const { url, headers } = form ?? request
    const body = isWebhook ? Buffer.from(request.body).toString() : (form?.bodies.at(-1) ?? null)
    const target = this.open(subscription)
    const shown = Object.entries(headers).map(([name, value]) => [name, hideTarget(value, target)])
    return {
      method: 'POST',
      url: hideTarget(url, target),
      headers: Object.fromEntries(shown),
      body: body === null ? null : hideTarget(body, target)
    }
  }

  /** Null: the kind has no form for the event. */
  #render(subscription: SubscriptionRecord, { body }: WebhookRequest): KindRequest | null {
    const { publicUrl, clock } = this.#deps
    const event = JSON.parse(Buffer.from(body).toString()) as SentEvent
    const settings = { ...subscription, ...this.open(subscription) }
    const rendered = render(findKind(subscription), event, settings, publicUrl, clock.nowMs())
    return rendered && { ...rendered, headers: { 'user-agent': userAgent, ...rendered.headers } }
  }
}

function render(
  kind: Kind | null,
  event: SentEvent,
  settings: KindSettings,
  publicUrl: string,
  nowMs: number
): KindRequest | null {
  const { alerts = [], digest } = event.data as {
    readonly alerts?: readonly object[]
    readonly digest: Digest
  }
  if (event.type === 'tocsin.webhook.heartbeat.v1') {
    const open = alerts.map(each => describeAlert(event, each, publicUrl))
    return kind?.renderHeartbeat?.(open, settings, nowMs) ?? null
  }
  if (event.type === 'tocsin.webhook.digest.v1')
    return kind?.renderDigest?.({ eventId: event.id, digest, publicUrl }, settings) ?? null
  const news = readNews(event, publicUrl)
  return (news && kind?.render(news, settings, nowMs)) ?? null
}

const notSent: SendOutcome = {
  ...{ kind: 'response', status: 204, retryAfter: null, excerpt: '', durationMs: 0 }
}

/** The secrets of a request's body, separate from the settings that are recorded as they are. */
export function splitSecrets<Ask extends DestinationSecrets>(ask: Ask) {
  const { token, routingKey, ...settings } = ask
  const secrets: DestinationSecrets = {
    ...(token === undefined ? {} : { token }),
    ...(routingKey === undefined ? {} : { routingKey })
  }
  return { secrets, settings }
}

/** What is recorded of an address that is a secret: its host. */
function maskAddress(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}/${mask}`
}

/** A text without the sealed values that it repeats. */
function hideTarget(text: string, { url, ...secrets }: Target): string {
  return hideSecrets(text, [...Object.values(secrets), ...(url ? listSecretParts(url) : [])])
}

/** Shorter segments of a path are words, not secrets. */
const segmentLengthMin = 16

function listSecretParts(address: string): readonly string[] {
  const url = URL.parse(address)
  if (url === null) return [address]
  const { pathname, search, password, searchParams } = url
  const segments = pathname.split('/').filter(segment => segment.length >= segmentLengthMin)
  const passwords = [password, decodeText(password)]
  return [`${pathname}${search}`.slice(1), ...segments, ...searchParams.values(), ...passwords]
}
