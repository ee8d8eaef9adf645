// What all parts of sending share.

import type { Digest } from '@tocsin/contracts/alert/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { ConsentWay } from '@tocsin/contracts/subscription/endpoint-words'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Registry } from 'prom-client'
import type { Projection } from '../alerts/projection.ts'
import type { SignsOfLife } from '../alerts/sign-of-life.ts'
import type { AnswerableEvent } from '../notification/delivery.ts'
import type { DeliveryFold } from '../notification/delivery-fold.ts'
import type { DeliveryLog } from '../notification/delivery-log.ts'
import type { RetentionSettings } from '../notification/delivery-retention.ts'
import type { PolicyJudge } from '../notification/policy-judge.ts'
import type { Rosters } from '../notification/rosters.ts'
import type { ActiveSilences } from '../notification/silences.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NotifierConfig } from '../wiring/config.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import type { AttemptSlots } from './attempt-slots.ts'
import type { DeliveryOwnership } from './delivery-ownership.ts'
import type { Destinations } from './destinations.ts'
import type { NetworkRules } from './network-rules.ts'
import type { RequestRate } from './request-rate.ts'
import type { SignedBodies } from './signed-bodies.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { WakeSignal } from './wake-signal.ts'

export interface DispatcherDeps extends Omit<ServiceDeps, 'metrics' | 'secrets'> {
  readonly metrics: NotifierMetrics
  /** Where the lag of the deliveries log is reported. */
  readonly registry: Registry
  readonly projection: Projection
  readonly networkRules: NetworkRules
  readonly destinations: Destinations
  readonly signing: SigningKeys
  /** The name by which endpoints consent to us: a DNS name. */
  readonly origin: string
  readonly signs: SignsOfLife
  /** Writes that the endpoint has consented. */
  readonly writeConsent: (subscription: SubscriptionRecord, given: ConsentGiven) => Promise<void>
  readonly digests: DigestSource
  /** The link by which its receiver may answer; null: none. The same whenever it is asked. */
  readonly answerUrlOf: (subscription: SubscriptionRecord, event: AnswerableEvent) => string | null
  /** Called with the subscriptions that have deliveries more, or with another state. */
  readonly onDeliveries: (subscriptionIds: ReadonlySet<string>) => void
  readonly limits: NotifierConfig['notifier']
  readonly retention: RetentionSettings
  /** Folder for the tables of the fold; default in memory. */
  readonly viewsFolder?: string | undefined
}

export interface ConsentGiven {
  readonly how: ConsentWay
  /** Requests a minute that the endpoint wants at most. */
  readonly ratePerMinute?: number
}

/** Makes the weekly digests of theatres. */
export interface DigestSource {
  /**
   * The Monday of the last week with a digest due; null while a replay waits for its first tick.
   */
  readonly findDueWeek: (theatre: string) => string | null
  /** Counts only what the subscription may be sent. */
  readonly make: (
    subscription: SubscriptionRecord,
    theatre: string,
    week: string
  ) => Promise<Digest>
}

export interface SendingDeps extends DispatcherDeps {
  readonly fold: DeliveryFold
  readonly deliveryLog: DeliveryLog
  readonly ownership: DeliveryOwnership
  readonly bodies: SignedBodies
  readonly slots: AttemptSlots
  readonly silences: ActiveSilences
  readonly rosters: Rosters
  /** The last answers of endpoints that were asked for their consent, by the asking. */
  readonly consentRefusals: WeakMap<object, ConsentRefusal>
}

/** The last answer of an endpoint that has not consented. */
export interface ConsentRefusal {
  readonly atMs: number
  /** Null: no answer came. */
  readonly status: number | null
  /** Why no answer came; empty: one did. Its text is not shown: the endpoint has not consented. */
  readonly reason: string
}

/** One address of a subscription. */
export interface Endpoint {
  /** Its address and consent are those of the endpoint that is sent to. */
  readonly subscription: SubscriptionRecord
  /** What the endpoint asked for: every request to it counts. */
  readonly rate: RequestRate
  readonly stop: AbortSignal
}

/** One that this instance serves. */
export interface Served extends Endpoint {
  readonly deliveries: SubscriptionDeliveries
  /** Its policy's judge, if it has a policy. */
  readonly judge: PolicyJudge | null
  /** There may be something to send. */
  readonly wake: WakeSignal
  /** Whether this instance may act for the subscription now; false if that can't be determined. */
  readonly isCurrent: () => Promise<boolean>
}
