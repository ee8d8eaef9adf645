// What a kind of destination is: a pure function from news to a request, the addresses that need no
// consent, and how to read an answer where its status alone is not enough.

import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { DigestNews } from './digest-news.ts'
import type { News } from './news.ts'

/** The settings of a destination that a kind may need, secrets included. */
export interface KindSettings {
  /** The whole address. */
  readonly url: string
  readonly token?: string
  readonly routingKey?: string
  readonly chat?: string
  readonly to?: readonly string[]
  readonly sender?: string
  readonly labels?: Readonly<Record<string, string>>
}

export interface KindContext {
  readonly nowMs: number
}

export interface KindRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Sent before the body, which follows only if it was accepted. */
  readonly bodyBefore?: string
}

export type Answered = Extract<SendOutcome, { readonly kind: 'response' }>

export interface Kind {
  /** The name of the service, in sentences. */
  readonly service: string
  /** The settings that it needs, each with what it is; and others that it may have. */
  readonly needs: Readonly<Partial<Record<string, string>>>
  readonly takes: readonly string[]
  /** The default address. */
  readonly urlDefault?: string
  /** Its address is a secret: only the host is shown. */
  readonly isUrlSecret: boolean
  /** Ends of the host names that need no consent: whoever knows the secret may post there. */
  readonly hosts: readonly string[]
  /** Other addresses that need none. */
  readonly isKnown?: (url: URL) => boolean
  /** Its address is a mail server's. */
  readonly isMail?: boolean
  /** It shows whether an alert is over: a replayed event is sent with its alert as it is now. */
  readonly showsState?: boolean
  /** The request; null: none is sent. */
  readonly render: (news: News, settings: KindSettings, context: KindContext) => KindRequest | null
  /** Default interval at which a heartbeat repeats the open alerts, seconds. */
  readonly heartbeatSeconds?: number
  /** The request of a heartbeat, with the alerts that were sent and are open, or just ended. */
  readonly renderHeartbeat?: (
    news: readonly News[],
    settings: KindSettings,
    context: KindContext
  ) => KindRequest
  /** The request of the digest of a week; left out: it has no form for it. */
  readonly renderDigest?: (news: DigestNews, settings: KindSettings) => KindRequest
  /** The same answer, or the failure that it really is. */
  readonly readAnswer?: (answer: Answered) => Answered
}

export const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const
