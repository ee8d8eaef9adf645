// Webhook subscriptions and their deliveries as the suite answers them.

import type { ShownAnswer } from './shown-alert.ts'

/** Members that this console does not know are kept as they are when a filter is changed. */
export type SubscriptionFilter = Readonly<Record<string, unknown>>

/** When alerts are told; what a later suite adds is kept as it is. */
export interface NotificationPolicy {
  readonly minSeverity: string
  readonly groupWaitSeconds: number
  readonly updateMinutes: number
  readonly stories: string
  readonly endings: boolean
  readonly quietHours: QuietHours | null
  /** Paging on: told first when nobody has answered for so long; 0: at once. */
  readonly unansweredMinutes?: number
  /** What nobody has answered is told again each so long; 0: never. */
  readonly repeatMinutes?: number
  /** Id of the watch that it follows; null: none. */
  readonly watch?: string | null
}

/** Local times of day, such as `22:00`. */
export interface QuietHours {
  readonly from: string
  readonly to: string
  /** IANA name. */
  readonly timeZone: string
}

export interface Subscription {
  readonly id: string
  /** Counts changes of its settings and its secret. Earlier suites do not tell it. */
  readonly version?: number
  /** Left out: `webhook`. */
  readonly kind?: string
  /** Of another kind than `webhook` the host alone. */
  readonly url: string
  readonly chat?: string
  readonly to?: readonly string[]
  readonly sender?: string
  readonly filter: SubscriptionFilter
  /** Null or left out: events of all types. */
  readonly types?: readonly string[] | null
  readonly order: string
  /** Null or left out: each event is told at once. */
  readonly policy?: NotificationPolicy | null
  readonly contact: string | null
  readonly heartbeatSeconds?: number | null
  /** What is told besides alerts: `silences`, `watches`, and what later suites add. */
  readonly notices?: readonly string[]
  /** Whether it is sent the weekly digest. */
  readonly digest?: boolean
  readonly handling: string
  readonly theatres: readonly string[] | '*'
  /**
   * `active`, `parked`, `ended`, `suspended`, `unconfirmed`, `disabled`, and what later suites add.
   */
  readonly status: string
  /** `up`, `failing`, `down`, `parked`. */
  readonly endpoint: string
  /** While it is `unconfirmed`. Earlier suites do not tell it. */
  readonly consent?: {
    readonly asked: number
    readonly until: string
    readonly last: { readonly status: number | null; readonly reason: string } | null
  }
  readonly sequence: number
  readonly pending: number
  readonly parked: number
}

/** The answer to a change. */
export interface SubscriptionChanged extends Subscription {
  /** What stands though it would be refused if it were new. Left out: nothing. */
  readonly warnings?: readonly { readonly pointer: string; readonly detail: string }[]
}

export type SubscriptionMade = Subscription & { readonly secret: string }

interface Tally {
  readonly accepted: number
  readonly failed: number
  /** Accepted of all; null without attempts. */
  readonly share: number | null
}

/** How a subscription does, from its logged attempts. */
export interface SubscriptionHealth {
  /** Age of the oldest delivery that waits; null: none does. */
  readonly lagSeconds: number | null
  readonly acceptedAt: string | null
  readonly failure: {
    readonly at: string
    readonly reason: string
    readonly status: number | null
  } | null
  readonly hour: Tally
  readonly day: Tally
  readonly attempts: {
    readonly count: number
    readonly p50Ms: number | null
    readonly p99Ms: number | null
  }
}

export interface LastAttempt {
  readonly at: string
  readonly status: number | null
  readonly durationMs: number
  readonly excerpt: string | null
  readonly reason: string | null
}

export interface Delivery {
  readonly sequence: number
  readonly id: string
  readonly previousId: string | null
  readonly alertId: string
  readonly type: string
  readonly plannedAt: string
  readonly state: string
  readonly superseded: { readonly from: number; readonly to: number } | null
  readonly round: number
  readonly attempts: number
  readonly nextAt: string | null
  /**
   * Why the policy holds it. `until` null: until something changes. `by`: a silence, or the alert
   * that was told instead.
   */
  readonly held?: {
    readonly reason: string
    readonly until: string | null
    readonly by: string | null
  } | null
  /**
   * Why the policy held it last before it was told or skipped; null: it did not. Earlier suites do
   * not tell it.
   */
  readonly waited?: string | null
  /**
   * Why it was told when it was, or never is told; null without a policy, and of what earlier
   * suites muted.
   */
  readonly because?: string | null
  /** How its alert was told again since; null: it was not. */
  readonly repeated?: { readonly count: number; readonly at: string; readonly state: string } | null
  /** Why it is not told again, as `held`. Earlier suites do not tell it. */
  readonly repeatHeld?: {
    readonly reason: string
    readonly until: string | null
    readonly by: string | null
  } | null
  readonly last: LastAttempt | null
  /** Told of one delivery alone. */
  readonly request?: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | null
  }
}

/** One event of an alert for one subscription. */
export interface AlertDelivery {
  readonly subscriptionId: string
  readonly host: string
  readonly contact: string | null
  /** As a subscription's `status` and `endpoint`. */
  readonly subscriptionStatus: string
  readonly endpoint: string
  readonly sequence: number
  readonly id: string
  readonly type: string
  readonly plannedAt: string
  readonly state: string
  readonly acceptedAt: string | null
  readonly attempts: number
  readonly nextAt: string | null
  /** As a delivery's. */
  readonly held?: Delivery['held']
  readonly because?: string | null
  readonly reason: string | null
  readonly status: number | null
}

/** By whom a subscription is held that the reader may not manage. */
export interface SubscriberName {
  readonly subscriptionId: string
  /** Name of the key that made it; null: not known any more. */
  readonly by: string | null
  readonly contact: string | null
}

/** What one subscription knows of an alert, as officers are told. */
export interface AlertTold {
  readonly subscriptionId: string
  /** Name of the key that made it; null: not known any more. */
  readonly by: string | null
  readonly contact: string | null
  readonly type: string
  readonly state: 'accepted' | 'waiting' | 'held' | 'not-accepted' | 'not-sent'
  readonly acceptedAt: string | null
  readonly waitsSince: string | null
  /** How often it was told again while nobody answered. Earlier suites do not tell it. */
  readonly reminded?: { readonly count: number; readonly at: string; readonly state: string } | null
  /**
   * As a delivery's; `reason` null: what holds it is not for the reader to know. Earlier suites do
   * not tell it.
   */
  readonly held?: {
    readonly reason: string | null
    readonly until: string | null
    readonly by: string | null
  } | null
  /** Why it is not told again, as `held`. Earlier suites do not tell it. */
  readonly repeatHeld?: AlertTold['held']
  /** What they said last: a human there has it. Earlier suites do not tell it. */
  readonly answered?:
    | (Pick<ShownAnswer, 'at' | 'until' | 'note'> & {
        readonly response: ShownAnswer['response'] | null
      })
    | null
}

export interface TestOutcome {
  readonly accepted: boolean
  readonly durationMs: number
  readonly kind: string
  readonly status?: number
  readonly excerpt?: string
  readonly reason?: string
}
