// Records of the deliveries log: what was planned for whom, and the outcome of each attempt. Key =
// subscription; written by dispatchers only.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeEnvelope } from '@tocsin/contracts/record/envelope'
import { type Decoded, describeNewer, encodeRecord } from '@tocsin/contracts/record/records'
import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type {
  HoldReason,
  MutedReason,
  SendReason,
  SilenceNews,
  WatchNews
} from '@tocsin/contracts/subscription/notification-words'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { NewRecord } from '@tocsin/event-log/port'
import type { ParkReason, Retry, RetryReason } from './retry-policy.ts'

export interface SequenceRange {
  readonly from: number
  readonly to: number
}

/**
 * `superseded`: a newer state of the alert is sent. `expired`: the alert began and ended unheard.
 * `muted`: the policy never sends it.
 */
export type SkipReason = 'superseded' | 'expired' | 'muted'

/** Sequence, event and position of a delivery; logged before its first attempt. */
export interface PlannedData {
  readonly subscriptionId: string
  /** Counts from 1 within the subscription, without gaps. */
  readonly sequence: number
  /** `webhook-id` and id of the event sent. */
  readonly eventId: string
  readonly previousId: string | null
  readonly alertId: string
  readonly eventType: string
  readonly verdict: 'event' | 'left-view'
  /** Position of the event in the alerts log; decimal digits. */
  readonly partition: number
  readonly position: string
  /** Of the event, for its schedule and lane. Missing in plans of earlier versions. */
  readonly severity?: Severity
  /** Present if the event pages this subscriber. */
  readonly pages?: true
  /** Present if the event ends the alert for this subscriber. */
  readonly closes?: true
  /** Present if it restates, after a restore, what the subscriber was sent before. */
  readonly restated?: true
}

/**
 * The log was restored from an older copy: the sequence begins again, and earlier notifications are
 * restated. The first record of an epoch counts.
 */
export interface RestoredData {
  readonly subscriptionId: string
  readonly epoch: string
}

interface AttemptData {
  readonly subscriptionId: string
  readonly sequence: number
  /** Increases with each replay; attempts are counted per round. */
  readonly round: number
  readonly attempt: number
  /** HTTP status; null without a response. */
  readonly status: number | null
  readonly durationMs: number
  /** Beginning of the response body, if the subscriber may read it. */
  readonly excerpt: string | null
}

/**
 * What goes next, and which skipped sequences it names; logged before its first attempt, so that
 * its body never changes. A record of earlier versions also skips the pending ones in its range.
 */
export interface ChosenData {
  readonly subscriptionId: string
  /** Of earlier versions: null, no event is sent. A later delivery names the range. */
  readonly sequence: number | null
  readonly superseded: SequenceRange | null
  /** Present if it replaces an event that would have paged. */
  readonly pages?: true
  /** Why the subscription's policy sends it now; omitted without a policy. */
  readonly because?: SendReason
  /**
   * Why it last waited, null if it did not; omitted without a policy. Its body gives the reason,
   * unless an older version chose it.
   */
  readonly held?: HoldReason | null
  /** Of earlier versions: sequences in the range that expired, or that the policy never sends. */
  readonly expired?: readonly number[]
  readonly muted?: readonly number[]
  /** Why, of each of `muted` in their order. */
  readonly mutedFor?: readonly MutedReason[]
}

/** Why the subscription's policy does not notify yet. */
interface Hold<R> {
  readonly subscriptionId: string
  readonly reason: R
  /** ISO 8601; null: until something changes. */
  readonly until: string | null
  /** The silence that delays it, or the alert that was sent instead. */
  readonly by: string | null
}

/** A delivery is sent later. */
export interface HeldData extends Hold<HoldReason> {
  readonly sequence: number
}

/** A reminder that is due is sent later; without a reason it is no longer delayed, and not due. */
export interface ReminderHeldData extends Hold<HoldReason | null> {
  readonly sequence: null
  readonly alertId: string
}

/** What an attempt came to. */
export type OutcomeData = AttemptData &
  (
    | { readonly outcome: 'delivered' }
    | ({
        readonly outcome: 'failed'
        readonly nextAt: string
        /**
         * Tried only to find out whether the previous delivery is to blame. Not counted in its
         * schedule.
         */
        readonly isTrial?: boolean
        // Earlier versions left out the wait of the endpoint, and what is false.
      } & Pick<Retry, 'reason' | 'afterMs'> &
        Partial<Omit<Retry, 'kind'>>)
    | {
        readonly outcome: 'parked'
        readonly reason: ParkReason
        readonly last: RetryReason | null
        /**
         * The delivery that was accepted instead, which shows that the endpoint is not to blame.
         */
        readonly provenBy?: number
      }
    | { readonly outcome: 'ended'; readonly reason: 'gone' }
  )

