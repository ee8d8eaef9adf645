// Answers about webhook subscriptions and their deliveries.

import { filterSchema } from './filter-schema.ts'
import { count, instant, type JsonSchema, oneOfWords, orNull, pageOf, record, ref, text, truth } from './json-schema.ts'

const subscription = {
  id: text(),
  url: text('Without its query, which may hold secrets.'),
  filter: filterSchema,
  order: oneOfWords(['strict'], 'Deliveries go out one after the other, in the order of their sequence.'),
  schedule: {
    description: 'Waits between attempts, seconds; null: the default ones.',
    type: ['array', 'null'],
    items: { type: 'number' }
  },
  contact: orNull(text()),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  status: oneOfWords(
    ['active', 'ended', 'suspended'],
    '`ended`: the receiver answered 410. `suspended`: the key that made it is no longer good.'
  ),
  sequence: count('Of the newest planned delivery; 0 before the first.'),
  pending: count(),
  parked: count('No longer tried by itself: a replay sends it.')
} as const

export const subscriptionSchemas: Readonly<Record<string, JsonSchema>> = {
  Subscription: record('An endpoint that alert events are sent to.', subscription),
  SubscriptionMade: record('The new subscription, with its secret.', {
    ...subscription,
    secret: text('Signs what is sent (Standard Webhooks). Shown this once.')
  }),
  SubscriptionList: pageOf(
    ref('Subscription'),
    'Your subscriptions; for administrators all that lie within their theatres and handling.'
  ),
  DeliveryList: pageOf(
    ref('Delivery'),
    'Deliveries, the newest first: those of alerts that may be seen now, and those that say that one left the view.'
  ),
  Delivery: record('One event for one subscription.', {
    sequence: { description: 'Counts from 1 within the subscription, without gaps.', type: 'integer', minimum: 1 },
    id: text('Of the event; `webhook-id` of the request.'),
    previousId: orNull(text('Of the delivery before it.')),
    alertId: text(),
    type: text(),
    plannedAt: instant(),
    state: oneOfWords(['pending', 'delivered', 'parked']),
    round: count('Rises with each replay.'),
    attempts: count('Of this round.'),
    nextAt: orNull(text('Before this time no attempt is made; null: at once, or none is due.')),
    last: orNull(
      record('The last attempt.', {
        at: instant(),
        status: { type: ['integer', 'null'] },
        durationMs: { type: 'number' },
        excerpt: orNull(text('Start of what the receiver answered, without what it repeats of the query of its address.')),
        reason: orNull(text())
      })
    )
  }),
  Replayed: record('Deliveries that are sent again.', { replayed: count() }),
  TestOutcome: record(
    'What came of the attempt.',
    {
      accepted: truth('The receiver answered with a status from 200 to 299.'),
      durationMs: { type: 'number' },
      kind: oneOfWords(['response', 'timeout', 'refused', 'failed', 'cancelled']),
      status: { type: 'integer' },
      retryAfter: orNull(text()),
      excerpt: text(),
      reason: text()
    },
    ['status', 'retryAfter', 'excerpt', 'reason']
  )
}
