// Webhooks at the receiver: the signature, the event, and proof that none is missing. For Node;
// browsers receive no webhooks.

import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import {
  type ReceivedWebhook,
  type VerificationFailure,
  verifyWebhook
} from '@tocsin/webhooks/verification'
import type { AlertEvent, Telling } from './alert.ts'

export interface WebhookEvent extends AlertEvent {
  /** The subscription that it was sent for. */
  readonly subscriptionid: string
  /** Counts the events of this subscription from 1, without gaps. */
  readonly sequence: number
  /** `webhook-id` of the one before; null at first. */
  readonly previousid: string | null
  /** Sequences that this event replaces: they are not sent. */
  readonly superseded?: { readonly from: number; readonly to: number }
  /**
   * Why the policy of the subscription tells it now, and why it waited last. Only with a policy.
   */
  readonly because?: Telling['because']
  readonly held?: string
}

export type ReadWebhook =
  | { readonly ok: true; readonly webhookId: string; readonly event: WebhookEvent }
  | { readonly ok: false; readonly reason: VerificationFailure | 'not-an-event' | 'for-another' }

/**
 * Verifies a request, and reads its event. `secrets`: those of the subscription (`whsec_…`), two
 * while it is rotated, or public keys (`whpk_…`); with these alone name your `subscriptionId`,
 * because they sign the events of all partners. `nowMs`: wall clock. Throws only if a secret can't
 * be read.
 */
export function readWebhook(
  received: ReceivedWebhook,
  secrets: readonly string[],
  nowMs: number = Date.now(),
  subscriptionId?: string
): ReadWebhook {
  const verified = verifyWebhook(received, secrets.map(parseVerifyingKey), nowMs / 1000)
  if (!verified.ok) return verified
  const event = parseEvent(received.body)
  if (event === null) return { ok: false, reason: 'not-an-event' }
  if (subscriptionId !== undefined && event.subscriptionid !== subscriptionId)
    return { ok: false, reason: 'for-another' }
  return { ok: true, webhookId: verified.id, event }
}

function parseEvent(body: Uint8Array): WebhookEvent | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
  const isEvent =
    typeof value === 'object' &&
    value !== null &&
    Number.isSafeInteger((value as { sequence?: unknown }).sequence)
  return isEvent ? (value as WebhookEvent) : null
}

/**
 * The position of a delivery among those received. `missing`: sequences before it have not
 * come.
 */
export type SequencePlace = 'next' | 'repeat' | 'missing'

/**
 * `last`: the greatest sequence up to which all were received; 0 before the first. Save it with
 * what the event changed.
 */
export function placeOfSequence(
  event: Pick<WebhookEvent, 'sequence' | 'superseded'>,
  last: number
): SequencePlace {
  if (event.sequence <= last) return 'repeat'
  const first = event.superseded?.from ?? event.sequence
  return first <= last + 1 ? 'next' : 'missing'
}
