// Records of the deliveries log: what was planned for whom, and the outcome of each attempt. Key = subscription; written by
// dispatchers only.

import { decodeEnvelope } from '@tocsin/contracts/record/envelope'
import { type Decoded, encodeRecord } from '@tocsin/contracts/record/records'
import type { ParkReason, RetryReason } from '@tocsin/domain/delivery/retry-policy'
import type { NewRecord } from '@tocsin/event-log/port'

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
  /** Beginning of the response body. */
  readonly excerpt: string | null
}

export type DeliveryPayload =
  | { readonly type: 'delivery.planned'; readonly data: PlannedData }
  | {
      readonly type: 'delivery.attempted'
      readonly data: AttemptData & { readonly reason: RetryReason; readonly afterMs: number; readonly nextAt: string }
    }
  | { readonly type: 'delivery.delivered'; readonly data: AttemptData }
  | {
      readonly type: 'delivery.parked'
      readonly data: AttemptData & { readonly reason: ParkReason; readonly last: RetryReason | null }
    }
  | { readonly type: 'delivery.ended'; readonly data: AttemptData & { readonly reason: 'gone' } }
  | {
      readonly type: 'delivery.replayed'
      readonly data: {
        readonly subscriptionId: string
        readonly replayId: string
        readonly sequences: readonly number[]
        readonly by: string
      }
    }

/** `cause` of a plan is the previous plan of its subscription: a chain that only one of two planners can continue. */
export type DeliveryRecord = DeliveryPayload & { readonly id: string; readonly time: string; readonly cause: string | null }

const types: ReadonlySet<string> = new Set<DeliveryPayload['type']>([
  'delivery.planned',
  'delivery.attempted',
  'delivery.delivered',
  'delivery.parked',
  'delivery.ended',
  'delivery.replayed'
])

/** A record ready to append. */
export function deliveryRecord({ id, time, cause, type, data }: DeliveryRecord): NewRecord & { readonly value: Uint8Array } {
  const value = encodeRecord({ id, source: '/tocsin/notifier', time, cause }, { type, data } as DeliveryPayload)
  return { id, key: data.subscriptionId, value }
}

/**
 * Parses a record of the deliveries log. Pure; never throws. Only this service writes it, so only names and numbers are checked.
 */
export function decodeDelivery(bytes: Uint8Array): Decoded<DeliveryRecord> {
  const decoded = decodeEnvelope(bytes)
  if (decoded.kind === 'undecodable') return decoded
  const { envelope, event, major } = decoded
  if (major > 1) return { kind: 'newer', type: envelope.type }
  if (!types.has(event)) return { kind: 'undecodable', reason: 'unknown-type' }
  const data = envelope.data as Readonly<Record<string, unknown>>
  const isWhole =
    typeof data.subscriptionId === 'string' &&
    (event === 'delivery.replayed' ? Array.isArray(data.sequences) : Number.isSafeInteger(data.sequence))
  if (!isWhole) return { kind: 'undecodable', reason: 'data-invalid' }
  const { id, time, cause = null } = envelope
  const record = { type: event, data, id, time, cause } as unknown as DeliveryRecord
  return { kind: 'decoded', record, envelope }
}