/**
 * The endpoint is tried immediately: it accepted a test, it is another, or its owner has ended a
 * pause. Or somebody asked for deliveries again.
 */
export type ResumedData = { readonly subscriptionId: string } & (
  | { readonly by: 'test' | 'address' | 'owner' }
  | {
      readonly by: 'replay'
      readonly replayId: string
      readonly sequences: readonly number[]
      readonly asker: string
    }
)

/**
 * No longer sent. `lapsed`: they waited, or were parked, for the full retention time. `left-out`: a
 * narrower filter does not want them. The others are replaced by newer states or never sent, and a
 * later delivery names them.
 */
export interface DroppedData {
  readonly subscriptionId: string
  readonly sequences: readonly number[]
  readonly why: 'lapsed' | 'left-out' | SkipReason
  /** Of the muted sequences. */
  readonly reason?: MutedReason
}

/** That the endpoint of a subscription does not work, or works again: for its second address. */
interface EndpointNews {
  readonly about: 'endpoint'
  readonly id: ''
  readonly state: NoticeState
  /** Since when; ISO 8601, null if that is not known. */
  readonly since: string | null
  readonly pending: number
  readonly parked: number
  /** The id of the consent of the second address. */
  readonly channel: string
}

interface SilenceNotice {
  readonly about: 'silence'
  readonly id: string
  readonly state: SilenceNews
  /** Its time, ISO 8601. */
  readonly startsAt: string
  readonly endsAt: string
  /** How many open alerts of the subscriber match; null if the subscriber may not know. */
  readonly matches: number | null
}

interface RosterNotice {
  readonly about: 'watch'
  readonly id: string
  readonly state: WatchNews
}

interface DigestNotice {
  readonly about: 'digest'
  /** The theatre. */
  readonly id: string
  readonly state: 'ready'
  /** The Monday of the digest's week. */
  readonly week: string
}

/** Reminder of an unacknowledged alert. */
interface ReminderNotice {
  readonly about: 'alert'
  readonly id: string
  /** The delivery with the event that it carries, and where that event is in the alerts log. */
  readonly sequence: number
  readonly eventId: string
  readonly eventType: string
  readonly partition: number
  readonly position: string
  /** Of the reminders of the alert, from 1. */
  readonly count: number
  /** When the alert was accepted first; ISO 8601. */
  readonly since: string
}

/** What a subscriber is notified of outside the sequence. */
export type NoticeNews = EndpointNews | SilenceNotice | RosterNotice | DigestNotice | ReminderNotice
export type NoticeAbout = NoticeNews['about']
export type NewsAbout<A extends NoticeAbout> = Extract<NoticeNews, { readonly about: A }>

/** Logged before its first attempt, so that a crash repeats it under the same id. */
export type NoticeRaisedData = NoticeNews & {
  readonly subscriptionId: string
  /** `webhook-id` and id of the event sent. */
  readonly noticeId: string
  /** The notice about the same before it: of two that follow one the first counts. */
  readonly previousId: string | null
}

export interface NoticeAttemptedData {
  readonly subscriptionId: string
  readonly noticeId: string
  readonly attempt: number
  readonly status: number | null
  readonly durationMs: number
  readonly reason: RetryReason | null
  readonly nextAt: string | null
  /** `dropped`: its subject no longer exists; written by earlier versions. */
  readonly end: 'accepted' | 'gone' | 'given-up' | 'dropped' | null
}

/** The parts of the checkpoint contain the state right after this record. */
export interface CheckpointBegunData {
  readonly subscriptionId: string
  readonly checkpointId: string
  /** Deliveries that were done before this time are forgotten; ISO 8601. */
  readonly forgetBefore: string
}

/**
 * A part of a subscription's state: with all parts, records before the checkpoint are no longer
 * needed.
 */
export interface CheckpointPartData {
  readonly subscriptionId: string
  readonly checkpointId: string
  /** From 0. */
  readonly part: number
  readonly isLast: boolean
  /** As in delivery-rows.ts. */
  readonly rows: readonly unknown[]
}

interface Payloads {
  readonly 'delivery.planned': PlannedData
  readonly 'delivery.outcome': OutcomeData
  readonly 'delivery.chosen': ChosenData
  readonly 'delivery.held': HeldData | ReminderHeldData
  readonly 'delivery.dropped': DroppedData
  readonly 'delivery.resumed': ResumedData
  readonly 'delivery.notice-raised': NoticeRaisedData
  readonly 'delivery.notice-attempted': NoticeAttemptedData
  readonly 'delivery.restored': RestoredData
  readonly 'delivery.checkpoint': CheckpointBegunData | CheckpointPartData
}

