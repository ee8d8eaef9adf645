// OpenAPI texts of webhook subscriptions. The routes and their schemas are in
// subscription-routes.ts.

import { wordsOf } from '@tocsin/contracts/format/setting'
import { filterBody } from '@tocsin/contracts/openapi/filter-schema'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'
import { subscriptionAsked } from '@tocsin/contracts/subscription/subscription-settings'

const headers = ['tocsin-cursor']
const changing = [...headers, 'if-match of a version']
const path = { id: 'Id of the subscription.' }
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'projection-behind']

export const subscriptionApi: ApiDocs = {
  'POST /v1/subscriptions': {
    id: 'createSubscription',
    tag: 'Subscriptions',
    summary: 'Subscribe an endpoint',
    description:
      'Sends alert events to the address from now on, signed as Standard Webhooks 1.0: only what the requesting key may see. Needs `alerts:read` or `admin` besides `subscriptions:manage`.',
    headers: [...headers, 'idempotency-key of an act'],
    body: {
      members: { ...wordsOf(subscriptionAsked), filter: filterBody },
      example: { url: 'https://hooks.example.org/tocsin', filter: { minSeverity: 'severe' } }
    },
    answers: {
      201: {
        description: 'The subscription. Its secret is shown only in this answer.',
        schema: ref('SubscriptionMade'),
        headers: [...headers, 'location', 'etag']
      }
    },
    problems: [...writing, 'too-many', 'url-refused', 'action-refused']
  },
  'GET /v1/subscriptions': {
    id: 'listSubscriptions',
    tag: 'Subscriptions',
    summary: 'List subscriptions',
    description: 'Your own; for administrators all within their theatres and handling.',
    headers,
    answers: { 200: { description: 'Subscriptions.', schema: ref('SubscriptionList') } }
  },
  'GET /v1/subscriptions/:id/why': {
    id: 'whyTold',
    tag: 'Subscriptions',
    summary: 'See why a subscription was told of an alert, or why not',
    description:
      'For who manages the subscription. An alert that the key may not see is treated as missing.',
    path,
    query: { alertId: 'Id of the alert.' },
    headers,
    answers: {
      200: {
        description: 'How its newest event stands, or why none was planned.',
        schema: ref('WhyTold')
      }
    },
    problems: ['projection-behind']
  },
  'GET /v1/subscriptions/:id': {
    id: 'getSubscription',
    tag: 'Subscriptions',
    summary: 'Read a subscription',
    path,
    headers,
    answers: {
      200: { description: 'The subscription.', schema: ref('Subscription'), headers: ['etag'] }
    },
    problems: ['projection-behind']
  },
  'GET /v1/subscriptions/:id/health': {
    id: 'getSubscriptionHealth',
    tag: 'Subscriptions',
    summary: 'See how a subscription does',
    path,
    headers,
    answers: { 200: { description: 'Lag and success.', schema: ref('SubscriptionHealth') } },
    problems: ['projection-behind']
  },
  'PATCH /v1/subscriptions/:id': {
    id: 'changeSubscription',
    tag: 'Subscriptions',
    summary: 'Change a subscription',
    description:
      'Members left out stay as they are. What is pending goes to the new address. Needs a key that may read all that is sent.',
    path,
    headers: changing,
    body: {
      members: { ...wordsOf(subscriptionAsked), filter: filterBody },
      example: { schedule: [1, 5, 30] }
    },
    answers: {
      200: {
        description: 'The subscription.',
        schema: ref('Subscription'),
        headers: [...headers, 'etag']
      }
    },
    problems: [...writing, 'url-refused', 'action-refused']
  },
  'POST /v1/subscriptions/:id/rotation': {
    id: 'rotateSubscriptionSecret',
    tag: 'Subscriptions',
    summary: 'Give a subscription a new secret',
    description:
      'Requests are signed with the new secret first, and with each earlier one until its overlap ends. Needs a key that may read all that is sent.',
    path,
    headers: [...headers, 'idempotency-key of an act'],
    body: {
      required: false,
      members: {
        overlapHours: {
          description: 'How long the earlier secret still signs; 0 ends all earlier ones at once.'
        }
      },
      example: { overlapHours: 24 }
    },
    answers: {
      200: {
        description: 'The subscription. Its new secret is shown only in this answer.',
        schema: ref('SubscriptionMade'),
        headers: [...headers, 'etag']
      }
    },
    problems: [...writing, 'action-refused']
  },
  'POST /v1/webhook-keys/rotation': {
    id: 'rotateWebhookKey',
    tag: 'Subscriptions',
    summary: "Rotate the suite's webhook key",
    description:
      'The next published key signs from now on; the one before signs beside it for 24 hours. Needs a key for all theatres, cleared for `restricted`.',
    headers,
    answers: { 200: { description: 'The published keys.', schema: ref('WebhookKeys'), headers } },
    problems: [...writing, 'action-refused']
  },
  'GET /.well-known/tocsin-keys.json': {
    id: 'readWebhookKeys',
    tag: 'Subscriptions',
    summary: 'Read the keys that sign webhooks',
    description:
      'Public ed25519 keys as a JSON Web Key Set. Every webhook has a `v1a` signature by the current one, and for 24 hours after a rotation by the one before. The next one is listed ahead.',
    answers: {
      200: {
        description: 'The keys.',
        schema: ref('WebhookKeys'),
        headers: ['cache-control of keys']
      }
    }
  },
  'DELETE /v1/subscriptions/:id': {
    id: 'deleteSubscription',
    tag: 'Subscriptions',
    summary: 'Delete a subscription',
    description: 'Pending deliveries are no longer sent.',
    path,
    headers: changing,
    answers: { 204: { description: 'The subscription is deleted.', headers } },
    problems: [...writing, 'action-refused']
  },
  'GET /v1/subscriptions/:id/deliveries': {
    id: 'listDeliveries',
    tag: 'Subscriptions',
    summary: 'List deliveries',
    path,
    query: {
      cursor: 'The `next` of the previous page.',
      limit: 'Maximum number of items per page.',
      sequence: 'One delivery alone, with its request, if the key may read alerts.'
    },
    headers,
    answers: { 200: { description: 'A page of deliveries.', schema: ref('DeliveryList') } },
    problems: ['projection-behind']
  },
  'POST /v1/subscriptions/:id/replay': {
    id: 'replayDeliveries',
    tag: 'Subscriptions',
    summary: 'Send deliveries again',
    description:
      'By exactly one of: a range of sequences, ids of events, the time of planning, or all that failed. An endpoint that is down is tried at once; a disabled subscription is answered 409.',
    path,
    headers,
    body: { example: { from: 118, to: 130 } },
    answers: {
      202: { description: 'The deliveries will be sent again, in order.', schema: ref('Replayed') }
    },
    problems: [...writing, 'action-refused']
  },
  'POST /v1/subscriptions/:id/consent': {
    id: 'vouchForSubscription',
    tag: 'Subscriptions',
    summary: 'Answer for an endpoint that cannot consent',
    description:
      'An administrator vouches for the endpoint, and the audit names them. Only in the networks of `webhooks.allow`, until the address changes.',
    path,
    headers,
    answers: {
      200: {
        description: 'The subscription.',
        schema: ref('Subscription'),
        headers: [...headers, 'etag']
      }
    },
    problems: [...writing, 'action-refused']
  },
  'POST /v1/subscriptions/:id/test': {
    id: 'testSubscription',
    tag: 'Subscriptions',
    summary: 'Send a test event now',
    description:
      'One attempt, outside the sequence, answered with its outcome. With `type` a sample of such an event, marked by `test` and `drill`. If it is accepted, what waits is tried at once. One test runs at a time.',
    path,
    headers,
    body: {
      required: false,
      members: {
        type: {
          description: 'Such as `alert.raised`. Left out: an event without an alert.'
        }
      },
      example: { type: 'alert.raised' }
    },
    answers: { 200: { description: 'The outcome of the attempt.', schema: ref('TestOutcome') } },
    problems: ['log-unavailable', 'projection-behind', 'too-many', 'action-refused']
  }
}
