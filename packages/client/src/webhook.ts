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
  /** The identity of the log: another one after a restore of an older copy. */
  readonly epoch?: string
  /** After a restore: the state of an alert that was sent before it. */
  readonly restated?: boolean
  /** Counts the events of this subscription and epoch from 1, without gaps. */
  readonly sequence: number
  /** `webhook-id` of the one before; null at first in an epoch. */
  readonly previousid: string | null
  /** Sequences that this event replaces: they are not sent. */
  readonly superseded?: { readonly from: number; readonly to: number }
  /**
   * Why the policy of the subscription tells it now, and why it waited last. Only with a policy.
   */
  readonly because?: Telling['because']
  readonly held?: string
}

/** `tocsin.webhook.heartbeat.v1`. */
export interface WebhookHeartbeat {
  readonly epoch?: string
  readonly data: {
    readonly sequence: number
    readonly pending: number
    readonly superseded: readonly { readonly from: number; readonly to: number }[]
  }
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

/** What a receiver saves of a subscription, together with what the events change. */
export interface SavedSequences {
  readonly epoch: string | null
  /** Up to here everything was received, or was replaced. */
  readonly last: number
  /** Received or replaced beyond it. */
  readonly later: readonly number[]
  /** Epochs that ended. */
  readonly past: readonly string[]
}

/**
 * `new-epoch`: the event is new, and the first of its epoch. The sender restored an older copy of
 * its log: it numbers from 1 again, and states again what it knows. Alerts that it does not state
 * again came after the copy, and are lost there. `past-epoch`: a late event of an epoch that ended.
 */
export type Taken = 'new' | 'repeat' | 'new-epoch' | 'past-epoch'

type Counted = Pick<WebhookEvent, 'epoch' | 'sequence' | 'superseded'>

/** Proves that nothing of a subscription is missing. */
export class Sequences {
  #epoch: string | null
  #last: number
  #later: Set<number>
  #past: Set<string>

  constructor(saved: Partial<SavedSequences> = {}) {
    this.#epoch = saved.epoch ?? null
    this.#last = saved.last ?? 0
    this.#later = new Set(saved.later)
    this.#past = new Set(saved.past)
  }

  get saved(): SavedSequences {
    const [later, past] = [[...this.#later], [...this.#past]]
    return { epoch: this.#epoch, last: this.#last, later, past }
  }

  /** Takes an event. `repeat` also for history that you asked for. */
  take({ epoch, sequence, superseded }: Counted): Taken {
    if (!this.#enter(epoch)) return 'past-epoch'
    // Not the change of the epoch: a heartbeat may have brought that.
    const isFirst = this.#past.size > 0 && this.#last === 0 && this.#later.size === 0
    const isNew = sequence > this.#last && !this.#later.has(sequence)
    this.#cover(superseded === undefined ? [] : [superseded])
    this.#cover([{ from: sequence, to: sequence }])
    if (!isNew) return 'repeat'
    return isFirst ? 'new-epoch' : 'new'
  }

  /**
   * What to ask for again, at a heartbeat: null if nothing is missing. It also names what was
   * skipped last.
   */
  missingAt({
    epoch,
    data
  }: WebhookHeartbeat): { readonly from: number; readonly to: number } | null {
    if (!this.#enter(epoch)) return null
    const { sequence, pending, superseded } = data
    this.#cover(superseded)
    return pending === 0 && this.#last < sequence ? { from: this.#last + 1, to: sequence } : null
  }

  /** False for an epoch that ended. */
  #enter(epoch: string | undefined): boolean {
    if (epoch === undefined || epoch === this.#epoch) return true
    if (this.#past.has(epoch)) return false
    const before = this.#epoch
    this.#epoch = epoch
    // Saved by a version that knew no epochs, or nothing came yet.
    if (before === null) return true
    this.#past.add(before)
    this.#last = 0
    this.#later.clear()
    return true
  }

  #cover(ranges: readonly { readonly from: number; readonly to: number }[]): void {
    for (const { from, to } of ranges)
      for (let each = Math.max(from, this.#last + 1); each <= to; each++) this.#later.add(each)
    while (this.#later.delete(this.#last + 1)) this.#last++
  }
}
