// Answers about webhook subscriptions and their deliveries.

import { subscriptionSettings } from '@tocsin/domain/delivery/subscription-settings'
import { optionalNames, shownMembers } from '@tocsin/domain/format/setting'
import { alertSchemas } from './alerts.ts'
import { filterSchema } from './filter-schema.ts'
import {
  count,
  instant,
  type JsonSchema,
  orNull,
  type Properties,
  pageOf,
  record,
  ref,
  text,
  truth,
  words
} from './json-schema.ts'

const subscription = {
  id: text(),
  ...shownMembers(subscriptionSettings),
  url: text('Without its query, which may contain secrets.'),
  filter: filterSchema,
  order: words(['strict'], 'Deliveries are sent one at a time, in order of sequence.'),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  status: words(
    ['active', 'ended', 'suspended'],
    '`ended`: the receiver answered 410. `suspended`: the key that created it is no longer valid.'
  ),
  sequence: count('Sequence of the newest planned delivery; 0 before the first.'),
  pending: count(),
  parked: count('Number of deliveries that are not retried until a replay.')
}
const lacking = optionalNames(subscriptionSettings)

const alertEvent = alertSchemas.AlertEvent as { readonly properties: Properties }

/** What a receiver of webhooks gets. The AsyncAPI document names them; HTTP has no place for them. */
const sentSchemas: Readonly<Record<string, JsonSchema>> = {
  WebhookEvent: record(
    'An alert event as a webhook: if no `sequence` is missing, you have received every event.',
    {
      ...alertEvent.properties,
      id: text({ description: 'The `webhook-id` of the request.' }),
      sequence: { description: 'Counts from 1 in the subscription, without gaps.', type: 'integer', minimum: 1 },
      previousid: orNull(text({ description: 'The `id` of the event before it; null at first.' }))
    },
    ['previoushash']
  ),
  WebhookTest: record('A test of the endpoint, outside the sequence.', {
    specversion: words(['1.0']),
    id: text({ description: 'The `webhook-id` of the request.' }),
    source: text(),
    type: words(['tocsin.webhook.test.v1']),
    time: instant(),
    datacontenttype: words(['application/json']),
    data: record('Which subscription is tested.', { subscriptionId: text() })
  }),
  WebhookHeaders: record('Headers of each request, by Standard Webhooks 1.0.', {
    'webhook-id': text({ description: 'The same at every attempt.', pattern: '^[A-Za-z0-9_:/-]{1,200}$' }),
    'webhook-timestamp': text({ description: 'Unix time of this attempt, s.', pattern: '^[1-9][0-9]*$' }),
    'webhook-signature': text({
      description: '`v1`, HMAC-SHA256 over id, timestamp and body with the secret of the subscription, in base64.',
      pattern: '^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$'
    })
  })
}

export const subscriptionSchemas: Readonly<Record<string, JsonSchema>> = {
  ...sentSchemas,
  Subscription: record('An endpoint that receives alert events.', subscription, lacking),
  SubscriptionMade: record(
    'The new subscription, with its secret.',
    { ...subscription, secret: text('Signs the requests (Standard Webhooks). Shown only once.') },
    lacking
  ),
  SubscriptionList: pageOf(ref('Subscription'), 'Your subscriptions; for administrators all within their theatres and handling.'),
  DeliveryList: pageOf(ref('Delivery'), 'Deliveries, newest first: those of alerts that are visible now, and left-view events.'),
  Delivery: record('One event for one subscription.', {
    sequence: { description: 'Counts from 1 within the subscription, without gaps.', type: 'integer', minimum: 1 },
    id: text('Id of the event, and `webhook-id` of the request.'),
    previousId: orNull(text('Id of the previous delivery.')),
    alertId: text(),
    type: text(),
    plannedAt: instant(),
    state: words(['pending', 'delivered', 'parked']),
    round: count('Increases with each replay.'),
    attempts: count('Of this round.'),
    nextAt: orNull(text('Time of the next attempt; null: at once, or none is due.')),
    last: orNull(
      record('The last attempt.', {
        at: instant(),
        status: { type: ['integer', 'null'] },
        durationMs: { type: 'number' },
        excerpt: orNull(text('Beginning of the receiver’s answer, without repetitions of the query of its address.')),
        reason: orNull(text())
      })
    )
  }),
  Replayed: record('The replayed deliveries.', { replayed: count() }),
  TestOutcome: record(
    'The outcome of the attempt.',
    {
      accepted: truth('The receiver answered with a status from 200 to 299.'),
      durationMs: { type: 'number' },
      kind: words(['response', 'timeout', 'refused', 'failed', 'cancelled']),
      status: { type: 'integer' },
      retryAfter: orNull(text()),
      excerpt: text(),
      reason: text()
    },
    ['status', 'retryAfter', 'excerpt', 'reason']
  )
}
