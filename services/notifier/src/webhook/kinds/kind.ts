// What a kind of destination is: a pure function from news to a request, the addresses that need no
// consent, and how to read an answer where its status alone is not enough.

import type {
  DestinationSecrets,
  SubscriptionSettings
} from '@tocsin/contracts/subscription/subscription-settings'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { DigestNews } from './digest-news.ts'
import type { News } from './news.ts'

/** With the whole address. */
export type KindSettings = SubscriptionSettings & DestinationSecrets

export interface KindRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent one after the other, each only if the one before was accepted. */
  readonly bodies: readonly string[]
}

export type Answered = Extract<SendOutcome, { readonly kind: 'response' }>

export interface Kind {
  /** The name of the service, in sentences. */
  readonly service: string
  /** The settings that it needs, each with what it is; and others that it may have. */
  readonly needs: Readonly<Partial<Record<string, string>>>
  readonly takes?: readonly string[]
  /** The default address. */
  readonly urlDefault?: string
  /** Its address is a secret: only the host is shown. */
  readonly isUrlSecret?: boolean
  /** Ends of the host names that need no consent: whoever knows the secret may post there. */
  readonly hosts: readonly string[]
  /** Other addresses that need none. */
  readonly isKnown?: (url: URL) => boolean
  /** Its address is a mail server's. */
  readonly isMail?: boolean
  /** It shows whether an alert is over: a replayed event is sent with its alert as it is now. */
  readonly showsState?: boolean
  readonly render: (news: News, settings: KindSettings, nowMs: number) => KindRequest
  /** Default interval at which a heartbeat repeats the open alerts, seconds. */
  readonly heartbeatSeconds?: number
  /** The request of a heartbeat, with the alerts that were sent and are open, or just ended. */
  readonly renderHeartbeat?: (
    news: readonly News[],
    settings: KindSettings,
    nowMs: number
  ) => KindRequest
  /** The request of the digest of a week; left out: it has no form for it. */
  readonly renderDigest?: (news: DigestNews, settings: KindSettings) => KindRequest
  /** The same answer, or the failure that it really is. */
  readonly readAnswer?: (answer: Answered) => Answered
}

/** A request with bodies of JSON. */
export function postJson(url: string, ...bodies: readonly unknown[]): KindRequest {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { url, headers, bodies: bodies.map(each => JSON.stringify(each)) }
}
