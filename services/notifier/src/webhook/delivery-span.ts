// The span of a webhook delivery attempt, in the trace of its event.

import { isTraceparent, type TraceSpan } from '@tocsin/service/telemetry/trace-span'
import { activeTracing } from '@tocsin/service/telemetry/tracing'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { Delivery } from '../notification/delivery.ts'
import type { SignedBodies } from './signed-bodies.ts'

/** Null while traces are off, and for an event without one. */
export async function startDeliverySpan(
  bodies: Pick<SignedBodies, 'readOrigin'>,
  delivery: Delivery
): Promise<TraceSpan | null> {
  const tracing = activeTracing()
  if (tracing === null) return null
  const { traceparent: parent } = await bodies.readOrigin(delivery)
  if (!isTraceparent(parent)) return null
  const { eventId, sequence, attempts } = delivery
  const attributes = {
    'cloudevents.event_id': eventId,
    'tocsin.sequence': sequence,
    'http.request.resend_count': attempts
  }
  return tracing.start('deliver webhook', { parent, kind: 'client', attributes })
}

export function endDeliverySpan(span: TraceSpan | null, outcome: SendOutcome): void {
  if (outcome.kind === 'response') span?.end({ 'http.response.status_code': outcome.status })
  else span?.end({}, outcome.kind)
}
