// Signed CloudEvents about a subscription itself: tests, challenges, heartbeats, notices at its
// second address, notices of silences and rosters, and reminders of alerts. They are not part of
// the sequence.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import { readPublicEpoch } from '@tocsin/service/projection/short-epoch'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { signWebhook } from '@tocsin/webhooks/signature'
import type { SigningKey } from '@tocsin/webhooks/signing-keys'
import type { SendOutcome, WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import type { EndpointReach } from './endpoint-reach.ts'
import { buildSampleEvent } from './sample-event.ts'
import { formBody } from './signed-bodies.ts'

export const userAgent = 'tocsin-webhooks/1'
const contentType = 'application/cloudevents+json; charset=utf-8'

/** Of an alert event: a template makes another kind of JSON. */
export function readContentType({ body }: SubscriptionRecord): string {
  return body ? 'application/json; charset=utf-8' : contentType
}

export interface UnsequencedDeps {
  readonly control: Pick<ServiceDeps['control'], 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly random: Pick<Random, 'bytes'>
  readonly reach: Pick<EndpointReach, 'of'>
  readonly destinations: RequestForms
}

/** Converts a request to the form of its destination. */
export interface RequestForms {
  requestFor(subscription: SubscriptionRecord, request: WebhookRequest): WebhookRequest
}

export interface UnsequencedEvent {
  readonly name:
    | 'test'
    | 'challenge'
    | 'heartbeat'
    | 'notice'
    | 'silence'
    | 'watch'
    | 'digest'
    | 'reminder'
  readonly data: object
  /** Where its endpoint may be reached, if that is not yet settled by its consent. */
  readonly within?: Pick<WebhookRequest, 'isWithinOwnNetworks' | 'isPublicOnly'>
  /** For a repeat: the earlier id, and the time in ISO 8601. Default new ones. */
  readonly fixed?: { readonly id: string; readonly time: string }
}

/** The request, and its event's id. */
export function unsequencedRequest(
  deps: UnsequencedDeps,
  subscription: SubscriptionRecord,
  keys: readonly SigningKey[],
  { name, data, fixed, within }: UnsequencedEvent
): { readonly id: string; readonly request: WebhookRequest } {
  const { clock, random, control } = deps
  const { subscriptionId } = subscription
  const id = fixed?.id ?? `${name}_${Buffer.from(random.bytes(12)).toString('hex')}`
  const nowMs = clock.nowMs()
  const event = {
    specversion: '1.0',
    id,
    source: '/tocsin/notifier',
    type: `tocsin.webhook.${name}.v1`,
    time: fixed?.time ?? new Date(nowMs).toISOString(),
    datacontenttype: 'application/json',
    epoch: readPublicEpoch(control.state),
    data: { subscriptionId, ...data }
  }
  const body = Buffer.from(JSON.stringify(event))
  return { id, request: sign(deps, subscription, keys, { id, body, type: contentType, within }) }
}

/** A request with a sample of an alert event, outside the sequence, and the id of the event. */
export function sampleRequest(
  deps: UnsequencedDeps,
  subscription: SubscriptionRecord,
  keys: readonly SigningKey[],
  type: string
): { readonly id: string; readonly request: WebhookRequest } {
  const { clock, random, control } = deps
  const { subscriptionId, withhold } = subscription
  const id = `test_${Buffer.from(random.bytes(12)).toString('hex')}`
  const [epoch, nowMs] = [readPublicEpoch(control.state), clock.nowMs()]
  const event = buildSampleEvent({ id, type, subscriptionId, epoch, nowMs, withhold })
  const body = formBody(subscription, JSON.stringify(event))
  const asSent = { id, body, type: readContentType(subscription) }
  return { id, request: sign(deps, subscription, keys, asSent) }
}

function sign(
  { clock, reach, destinations }: UnsequencedDeps,
  subscription: SubscriptionRecord,
  keys: readonly SigningKey[],
  {
    id,
    body,
    type,
    within = reach.of(subscription)
  }: {
    readonly id: string
    readonly body: Uint8Array
    readonly type: string
    readonly within?: UnsequencedEvent['within']
  }
): WebhookRequest {
  const timestampS = Math.floor(clock.nowMs() / 1000)
  const signed = signWebhook({ id, timestampS, body }, keys)
  const headers = { 'content-type': type, 'user-agent': userAgent, ...signed }
  const { url } = subscription
  return destinations.requestFor(subscription, { url, headers, body, ...within })
}

/** True if the receiver answered 2xx. */
export function isAccepted(outcome: SendOutcome | null): boolean {
  return outcome?.kind === 'response' && outcome.status >= 200 && outcome.status < 300
}
