// The AsyncAPI 3 document of a process: the stream, server-sent events and webhooks, where its
// routes serve them. Schemas are the components of the OpenAPI document. Pure: no HTTP here.
// Source: decision 0014.

import { collectComponents } from '../answer/components.ts'
import type { JsonSchema } from '../format/format.ts'
import { eventsSurface, type Surface, streamSurface, webhookSurface } from './surfaces.ts'

export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0'
  readonly channels: Readonly<
    Record<string, JsonSchema & { readonly messages: Readonly<Record<string, JsonSchema>> }>
  >
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>
  }
  readonly [member: string]: unknown
}

/** A route as registered with the server. */
interface ServedRoute {
  readonly method: string
  readonly url: string
  readonly schema?: { readonly querystring?: unknown }
}

const surfaces: readonly Surface[] = [streamSurface, eventsSurface, webhookSurface]

/** The document of these routes; a process without any of the three has no channels. */
export function buildAsyncDocument(
  routes: readonly ServedRoute[],
  version: string
): AsyncApiDocument {
  const served = surfaces.flatMap(surface => {
    const route = routes.find(({ method, url }) => `${method} ${url}` === surface.route)
    return route === undefined
      ? []
      : [{ surface, query: route.schema?.querystring as JsonSchema | undefined }]
  })
  const channels = Object.fromEntries(
    served.map(({ surface, query }) => [surface.name, describeChannel(surface, query)])
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
    servers: Object.fromEntries(served.map(({ surface }) => [surface.name, surface.server])),
    channels,
    operations: Object.assign({}, ...served.map(({ surface }) => describeOperations(surface))),
    components: { schemas: collectComponents(channels), securitySchemes }
  }
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

function describeChannel(
  { name, channel, bindings }: Surface,
  query: JsonSchema | undefined
): AsyncApiDocument['channels'][string] {
  const bound = bindings?.(query)
  return {
    ...channel,
    servers: [{ $ref: `#/servers/${name}` }],
    ...(bound === undefined ? {} : { bindings: bound })
  }
}

function describeOperations({ name, operations }: Surface): Readonly<Record<string, JsonSchema>> {
  const channel = { $ref: `#/channels/${name}` }
  const listMessages = (held: readonly string[]) =>
    held.map(each => ({ $ref: `#/channels/${name}/messages/${each}` }))
  return Object.fromEntries(
    operations.map(({ id, action, summary, messages, answers }) => {
      const reply =
        answers === undefined ? {} : { reply: { channel, messages: listMessages(answers) } }
      return [id, { action, channel, summary, messages: listMessages(messages), ...reply }]
    })
  )
}
