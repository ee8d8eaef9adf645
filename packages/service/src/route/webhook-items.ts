// The requests that subscriptions receive, as webhooks of the OpenAPI document. The AsyncAPI
// document has the same messages.

import { componentSchemas } from '@tocsin/contracts/answer/components'
import { buildContent } from '@tocsin/contracts/answer/examples'
import { webhookMessages } from '@tocsin/contracts/answer/webhook-schemas'
import { type JsonSchema, ref } from '@tocsin/contracts/format/format'
import { formatComponentName } from './headers.ts'

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
