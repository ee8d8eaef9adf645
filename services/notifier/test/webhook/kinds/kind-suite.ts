// A notifier with a network that records what each kind of destination is sent.

import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import { Suite } from '../../support/http-suite.ts'
import { settle } from '../../support/manual-clock.ts'
import { accepted } from '../../support/notifier-harness.ts'

/** A service that answers as the test says. */
export class RecordedService implements WebhookTransport {
  readonly requests: WebhookRequest[] = []
  answer: SendOutcome = accepted

  async send(request: WebhookRequest): Promise<SendOutcome> {
    this.requests.push(request)
    return this.answer
  }

  async close(): Promise<void> {}

  /** The bodies that came, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the form of its service
  get bodies(): any[] {
    return this.requests.map(({ body }) => JSON.parse(Buffer.from(body).toString()))
  }
}

/** An answer of a service, 200 unless said otherwise. */
export function aResponse(
  overrides: Partial<Extract<SendOutcome, { readonly kind: 'response' }>>
): SendOutcome {
  return { ...accepted, kind: 'response', ...overrides } as SendOutcome
}

export const publicUrl = 'https://tocsin.example'

/** A suite that asks endpoints for their consent, and a subscription of a kind in it. */
export async function subscribeKind(
  asked: object,
  config: object = {},
  /** Of the key that subscribes; default the owner's. */
  handling?: 'public' | 'partners'
): Promise<{
  readonly suite: Suite
  readonly service: RecordedService
  readonly made: Awaited<ReturnType<Suite['ask']>>
  /** Writes an event of an alert, and waits until it is sent. */
  readonly tell: (...event: Parameters<Suite['h']['alerts']['write']>) => Promise<void>
}> {
  const service = new RecordedService()
  const suite = await Suite.on({
    transport: service,
    config: { 'webhooks.consent': 'public', publicUrl, ...config }
  })
  const scopes = ['subscriptions:manage', 'alerts:read']
  const key = handling === undefined ? suite.owner : await suite.key(scopes, { handling })
  const body = { policy: null, ...asked }
  const made = await suite.ask('POST', '/v1/subscriptions', { body, key })
  return {
    suite,
    service,
    made,
    tell: async (...event) => {
      await suite.h.alerts.write(...event)
      await settle(40)
    }
  }
}
