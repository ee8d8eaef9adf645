// The network as a port of the webhook sender: one request out, one outcome back. Tests and simulations bring their own.

/** Why no answer came. `dns-unavailable` is a fault on our side; `dns-not-found` is the endpoint's. */
export const sendFailures = ['dns-not-found', 'dns-unavailable', 'connect', 'tls', 'connection-lost', 'protocol'] as const
export type SendFailure = (typeof sendFailures)[number]

export type SendOutcome =
  | {
      readonly kind: 'response'
      readonly status: number
      /** The header as it came; null without one. */
      readonly retryAfter: string | null
      /** The start of the body as text, for the log of attempts. */
      readonly excerpt: string
      readonly durationMs: number
    }
  | { readonly kind: 'timeout'; readonly durationMs: number }
  /** Our rules forbid the address. Nothing was sent. */
  | { readonly kind: 'refused'; readonly reason: 'address-not-public' | 'url-not-allowed'; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly reason: SendFailure; readonly durationMs: number }
  /** Aborted by the caller's signal: says nothing about the endpoint. */
  | { readonly kind: 'cancelled'; readonly durationMs: number }

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface WebhookTransport {
  /** Sends one POST. Never rejects: whatever happens is an outcome. */
  send(request: WebhookRequest, signal: AbortSignal): Promise<SendOutcome>
  close(): Promise<void>
}