export type DeliveryPayload = {
  [T in keyof Payloads]: { readonly type: T; readonly data: Payloads[T] }
}[keyof Payloads]

/**
 * `cause` of a plan is the subscription's previous plan: only one of two planners can continue the
 * chain.
 */
export type DeliveryRecord = DeliveryPayload & {
  readonly id: string
  readonly time: string
  readonly cause: string | null
}

/** Only this service writes them. */
const types: ReadonlySet<string> = new Set<DeliveryPayload['type']>([
  ...(['delivery.planned', 'delivery.outcome', 'delivery.chosen', 'delivery.held'] as const),
  ...(['delivery.dropped', 'delivery.resumed', 'delivery.notice-raised'] as const),
  ...(['delivery.notice-attempted', 'delivery.restored', 'delivery.checkpoint'] as const)
])

/** `mark`: what distinguishes it from all others; the same on every instance that decides the same. */
export function makeRecord(
  payload: DeliveryPayload,
  nowMs: number,
  mark = JSON.stringify(payload.data)
): DeliveryRecord {
  const id = digest(payload.type, payload.data.subscriptionId, mark)
  return { id, time: new Date(nowMs).toISOString(), cause: null, ...payload }
}

/** A record ready to append. */
export function deliveryRecord({
  id,
  time,
  cause,
  type,
  data
}: DeliveryRecord): NewRecord & { readonly value: Uint8Array } {
  const value = encodeRecord({ id, source: '/tocsin/notifier', time, cause }, {
    type,
    data
  } as DeliveryPayload)
  return { id, key: data.subscriptionId, value }
}

/** Parses a record of the deliveries log. Pure; never throws. */
export function decodeDelivery(bytes: Uint8Array): Decoded<DeliveryRecord> {
  const decoded = decodeEnvelope(bytes)
  if (decoded.kind === 'undecodable') return decoded
  const { envelope, event, major } = decoded
  if (major > 1) return describeNewer(envelope)
  const { type, data } = readEarlier(event, envelope.data as Data)
  if (!types.has(type)) return { kind: 'undecodable', reason: 'unknown-type' }
  if (typeof data.subscriptionId !== 'string')
    return { kind: 'undecodable', reason: 'data-invalid' }
  const { id, time, cause = null } = envelope
  const record = { type, data, id, time, cause } as unknown as DeliveryRecord
  return { kind: 'decoded', record, envelope }
}

type Data = Readonly<Record<string, unknown>>

/** Kinds of earlier versions, in today's form. */
const earlier: Readonly<Record<string, readonly [type: string, added: (data: Data) => object]>> = {
  'delivery.attempted': ['delivery.outcome', () => ({ outcome: 'failed' })],
  'delivery.delivered': ['delivery.outcome', () => ({ outcome: 'delivered' })],
  'delivery.parked': ['delivery.outcome', () => ({ outcome: 'parked' })],
  'delivery.ended': ['delivery.outcome', () => ({ outcome: 'ended' })],
  'delivery.lapsed': ['delivery.dropped', () => ({ why: 'lapsed' })],
  'delivery.left-out': ['delivery.dropped', () => ({ why: 'left-out' })],
  'delivery.replayed': ['delivery.resumed', ({ by }) => ({ by: 'replay', asker: by })],
  'delivery.reminder-held': ['delivery.held', () => ({ sequence: null })],
  'delivery.reminder-raised': [
    'delivery.notice-raised',
    ({ alertId }) => ({ about: 'alert', id: alertId })
  ],
  'delivery.reminder-attempted': ['delivery.notice-attempted', () => ({})],
  'delivery.bulletin-raised': ['delivery.notice-raised', () => ({})],
  'delivery.bulletin-attempted': ['delivery.notice-attempted', () => ({})],
  'delivery.bulletin-dropped': ['delivery.notice-attempted', () => ({ end: 'dropped' })],
  'delivery.notice-dropped': ['delivery.notice-attempted', () => ({ end: 'dropped' })],
  'delivery.checkpoint-begun': ['delivery.checkpoint', () => ({})]
}

function readEarlier(type: string, data: Data): { readonly type: string; readonly data: Data } {
  const known = earlier[type]
  if (known !== undefined) return { type: known[0], data: { ...data, ...known[1](data) } }
  if (type === 'delivery.notice-raised' && data.about === undefined)
    return { type, data: { ...data, about: 'endpoint', id: '' } }
  return { type, data }
}
