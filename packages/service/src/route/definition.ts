// A route is defined once, next to its handler: who may call it, what it accepts, answers and
// refuses. Validation, the types of its handler and the OpenAPI document follow from that; what the
// document says beyond the schemas that validate stands in the definition too.

import {
  type Format,
  type JsonSchema,
  type Members,
  record,
  strict,
  text,
  type ValueOf,
  type ValuesOf
} from '@tocsin/contracts/format/format'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'
import type { Scope } from '@tocsin/contracts/record/control-record'
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
  RouteOptions
} from 'fastify'
/** Tags in the order in which the document shows them. */
export const tags = {
  Reports: 'Reports of sources are posted, corrected, withdrawn, and read with their outcome.',
  Alerts: 'Published alerts, actions of officers, and the incidents behind alerts.',
  Streams:
    'Alert events as they are published: stream and feed, with cursors that reveal every gap.',
  Subscriptions: 'Webhooks to partners, and the outcome of each delivery.',
  Rules: 'The patterns that are detected, and their parameters.',
  Administration: 'Theatres, sources, keys, quarantine, sign-in.',
  Operations: 'Health and metrics of a process.'
} as const
export type Tag = keyof typeof tags

export interface BodyContent {
  readonly schema: JsonSchema
  readonly example?: unknown
}

export interface RequestBodyDoc {
  readonly description?: string
  /** Default: true. */
  readonly required?: boolean
  /** By media type. Left out: JSON, by the schema that validates the route. */
  readonly content?: Readonly<Record<string, BodyContent>>
  readonly example?: unknown
}

export interface AnswerDoc {
  readonly description: string
  /** Left out: no body. */
  readonly schema?: JsonSchema
  /** Default: application/json. */
  readonly mediaType?: string
  /** Further forms of the same answer, by media type. */
  readonly alsoAs?: Readonly<Record<string, BodyContent>>
  /** By the names in headers.ts. */
  readonly headers?: readonly string[]
  readonly example?: unknown
}

export interface OperationDoc {
  /** Stable: generated clients use it as a function name. */
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  /** Plain sentences: what it does, what to know. */
  readonly description?: string | undefined
  /** Request headers that the route reads, by the names in headers.ts. */
  readonly headers?: readonly string[]
  readonly body?: RequestBodyDoc | undefined
  /** By status below 400, and those of 400 and more that are not problems. */
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** Problems beyond those of the request pipeline. */
  readonly problems?: readonly ProblemCode[] | undefined
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The entry of the route in the OpenAPI document; left out: it is not for clients. */
    operation?: OperationDoc
  }
}

/** What the routes of a family have in common. A route may override it. */
export interface Family {
  readonly tag: OperationDoc['tag']
  readonly access: 'open' | readonly Scope[]
  /**
   * Waits until the position is reached that a request brings in `tocsin-cursor`. With it all routes
   * of the family take that header.
   */
  readonly reach?: (request: FastifyRequest) => Promise<void>
}

export type RouteRequest<
  Params extends Members,
  Query extends Members,
  Body extends Format
> = FastifyRequest<{
  Params: ValuesOf<Params>
  Querystring: ValuesOf<Query>
  Body: ValueOf<Body>
}>

export interface Route<Params extends Members, Query extends Members, Body extends Format>
  extends Partial<Omit<Family, 'reach'>>,
    Omit<OperationDoc, 'tag' | 'body'> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly params?: Params
  readonly query?: Query
  /** Parameters without a name here are ignored, not refused. */
  readonly ignoresOtherQuery?: true
  /** A JSON body. With `isBodyOptional` in `config` none counts as `{}`. */
  readonly body?: Body
  readonly example?: unknown
  /** Bodies that the handler reads itself. */
  readonly reads?: RequestBodyDoc
  readonly config?: Omit<FastifyContextConfig, 'access' | 'operation'>
  readonly options?: Partial<RouteOptions>
  handle(request: RouteRequest<Params, Query, Body>, reply: FastifyReply): unknown
}

/** A route as the app has it. */
export interface RegisteredRoute {
  readonly method: string
  /** The pattern: `/v1/reports/:id`. */
  readonly url: string
  readonly access: 'open' | readonly Scope[]
  readonly schema?: NonNullable<RouteOptions['schema']>
  /** Left out: the OpenAPI document does not name it, such as a page of the console. */
  readonly operation?: OperationDoc | undefined
}

type Nothing = Readonly<Record<never, never>>

export function createRouteAdder(app: FastifyInstance, family: Family) {
  return <
    const Params extends Members = Nothing,
    const Query extends Members = Nothing,
    Body extends Format = Format
  >(
    route: Route<Params, Query, Body>
  ): void => addRoute(app, family, route)
}

function addRoute<Params extends Members, Query extends Members, Body extends Format>(
  app: FastifyInstance,
  { reach, ...family }: Family,
  route: Route<Params, Query, Body>
): void {
  const { method, path, params, query, ignoresOtherQuery, body, options, handle } = route
  const { access, config, example, reads, id, tag, summary, description, answers, problems } = {
    ...family,
    ...route
  }
  const headers = [...(reach === undefined ? [] : ['tocsin-cursor']), ...(route.headers ?? [])]
  const isRead = reads !== undefined || body !== undefined
  const operation: OperationDoc = {
    ...{ id, tag, summary, description, headers, answers, problems },
    body: isRead ? { required: config?.isBodyOptional !== true, ...reads, example } : undefined
  }
  const limits = ignoresOtherQuery === true ? record : strict
  app.route({
    ...options,
    ...{ method, url: path, config: { ...config, access, operation } },
    schema: {
      ...(params === undefined ? {} : { params: record(params) }),
      ...(query === undefined ? {} : { querystring: limits(query) }),
      ...(body === undefined ? {} : { body })
    },
    handler: (reach === undefined
      ? handle
      : async (request, reply) => {
          await reach(request)
          return handle(request, reply)
        }) as Route<Params, Query, Body>['handle'] as RouteHandlerMethod
  })
}

/** A parameter in the path that names something. */
export function idText(description: string): Format<string> {
  return text({ description, minLength: 1, maxLength: 128 })
}

/** `headers`: by their names in headers.ts. */
export function answer(
  description: string,
  schema?: JsonSchema,
  ...headers: readonly string[]
): AnswerDoc {
  return { description, ...(schema === undefined ? {} : { schema }), headers }
}

export const pageAnswer = (description: string): AnswerDoc => ({
  ...answer(description, { type: 'string' }),
  mediaType: 'text/html'
})

/** For a reader that sends the tag of its copy. */
export const unchanged = answer('The reader has it already.', undefined, 'etag of an answer')

/** Problems of every write to the log. */
export const writeProblems: readonly ProblemCode[] = ['log-unavailable', 'disk-full']
