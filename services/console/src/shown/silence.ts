// Silences as the suite answers them.

import type { SubscriberName } from './subscription.ts'

export interface Silence {
  readonly id: string
  /** `holding`, `waiting` until it begins, `over`. */
  readonly standing: string
  /** False: the key that made it is no longer valid, so that it holds nothing back. */
  readonly isBacked: boolean
  /** Whether it is for one subscription alone; left out by earlier suites. */
  readonly isForOne?: boolean
  /** The only subscription that it is for; null: all, or one that the reader may not know. */
  readonly subscriptionId: string | null
  /** Of that subscription, if the reader may know it; left out by earlier suites. */
  readonly subscriber?: SubscriberName | null
  readonly startsAt: string
  /** As it was made. */
  readonly endsAt: string
  /** When it was ended before its time. */
  readonly endedAt: string | null
  readonly createdAt: string
  readonly includesExtreme: boolean
  /**
   * The only alert that it is for. This and the rest is null to who may only know that it holds.
   */
  readonly alertId: string | null
  readonly filter: Readonly<Record<string, unknown>> | null
  readonly reason: string | null
  readonly by: string | null
  readonly handling: string | null
  /** Open alerts that it is for; null: not told, or it is over. */
  readonly matches: number | null
  /**
   * Deliveries that it holds back now, of subscriptions that the reader may know; null: the reader
   * may know none.
   */
  readonly holds: number | null
}
