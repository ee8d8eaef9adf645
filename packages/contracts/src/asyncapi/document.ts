// The AsyncAPI 3 document of a process: the stream, server-sent events and webhooks, where its
// routes serve them. Schemas are the components of the OpenAPI document. Pure: no HTTP here.
// Source: decision 0014.

import { collectComponents, componentSchemas } from '../answer/components.ts'
import { examples } from '../answer/examples.ts'
import { webhookContentType, webhookMessages } from '../answer/webhook-schemas.ts'
import { type JsonSchema, ref } from '../format/format.ts'
import { closeCodes, protocolCloseCodes } from './close-codes.ts'

interface ServedRoute {
  readonly method: string
  readonly url: string
  readonly schema?: { readonly querystring?: unknown }
}

export type AsyncApiDocument = ReturnType<typeof buildAsyncDocument>

/** The document of these routes; a process without any of the three has no channels. */
export function buildAsyncDocument(routes: readonly ServedRoute[], version: string) {
  const served = Object.entries(surfaces).flatMap(([name, surface]) => {
    const route = routes.find(({ method, url }) => `${method} ${url}` === surface.route)
    return route === undefined ? [] : [{ ...surface, name, query: route.schema?.querystring }]
  })
  const channels: Readonly<Record<string, Surface['channel']>> = Object.fromEntries(
    served.map(({ name, channel, bindings, query }) => [
      name,
      {
        ...channel,
        servers: [{ $ref: `#/servers/${name}` }],
        ...(bindings && { bindings: bindings(query) })
      }
    ])
  )
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tocsin',
      version,
      description: introduction,
      license: { name: 'Apache-2.0' }
    },
    defaultContentType: 'application/json',
    servers: Object.fromEntries(served.map(({ name, server }) => [name, server])),
    channels,
    operations: Object.fromEntries(
      served.flatMap(({ name, operations }) =>
        operations.map(({ id, ...operation }) => [id, describeOperation(name, operation)])
      )
    ),
    components: { schemas: collectComponents(channels), securitySchemes }
  } as const
}

const introduction = [
  'Alert events as they are published. All transports have the same events with the same ids and cursors, and each shows a gap.',
  'A key needs `alerts:read` for the stream and server-sent events. What it may not see leaves no trace. The HTTP interface is at `/openapi.json`.',
  'Members may be added: clients must ignore unknown ones.'
].join('\n\n')

const securitySchemes = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key, `tk_…`, the key of the owner, or a token of the configured identity provider.'
  },
  session: {
    type: 'httpApiKey',
    in: 'cookie',
    name: 'tocsin_session',
    description: 'The session of a browser that signed in.'
  },
  ticket: {
    type: 'httpApiKey',
    in: 'query',
    name: 'ticket',
    description:
      'A one-use ticket of `POST /v1/tickets`, for pages, which can send no header with a stream.'
  }
} as const

interface Operation {
  readonly id: string
  readonly summary: string
  readonly messages: readonly string[]
  /** The message that answers what Tocsin receives. */
  readonly answer?: string
}

function describeOperation(name: string, { summary, messages, answer }: Omit<Operation, 'id'>) {
  const channel = { $ref: `#/channels/${name}` }
  const refer = (each: string) => ({ $ref: `#/channels/${name}/messages/${each}` })
  return {
    action: answer === undefined ? 'send' : 'receive',
    channel,
    summary,
    messages: messages.map(refer),
    ...(answer !== undefined && { reply: { channel, messages: [refer(answer)] } })
  }
}

type Messages = Readonly<Record<string, JsonSchema>>

function buildMessage(name: string, schema: string, further: JsonSchema = {}): JsonSchema {
  const payload = examples[schema]
  const headers = schema.startsWith('Webhook') && { headers: examples.WebhookHeaders }
  return {
    name,
    title: schema,
    summary: componentSchemas[schema]?.description,
    contentType: 'application/json',
    payload: ref(schema),
    ...(payload !== undefined && { examples: [{ ...headers, payload }] }),
    ...further
  }
}

