// Subscriptions of a kind other than `webhook`: sealed secrets, the part of the address that is
// shown, and requests in the form of the service. What is sent, when, and how often it is retried
// is the same for all kinds.

import type { Digest } from '@tocsin/contracts/alert/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import {
  type DestinationSecrets,
  destinationSecrets
} from '@tocsin/contracts/subscription/subscription-settings'
import type { Clock, Random } from '@tocsin/domain/ports'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import type { Kind, KindContext, KindRequest, KindSettings } from './kinds/kind.ts'
import { findKind, type Kinded } from './kinds/kinds.ts'
import { readNews, readOpenAlert, type SentEvent } from './kinds/news.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'
import { isAccepted, userAgent } from './unsequenced-event.ts'

/** What is sealed of a destination: its secrets, and its address if that is one. */
export interface Target extends DestinationSecrets {
  readonly url?: string
}

export interface DestinationsOptions {
  readonly sealingKey: Buffer
  /** Where people reach the suite; empty: nowhere, and no link leads there. */
  readonly publicUrl: string
  readonly clock: Pick<Clock, 'nowMs'>
}

const mask = '***'

export class Destinations {
  readonly #options: DestinationsOptions

  constructor(options: DestinationsOptions) {
    this.#options = options
  }

  #seal(subscriptionId: string, target: Target, random: Random): string {
    return sealSecret(this.#options.sealingKey, subscriptionId, JSON.stringify(target), random)
  }

