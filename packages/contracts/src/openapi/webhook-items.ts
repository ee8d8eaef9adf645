// The requests that subscriptions receive, as webhooks of the OpenAPI document. The AsyncAPI
// document has the same messages.

import { componentSchemas } from './components.ts'
import { buildContent } from './examples.ts'
import { formatComponentName } from './headers.ts'
import { type JsonSchema, ref } from './json-schema.ts'

export const webhookContentType = 'application/cloudevents+json; charset=utf-8'

/** `id`: of the operation that sends it. */
export const webhookMessages = [
  {
    id: 'deliver',
    name: 'delivery',
    schema: 'WebhookEvent',
    summary: 'Sends an alert event to a partner.'
  },
  {
    id: 'test',
    name: 'test',
    schema: 'WebhookTest',
    summary: 'Sends a test, outside the sequence.'
  },
  {
    id: 'beat',
    name: 'heartbeat',
    schema: 'WebhookHeartbeat',
    summary: 'Sends a sign of life, outside the sequence.'
  },
  {
    id: 'challenge',
    name: 'challenge',
    schema: 'WebhookChallenge',
    summary:
      'Asks the endpoint for its consent, unless it has given it by the handshake of CloudEvents (OPTIONS).'
  },
  {
    id: 'notify',
    name: 'notice',
    schema: 'WebhookNotice',
    summary: 'Tells the second address how the first one does.'
  },
  {
    id: 'tellSilence',
    name: 'silence',
    schema: 'WebhookSilence',
    summary: 'Tells of a silence over alerts of the subscription.'
  },
  {
    id: 'tellWatch',
    name: 'watch',
    schema: 'WebhookWatch',
    summary: 'Tells who declared a watch whether somebody is on.'
  },
  {
    id: 'digest',
    name: 'digest',
    schema: 'WebhookDigest',
    summary: 'Tells each week which areas are well above their usual.'
  },
  {
    id: 'remind',
    name: 'reminder',
    schema: 'WebhookReminder',
    summary: 'Tells again of an alert that nobody has answered.'
  }
] as const

const { properties: headers } = componentSchemas.WebhookHeaders as {
  readonly properties: Readonly<Record<string, JsonSchema>>
}

/** The headers of each request, as components. */
export const webhookParameters: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(headers).map(([name, { description, ...schema }]) => [
    formatComponentName(name),
    { name, in: 'header', required: true, description, schema }
  ])
)

/** What a receiver answers, as components. */
export const webhookResponses: Readonly<Record<string, JsonSchema>> = {
  WebhookAccepted: { description: 'Accepted.' },
  WebhookEnded: { description: 'Ends the subscription.' },
  WebhookNotAccepted: { description: 'Not accepted.' }
}
const answers = {
  '2XX': { $ref: '#/components/responses/WebhookAccepted' },
  410: { $ref: '#/components/responses/WebhookEnded' },
  default: { $ref: '#/components/responses/WebhookNotAccepted' }
}

/** By name of the message. */
export const webhookItems: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  webhookMessages.map(({ id, name, schema, summary }) => [
    name,
    {
      post: {
        operationId: `receive${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
        tags: ['Subscriptions'],
        summary,
        description: componentSchemas[schema]?.description,
        security: [],
        parameters: Object.keys(webhookParameters).map(header => ({
          $ref: `#/components/parameters/${header}`
        })),
        requestBody: {
          required: true,
          content: { 'application/cloudevents+json': buildContent(ref(schema)) }
        },
        responses: answers
      }
    }
  ])
)