/** By name: `subscribed` has the schema `SubscribedFrame`. */
function buildMessages(
  suffix: string,
  names: readonly string[],
  further?: (name: string) => JsonSchema
): Messages {
  const messages = names.map(name => {
    const schema = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}${suffix}`
    return [name, buildMessage(name, schema, further?.(name))]
  })
  return Object.fromEntries(messages)
}

const closes = [...Object.entries(protocolCloseCodes), ...Object.entries(closeCodes)].map(
  ([name, meaning]) => {
    const code = Number(name)
    return { code, meaning, reconnect: code >= 4000 && code < 4500 }
  }
)

const buildServer = (protocol: string, description: string) => ({
  host: '{host}',
  protocol,
  description,
  variables: {
    host: { default: '127.0.0.1:8080', description: 'The host that served this document.' }
  },
  security: Object.keys(securitySchemes).map(name => ({
    $ref: `#/components/securitySchemes/${name}`
  }))
})

const sentFrames = ['snapshot', 'alert', 'heartbeat', 'changed', 'notice']

/** One way on which events leave. Its server, its channel and their references have its name. */
interface Surface {
  /** The route without which a process does not have it. */
  readonly route: string
  readonly server: JsonSchema
  readonly channel: JsonSchema & { readonly messages: Messages }
  /** Bindings of the channel to its protocol. `query`: the schema that validates the query. */
  readonly bindings?: (query: unknown) => JsonSchema
  readonly operations: readonly Operation[]
}

const surfaces: Readonly<Record<string, Surface>> = {
  stream: {
    route: 'GET /v1/stream',
    server: buildServer(
      'ws',
      '`wss` where the suite is behind TLS. A client without any of these authenticates by its first message.'
    ),
    channel: {
      address: '/v1/stream',
      title: 'The live stream',
      description:
        'A WebSocket with the subprotocol `tocsin.v1`. Authenticate, unless the request did, then subscribe. `prev` of each frame is the cursor of the frame before it in the subscription: anything else is a gap. From 4000 to 4499: reconnect with the last cursor. Other codes: do not.',
      messages: {
        ...buildMessages('Message', ['authenticate', 'subscribe', 'unsubscribe']),
        ...buildMessages('Frame', ['authenticated', 'subscribed', 'unsubscribed', ...sentFrames])
      },
      'x-close-codes': closes
    },
    bindings: query => ({
      ws: {
        method: 'GET',
        ...(query !== undefined && { query }),
        headers: {
          type: 'object',
          properties: { 'sec-websocket-protocol': { type: 'string', enum: ['tocsin.v1'] } }
        },
        bindingVersion: '0.1.0'
      }
    }),
    operations: [
      ...Object.entries({
        authenticate: ['A client authenticates.', 'authenticated'],
        subscribe: ['A client begins a subscription.', 'subscribed'],
        unsubscribe: ['A client ends a subscription.', 'unsubscribed']
      } as const).map(([id, [summary, answer]]) => ({ id, summary, messages: [id], answer })),
      {
        id: 'sendFrames',
        summary: 'What a subscription gets, until either side ends it.',
        messages: sentFrames
      }
    ]
  },
  events: {
    route: 'GET /v1/events',
    server: buildServer('http', '`https` behind TLS.'),
    channel: {
      address: '/v1/events',
      title: 'Server-sent events',
      description:
        'The frames of the stream, one subscription a connection. `event` and `id` of an event are headers here, `id` is the cursor, and the payload is its `data`. Filters and position are in the query: see `/openapi.json`. The codes are those in a `notice`.',
      messages: buildMessages('EventData', ['subscribed', ...sentFrames], name => ({
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
        summary: 'What a client gets, until either side ends it.',
        messages: ['subscribed', ...sentFrames]
      }
    ]
  },
  webhooks: {
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
        webhookMessages.map(({ name, schema }) => [
          name,
          buildMessage(name, schema, {
            contentType: webhookContentType,
            headers: ref('WebhookHeaders')
          })
        ])
      )
    },
    operations: webhookMessages.map(({ id, name, summary }) => ({ id, summary, messages: [name] }))
  }
}
