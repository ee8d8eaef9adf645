// Watches as the suite answers them.

import type { SubscriberName } from './subscription.ts'

export interface Shift {
  readonly officer: string
  readonly from: string
  readonly until: string
  /** Ids of subscriptions, in the order in which alerts go on to them. */
  readonly lines: readonly string[]
  /** What was handed over; null: nothing was said. */
  readonly note: string | null
}

export interface Watch {
  readonly id: string
  readonly name: string
  /** How long an alert stays unanswered with one line before it goes on to the next. */
  readonly lineMinutes: number
  /** Counts changes. */
  readonly version: number
  /** In order of their beginnings; those that are over for a month. */
  readonly shifts: readonly Shift[]
  readonly handling: string
  /**
   * Of the subscriptions in the lines those that the reader may know; left out by earlier suites.
   */
  readonly lineNames?: readonly SubscriberName[]
  readonly onWatch: readonly Shift[]
  readonly next: Shift | null
  /** Whether a subscription that the reader may know of follows it. An older suite does not say. */
  readonly isFollowed?: boolean
  /** Subscriptions follow it, and nobody is on whom anything can reach: all of them are told. */
  readonly isUnstaffed: boolean
  /** Whether the reader may change and withdraw it; officers may hand it over all the same. */
  readonly mayChange: boolean
}
