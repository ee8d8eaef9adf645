// The network as a port of the webhook sender: one request out, one outcome back. Tests and
// simulations bring their own.

import type { EndpointPolicy } from './address-vetting.ts'

/**
 * Why no answer came. `dns-unavailable` is a fault on our side; `dns-not-found` is the endpoint's.
 * `no-route`: no network of this machine leads to the address, such as one of IPv6 alone.
 * `tls-name`: a certificate that is trusted, for another name. `proxy`: the proxy is away or refuses.
 */
export type SendFailure =
  | 'dns-not-found'
  | 'dns-unavailable'
  | 'connect'
  | 'no-route'
  | 'tls'
  | 'tls-name'
  | 'connection-lost'
  | 'protocol'
  | 'proxy'

export type SendOutcome =
  | {
      readonly kind: 'response'
      readonly status: number
      /** The header as it came; null without one. */
      readonly retryAfter: string | null
      /** The start of the body as text, for the log of attempts. */
      readonly excerpt: string
      /**
       * `WebHook-Allowed-Origin`, by which the receiver of a handshake consents; null without one.
       */
      readonly allowedOrigin?: string | null
      /** `WebHook-Allowed-Rate`: requests a minute that it wants at most. */
      readonly allowedRate?: string | null
      readonly durationMs: number
    }
  | { readonly kind: 'timeout'; readonly durationMs: number }
  /**
   * Our rules forbid the address. No request was sent. `address-not-public`: what its name resolves
   * to, which may change; `literal-not-public`: the address itself.
   */
  | {
      readonly kind: 'refused'
      readonly reason: 'address-not-public' | 'literal-not-public' | 'url-not-allowed'
      readonly durationMs: number
    }
  | { readonly kind: 'failed'; readonly reason: SendFailure; readonly durationMs: number }
  /** Aborted by the caller's signal: does not describe the endpoint. */
  | { readonly kind: 'cancelled'; readonly durationMs: number }

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** `OPTIONS` is the handshake of CloudEvents. Default `POST`. */
  readonly method?: 'POST' | 'OPTIONS'
  /** Which networks it may reach, as in the policy. */
  readonly networks?: EndpointPolicy['networks']
}

export interface WebhookTransport {
  /** Sends one request. Never rejects: whatever happens is an outcome. */
  send(request: WebhookRequest, signal: AbortSignal): Promise<SendOutcome>
  close(): Promise<void>
}