  /** What was sealed; empty for a webhook. Throws if it cannot be opened. */
  open({ subscriptionId, sealedTarget }: SubscriptionRecord): Target {
    if (sealedTarget === undefined) return {}
    const text = openSecret(this.#options.sealingKey, subscriptionId, sealedTarget)
    if (text === null)
      throw new Error(
        'the destination of a subscription cannot be decrypted with the keys of this data folder'
      )
    return JSON.parse(text) as Target
  }

  /** What is recorded of where it goes: the address as it may be shown, and the rest sealed. */
  place(
    subscriptionId: string,
    settings: Kinded,
    target: Target & Pick<SubscriptionRecord, 'url'>,
    random: Random
  ): Pick<SubscriptionRecord, 'url' | 'sealedTarget'> {
    const kind = findKind(settings)
    const { url, ...secrets } = target
    const sealed: Target = kind?.isUrlSecret === true ? target : secrets
    return {
      url: kind?.isUrlSecret === true ? maskAddress(url) : url,
      ...(Object.keys(sealed).length === 0
        ? {}
        : { sealedTarget: this.#seal(subscriptionId, sealed, random) })
    }
  }

  /** The request in the form of the subscription's kind; that of a webhook is left as it is. */
  requestFor(subscription: SubscriptionRecord, request: WebhookRequest): WebhookRequest {
    const kind = findKind(subscription)
    if (kind === null) return request
    const { publicUrl, clock } = this.#options
    const event = JSON.parse(Buffer.from(request.body).toString()) as SentEvent
    const target = this.open(subscription)
    const settings: KindSettings = { ...subscription, ...target }
    const rendered = render(kind, event, settings, { nowMs: clock.nowMs(), publicUrl })
    if (rendered === null) return { ...request, isLeftOut: true }
    return {
      ...request,
      url: rendered.url,
      headers: { 'user-agent': userAgent, ...rendered.headers },
      body: Buffer.from(rendered.body),
      ...(rendered.bodyBefore === undefined
        ? {}
        : { bodyBefore: Buffer.from(rendered.bodyBefore) }),
      readAnswer: outcome => hideSecrets(readOutcome(kind, outcome), target)
    }
  }

  /** A request as shown, without what is sealed. */
  showRequest(subscription: SubscriptionRecord, request: WebhookRequest) {
    const { url, headers, body, isLeftOut } = this.requestFor(subscription, request)
    const target = this.open(subscription)
    const hide = (text: string) => hideTarget(text, target)
    const text = isLeftOut === true ? null : hide(Buffer.from(body).toString())
    const shown = Object.entries(headers).map(([name, value]) => [name, hide(value)])
    return { method: 'POST', url: hide(url), headers: Object.fromEntries(shown), body: text }
  }
}

function render(
  { render, renderHeartbeat, renderDigest }: Kind,
  event: SentEvent,
  settings: KindSettings,
  { publicUrl, ...context }: KindContext & { readonly publicUrl: string }
): KindRequest | null {
  if (event.type === 'tocsin.webhook.heartbeat.v1') {
    const { alerts = [] } = event.data as { readonly alerts?: readonly object[] }
    const news = alerts.map(each => readOpenAlert(event, each, publicUrl))
    return renderHeartbeat?.(news, settings, context) ?? null
  }
  if (event.type === 'tocsin.webhook.digest.v1') {
    const { digest } = event.data as { readonly digest: Digest }
    return renderDigest?.({ eventId: event.id, digest, publicUrl }, settings) ?? null
  }
  const news = readNews(event, publicUrl)
  return news === null ? null : render(news, settings, context)
}

/** The secrets of a request's body, separate from the settings that are recorded as they are. */
export function splitSecrets<Ask extends object>(
  ask: Ask
): {
  readonly secrets: DestinationSecrets
  readonly settings: Omit<Ask, keyof DestinationSecrets>
} {
  const isSecret = (name: string) => name in destinationSecrets
  const entries = Object.entries(ask)
  return {
    secrets: Object.fromEntries(entries.filter(([name]) => isSecret(name))) as DestinationSecrets,
    settings: Object.fromEntries(entries.filter(([name]) => !isSecret(name))) as Omit<
      Ask,
      keyof DestinationSecrets
    >
  }
}

/** What is recorded of an address that is a secret: its host. */
function maskAddress(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}/${mask}`
}

/**
 * Leaves out what a destination has no form for, sends what goes before a body, and reads answers
 * as their kind means them.
 */
export function openDestinationTransport(transport: WebhookTransport): WebhookTransport {
  return {
    send: async ({ bodyBefore, ...request }, signal) => {
      if (request.isLeftOut === true) return leftOut
      const send = async (body: Uint8Array) => {
        const outcome = await transport.send({ ...request, body }, signal)
        return request.readAnswer?.(outcome) ?? outcome
      }
      const before = bodyBefore === undefined ? null : await send(bodyBefore)
      return before === null || isAccepted(before) ? send(request.body) : before
    },
    close: () => transport.close()
  }
}

const leftOut: SendOutcome = {
  kind: 'response',
  status: 204,
  retryAfter: null,
  excerpt: '',
  durationMs: 0
}

function readOutcome({ readAnswer }: Kind, outcome: SendOutcome): SendOutcome {
  return outcome.kind === 'response' && readAnswer ? readAnswer(outcome) : outcome
}

function hideSecrets(outcome: SendOutcome, target: Target): SendOutcome {
  return outcome.kind === 'response'
    ? { ...outcome, excerpt: hideTarget(outcome.excerpt, target) }
    : outcome
}

/** A text without the sealed values that it repeats, the longest first. */
function hideTarget(text: string, target: Target): string {
  return Object.entries(target)
    .flatMap(([name, value]) => (name === 'url' ? listSecretParts(value) : [value]))
    .filter(value => value.length >= secretLengthMin)
    .sort((a, b) => b.length - a.length)
    .reduce((masked, value) => masked.replaceAll(value, mask), text)
}

/** Shorter values, and shorter segments of a path, are words, not secrets. */
const secretLengthMin = 4
const segmentLengthMin = 16

function listSecretParts(address: string): readonly string[] {
  const url = URL.parse(address)
  if (url === null) return [address]
  const { pathname, search, password, searchParams } = url
  const segments = pathname.split('/').filter(segment => segment.length >= segmentLengthMin)
  const passwords = [password, decodeURIComponent(password)]
  return [`${pathname}${search}`.slice(1), ...segments, ...searchParams.values(), ...passwords]
}
