// Links in webhooks by which a partner answers that a human has the alert. They are not stored: a
// link is a sealed text that names the subscription, the alert and its own end, in the form of
// tickets. Source: decision 0081.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { SealedTokens } from '@tocsin/service/projection/sealed-token'
import { type AnswerableEvent, isStateEvent } from '../notification/delivery.ts'

/** How long a link can be used, from when its delivery was planned. */
export const answerLinkDays = 7
const answerLinkMs = answerLinkDays * 86_400_000
/** Longest token that is opened, characters. */
export const answerTokenLengthMax = 512

export interface AnswerLink {
  readonly subscriptionId: string
  readonly alertId: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
}

export class AnswerLinks {
  readonly #sealed: SealedTokens<AnswerLink>
  readonly #publicUrl: string

  /** `publicUrl`: where partners reach the suite; empty: nowhere, and no link is made. */
  constructor(secret: Buffer, publicUrl: string) {
    this.#sealed = new SealedTokens(secret, 'ta_', answerTokenLengthMax)
    this.#publicUrl = publicUrl
  }

  /**
   * The link of a delivery; null if the subscription wants none, or no answer is possible. The same
   * at every attempt and replay, like the rest of the body: its end counts from when the delivery
   * was planned.
   */
  formatUrl(
    { subscriptionId, answerLinks }: SubscriptionRecord,
    delivery: AnswerableEvent
  ): string | null {
    const { alertId, verdict, closes, plannedAt } = delivery
    const isStanding = verdict === 'event' && closes !== true && isStateEvent(delivery)
    if (answerLinks !== true || this.#publicUrl === '' || !isStanding) return null
    const expiresAtMs = Date.parse(plannedAt) + answerLinkMs
    return `${this.#publicUrl}/answer?token=${this.#sealed.seal({ subscriptionId, alertId, expiresAtMs })}`
  }

  /** The content of a token; null if it is forged or expired. */
  open(token: string, nowMs: number): AnswerLink | null {
    return this.#sealed.open(token, nowMs)
  }
}
