// OpenAPI texts of webhook subscriptions. The routes and their schemas are in subscription-routes.ts.

import { filterBody } from '@tocsin/contracts/openapi/filter-schema'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'

const headers = ['tocsin-cursor']
const path = { id: 'Id of the subscription.' }
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'projection-behind']

export const subscriptionApi: ApiDocs = {
  'POST /v1/subscriptions': {
    id: 'createSubscription',
    tag: 'Subscriptions',
    summary: 'Subscribe an endpoint',
    description:
      'Alert events are sent to the address from now on, signed as Standard Webhooks 1.0. What may be sent is what the key that made the subscription may see: it needs `alerts:read` or `admin` beside `subscriptions:manage`.',
    headers,
    body: {
      members: {
        url: { description: 'An https address that resolves to public addresses. Its query is used, and never shown again.' },
        filter: filterBody,
        order: { description: '`strict`: no event before the one before it was taken.' },
        schedule: { description: 'Waits between attempts, seconds; null: the default ones.' },
        contact: { description: 'Whom to ask when it fails.' }
      },
      example: { url: 'https://hooks.example.org/tocsin', filter: { minSeverity: 'severe' } }
    },
    answers: {
      201: {
        description: 'The subscription. Its secret is in this answer alone.',
        schema: ref('SubscriptionMade'),
        headers: [...headers, 'location']
      }
    },
    problems: [...writing, 'too-many', 'url-refused']
  },
  'GET /v1/subscriptions': {
    id: 'listSubscriptions',
    tag: 'Subscriptions',
    summary: 'List subscriptions',
    description:
      'Your own; for administrators all that lie within their theatres and handling. Others are as if they were not there.',
    headers,
    answers: { 200: { description: 'Subscriptions.', schema: ref('SubscriptionList') } }
  },
  'GET /v1/subscriptions/:id': {
    id: 'getSubscription',
    tag: 'Subscriptions',
    summary: 'Read a subscription',
    path,
    headers,
    answers: { 200: { description: 'The subscription.', schema: ref('Subscription') } },
    problems: ['projection-behind']
  },
  'DELETE /v1/subscriptions/:id': {
    id: 'deleteSubscription',
    tag: 'Subscriptions',
    summary: 'End a subscription',
    description: 'What is pending is sent no more.',
    path,
    headers,
    answers: { 204: { description: 'The subscription is over.', headers } },
    problems: writing
  },
  'GET /v1/subscriptions/:id/deliveries': {
    id: 'listDeliveries',
    tag: 'Subscriptions',
    summary: 'List deliveries',
    path,
    query: { cursor: 'The `next` of the page before.', limit: 'Most items of a page.' },
    headers,
    answers: { 200: { description: 'A page of deliveries.', schema: ref('DeliveryList') } },
    problems: ['projection-behind']
  },
  'POST /v1/subscriptions/:id/replay': {
    id: 'replayDeliveries',
    tag: 'Subscriptions',
    summary: 'Send deliveries again',
    description: 'By a range of sequences, by ids of events, or all that failed: one of the three.',
    path,
    headers,
    body: { example: { from: 118, to: 130 } },
    answers: { 202: { description: 'They are sent again, in order.', schema: ref('Replayed') } },
    problems: writing
  },
  'POST /v1/subscriptions/:id/test': {
    id: 'testSubscription',
    tag: 'Subscriptions',
    summary: 'Send a test event now',
    description: 'One attempt, outside the sequence. Its outcome is the answer.',
    path,
    headers,
    answers: { 200: { description: 'What came of the attempt.', schema: ref('TestOutcome') } },
    problems: ['log-unavailable', 'projection-behind']
  }
}
