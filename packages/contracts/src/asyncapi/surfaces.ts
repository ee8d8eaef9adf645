// What the AsyncAPI document states of each way on which events leave: server, channel, messages,
// operations.

import { componentSchemas } from '../answer/components.ts'
import { examples } from '../answer/examples.ts'
import { webhookContentType, webhookMessages } from '../answer/webhook-schemas.ts'
import { type JsonSchema, ref } from '../format/format.ts'
import { closeCodes, protocolCloseCodes } from './close-codes.ts'

/** One of the ways. Its server, its channel and their references have its name. */
export interface Surface {
  readonly name: string
  /** The route without which a process does not have it. */
  readonly route: string
  readonly server: JsonSchema
  readonly channel: JsonSchema & { readonly messages: Readonly<Record<string, JsonSchema>> }
  /** Bindings of the channel to its protocol. `query`: the schema that validates the query. */
  readonly bindings?: (query: JsonSchema | undefined) => JsonSchema
  readonly operations: readonly OperationOfSurface[]
}

interface OperationOfSurface {
  readonly id: string
  /** As seen from the suite. */
  readonly action: 'send' | 'receive'
  readonly summary: string
  readonly messages: readonly string[]
  readonly answers?: readonly string[]
}

const host = { default: '127.0.0.1:8080', description: 'The host that served this document.' }
const credentials = ['key', 'session', 'ticket'].map(name => ({
  $ref: `#/components/securitySchemes/${name}`
}))

function buildMessage(name: string, schema: string, further: JsonSchema = {}): JsonSchema {
  const { description } = componentSchemas[schema] ?? {}
  const payload = examples[schema]
  const headers = schema.startsWith('Webhook') ? { headers: examples.WebhookHeaders } : {}
  return {
    name,
    title: schema,
    summary: description,
    contentType: 'application/json',
    payload: ref(schema),
    ...(payload === undefined ? {} : { examples: [{ ...headers, payload }] }),
    ...further
  }
}

/** By name: `subscribed` has the schema `SubscribedFrame`. */
function buildMessages(
  names: readonly string[],
  suffix: string,
  further?: (name: string) => JsonSchema
) {
  const formatSchemaName = (name: string) =>
    `${name.slice(0, 1).toUpperCase()}${name.slice(1)}${suffix}`
  return Object.fromEntries(
    names.map(name => [name, buildMessage(name, formatSchemaName(name), further?.(name))])
  )
}

const closes = [...Object.entries(protocolCloseCodes), ...Object.entries(closeCodes)].map(
  ([code, meaning]) => ({
    code: Number(code),
    meaning,
    reconnect: Number(code) >= 4000 && Number(code) < 4500
  })
)

export const streamSurface: Surface = {
  name: 'stream',
  route: 'GET /v1/stream',
  server: {
    host: '{host}',
    protocol: 'ws',
    description:
      '`wss` where the suite is behind TLS. A client without any of these authenticates by its first message.',
    variables: { host },
    security: credentials
  },
  channel: {
    address: '/v1/stream',
    title: 'The live stream',
    description:
      'A WebSocket with the subprotocol `tocsin.v1`. Authenticate, unless the request did, then subscribe. `prev` of each frame is the cursor of the frame before it in the subscription: anything else is a gap. From 4000 to 4499: reconnect with the last cursor. Other codes: do not.',
    messages: {
      ...buildMessages(['authenticate', 'subscribe', 'unsubscribe'], 'Message'),
      ...buildMessages(
        [
          ...['authenticated', 'subscribed', 'snapshot', 'alert', 'heartbeat', 'changed'],
          ...['unsubscribed', 'notice']
        ],
        'Frame'
      )
    },
    'x-close-codes': closes
  },
  bindings: query => ({
    ws: {
      method: 'GET',
      ...(query === undefined ? {} : { query }),
      headers: {
        type: 'object',
        properties: { 'sec-websocket-protocol': { type: 'string', enum: ['tocsin.v1'] } }
      },
      bindingVersion: '0.1.0'
    }
  }),
  operations: [
    {
      id: 'authenticate',
      action: 'receive',
      summary: 'A client authenticates.',
      messages: ['authenticate'],
      answers: ['authenticated']
    },
    {
      id: 'subscribe',
      action: 'receive',
      summary: 'A client begins a subscription.',
      messages: ['subscribe'],
      answers: ['subscribed']
    },
    {
      id: 'unsubscribe',
      action: 'receive',
      summary: 'A client ends a subscription.',
      messages: ['unsubscribe'],
      answers: ['unsubscribed']
    },
    {
      id: 'sendFrames',
      action: 'send',
      summary: 'What a subscription gets, until either side ends it.',
      messages: ['snapshot', 'alert', 'heartbeat', 'changed', 'notice']
    }
  ]
}

const eventTypes = ['subscribed', 'snapshot', 'alert', 'heartbeat', 'changed', 'notice']

export const eventsSurface: Surface = {
  name: 'events',
  route: 'GET /v1/events',
  server: {
    host: '{host}',
    protocol: 'http',
    description: '`https` behind TLS.',
    variables: { host },
    security: credentials
  },
  channel: {
    address: '/v1/events',
    title: 'Server-sent events',
    description:
      'The frames of the stream, one subscription a connection. `event` and `id` of an event are headers here, `id` is the cursor, and the payload is its `data`. Filters and position are in the query: see `/openapi.json`. The codes are those in a `notice`.',
    messages: buildMessages(eventTypes, 'EventData', name => ({
      headers: {
        type: 'object',
        required: name === 'notice' ? ['event'] : ['event', 'id'],
        properties: {
          event: { type: 'string', enum: [name] },
          id: { type: 'string', description: 'The cursor.' },
          retry: {
            type: 'integer',
            minimum: 0,
            description: 'Wait so long before connecting again, ms.'
          }
        }
      }
    })),
    'x-close-codes': closes.filter(({ code }) => code >= 4000)
  },
  operations: [
    {
      id: 'sendEvents',
      action: 'send',
      summary: 'What a client gets, until either side ends it.',
      messages: eventTypes
    }
  ]
}

const ofWebhook = {
  contentType: webhookContentType,
  headers: ref('WebhookHeaders')
}

export const webhookSurface: Surface = {
  name: 'webhooks',
  route: 'POST /v1/subscriptions',
  server: {
    host: '{receiver}',
    protocol: 'https',
    description: 'The endpoint of a subscription. It verifies the signature of each request.',
    variables: {
      receiver: {
        default: 'hooks.example.org',
        description: 'The host in the `url` of the subscription.'
      }
    }
  },
  channel: {
    // Each subscription has its own.
    address: null,
    title: 'Webhooks',
    description:
      'Standard Webhooks 1.0: a POST of one CloudEvent to the `url` of the subscription. 2xx accepts, 410 ends the subscription, anything else is tried again with the same `webhook-id` and body. The next event waits for it.',
    messages: Object.fromEntries(
      webhookMessages.map(({ name, schema }) => [name, buildMessage(name, schema, ofWebhook)])
    )
  },
  operations: webhookMessages.map(({ id, name, summary }) => ({
    id,
    action: 'send',
    summary,
    messages: [name]
  }))
}
