// The OpenAPI 3.1 document of a process: its routes with the schemas that validate them, joined
// with the services' descriptions. Pure: no HTTP here. The caller supplies the routes.

import { type ProblemCode, problems } from '../problem/problem-catalogue.ts'
import { collectComponents } from './components.ts'
import { answerHeaders, type HeaderDoc, requestHeaders } from './headers.ts'
import { type JsonSchema, ref } from './json-schema.ts'
import {
  type AnswerDoc,
  type ApiDocs,
  type OperationDoc,
  type RequestBodyDoc,
  tags
} from './operation.ts'
import { listProblems } from './operation-problems.ts'
import { withPortablePatterns } from './published-schemas.ts'

/** A route as registered with the server. */
export interface DocumentedRoute {
  readonly method: string
  /** The pattern: `/v1/reports/:id`. */
  readonly url: string
  readonly access: 'open' | readonly string[]
  /** False for routes that every process has. */
  readonly isOfService: boolean
  readonly schema?: {
    readonly querystring?: unknown
    readonly params?: unknown
    readonly body?: unknown
  }
}

export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly [member: string]: unknown
}

/** Browser pages and their files: not part of the interface for clients. */
const pages =
  /^\/(?:$|assets\/|names\.json$|report$|console(?:\/|$)|sign-in\/page\.css$|docs(?:\/|$)|(?:open|async)api\.json$)/

/** True for a route that the document must name. */
export function isDocumented({ method, url }: Pick<DocumentedRoute, 'method' | 'url'>): boolean {
  return method !== 'HEAD' && !pages.test(url)
}

/**
 * Routes without a description, and descriptions without a route. Both lists are empty when all is
 * well.
 */
export function findUndocumented(routes: readonly DocumentedRoute[], docs: ApiDocs) {
  const named = routes.filter(isDocumented).map(({ method, url }) => `${method} ${url}`)
  return {
    missing: named.filter(name => !(name in docs)),
    stale: Object.keys(docs).filter(name => !named.includes(name))
  }
}

/**
 * The document of these routes. Routes without a description are left out: `undocumented` finds
 * them.
 */
export function buildDocument(
  routes: readonly DocumentedRoute[],
  docs: ApiDocs,
  version: string
): OpenApiDocument {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const route of routes.filter(isDocumented)) {
    const doc = docs[`${route.method} ${route.url}`]
    if (doc === undefined) continue
    const path = route.url.replace(/:([A-Za-z0-9_]+)/g, '{$1}')
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: withPortablePatterns(buildOperation(route, doc))
    }
  }
  const used = new Set(
    Object.values(paths).flatMap(item =>
      Object.values(item).flatMap(({ tags: held }) => held as string[])
    )
  )
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tocsin',
      version,
      summary:
        'Early warning for armed violence: reports in, alerts out, revised when the reports behind them change.',
      description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/', description: 'The process that served this document.' }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: collectComponents(paths), securitySchemes }
  }
}

const introduction = [
  'Errors are RFC 9457 problems, `application/problem+json`: rely on `status` and `code`. A 429, 503 or 507 has `Retry-After`, and the same request may be repeated safely.',
  'A write answers with `tocsin-cursor`; a read that sends it shows at least that write. Lists answer with `{"items": […], "next": …}`.',
  'Everything under `/v1` needs a key, or the cookie of a signed-in browser. Each operation lists scopes, any of which is sufficient; `admin` always is.',
  'Members may be added to answers: clients must ignore unknown ones.'
].join('\n\n')

const securitySchemes = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key, `tk_…`, the key of the owner, or a token of the configured identity provider.'
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'tocsin_session',
    description: 'The session of a browser that signed in.'
  }
}

function buildOperation(route: DocumentedRoute, doc: OperationDoc): JsonSchema {
  const isOpen = route.access === 'open'
  const parameters = [
    ...buildPathParameters(route, doc),
    ...queryParameters(route, doc),
    ...buildHeaderParameters(doc)
  ]
  const scopes = isOpen ? [] : [...new Set([...(route.access as readonly string[]), 'admin'])]
  const needs = isOpen
    ? []
    : [`Needs one of the scopes ${scopes.map(scope => `\`${scope}\``).join(', ')}.`]
  return {
    operationId: doc.id,
    tags: [doc.tag],
    summary: doc.summary,
    description:
      [...(doc.description === undefined ? [] : [doc.description]), ...needs].join('\n\n') ||
      doc.summary,
    ...(isOpen
      ? { security: [] }
      : { security: [{ key: [] }, { session: [] }], 'x-tocsin-scopes': scopes }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(doc.body === undefined ? {} : { requestBody: buildRequestBody(route, doc.body) }),
    responses: buildResponses(route, doc)
  }
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

function buildPathParameters(
  { schema }: DocumentedRoute,
  doc: OperationDoc
): readonly JsonSchema[] {
  const { properties = {} } = (schema?.params ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, held]) => ({
    name,
    in: 'path',
    required: true,
    ...(doc.path?.[name] === undefined ? {} : { description: doc.path[name] }),
    schema: held
  }))
}

function queryParameters({ schema }: DocumentedRoute, doc: OperationDoc): readonly JsonSchema[] {
  const { properties = {}, required = [] } = (schema?.querystring ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, held]) => {
    const said = doc.query?.[name]
    const own = typeof said === 'object' ? said : held
    const { description, contentMediaType, ...rest } = own
    const words = typeof said === 'string' ? said : (description as string | undefined)
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(words === undefined ? {} : { description: words }),
      // Commas separate several values of a name.
      ...(own.type === 'array' ? { style: 'form', explode: false } : {}),
      ...(contentMediaType === undefined
        ? { schema: rest }
        : { content: { [String(contentMediaType)]: { schema: rest } } })
    }
  })
}

function buildHeaderParameters({ headers = [] }: OperationDoc): readonly JsonSchema[] {
  return headers.map(name => {
    const {
      name: onWire = name,
      description,
      schema,
      required = false,
      example
    } = findHeader(requestHeaders, name)
    return {
      name: onWire,
      in: 'header',
      required,
      description,
      schema,
      ...(example === undefined ? {} : { example })
    }
  })
}

function buildRequestBody(
  { schema }: DocumentedRoute,
  { description, required = true, content, members, example }: RequestBodyDoc
): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    required,
    content: content ?? {
      'application/json': {
        schema: withMembers(schema?.body as JsonSchema, members),
        ...(example === undefined ? {} : { example })
      }
    }
  }
}

/**
 * The route's own schema with the members added that it leaves open. Others stay as they are
 * validated.
 */
function withMembers(schema: JsonSchema, members: RequestBodyDoc['members'] = {}): JsonSchema {
  const properties = { ...(schema.properties as Readonly<Record<string, JsonSchema>>) }
  for (const [name, said] of Object.entries(members))
    properties[name] = { ...said, ...properties[name] }
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, held]) => [name, sortByKind(held)])
    )
  }
}

/**
 * Splits a list of allowed values of mixed types into one list per type: few client generators
 * handle the mixed one.
 */
function sortByKind(schema: JsonSchema): JsonSchema {
  const { enum: values, description, ...rest } = schema
  if (!Array.isArray(values)) return schema
  const kinds = Map.groupBy(values as readonly unknown[], value => typeof value)
  if (kinds.size < 2) return schema
  const anyOf = [...kinds].map(([kind, held]) => ({ ...rest, type: kind, enum: held }))
  return { ...(description === undefined ? {} : { description }), anyOf }
}

function buildResponses(route: DocumentedRoute, doc: OperationDoc): JsonSchema {
  const responses: Record<string, JsonSchema> = {}
  for (const [status, answer] of Object.entries(doc.answers))
    responses[status] = buildAnswer(answer, route)
  const traits = {
    isOpen: route.access === 'open',
    isOfService: route.isOfService,
    hasQuery: route.schema?.querystring !== undefined,
    hasPath: route.schema?.params !== undefined,
    method: route.method
  }
  const codes = listProblems(traits, doc)
  for (const status of [...new Set(codes.map(code => problems[code].status))].sort(
    (a, b) => a - b
  )) {
    const held = codes.filter(code => problems[code].status === status)
    responses[status] = {
      ...buildProblemAnswer(status, held),
      ...mergeContent(responses[status], buildProblemAnswer(status, held))
    }
  }
  return responses
}

/** A status that has both an answer and problems documents both. */
function mergeContent(own: JsonSchema | undefined, problem: JsonSchema): JsonSchema {
  if (own === undefined) return {}
  const content = { ...(own.content as object), ...(problem.content as object) }
  return { description: `${own.description} Or a problem: ${problem.description}`, content }
}

/** Headers of every authenticated answer that describe its limits. */
const limitHeaders = ['ratelimit-policy', 'ratelimit']

function buildAnswer(answer: AnswerDoc, { access }: Pick<DocumentedRoute, 'access'>): JsonSchema {
  const {
    description,
    schema,
    mediaType = 'application/json',
    alsoAs = {},
    headers = [],
    example
  } = answer
  const main =
    schema === undefined
      ? {}
      : { [mediaType]: { schema, ...(example === undefined ? {} : { example }) } }
  const content = { ...main, ...alsoAs }
  return {
    description,
    headers: selectHeaders([
      'x-request-id',
      ...headers,
      ...(access === 'open' ? [] : limitHeaders)
    ]),
    ...(Object.keys(content).length === 0 ? {} : { content })
  }
}

function buildProblemAnswer(status: number, codes: readonly ProblemCode[]): JsonSchema {
  const passes = status === 429 || status === 503 || status === 507
  const limits = status === 429 ? limitHeaders : []
  const named = [
    ...(passes ? ['retry-after'] : []),
    ...limits,
    ...(status === 415 ? ['accept-encoding'] : []),
    ...(status === 401 ? ['www-authenticate'] : [])
  ]
  return {
    description: codes.map(code => `\`${code}\`: ${problems[code].title}.`).join(' '),
    headers: selectHeaders(named),
    // The codes are next to the schema: a type for each status would make generated clients large
    // without telling them more.
    content: { 'application/problem+json': { schema: ref('Problem'), 'x-codes': codes } }
  }
}

function selectHeaders(names: readonly string[]): JsonSchema {
  return Object.fromEntries(
    names.map(name => {
      const { description, schema } = findHeader(answerHeaders, name)
      return [name, { description, schema }]
    })
  )
}

function findHeader(known: Readonly<Record<string, HeaderDoc>>, name: string): HeaderDoc {
  const found = known[name]
  if (found === undefined) throw new Error(`no header ${name} is described in headers.ts`)
  return found
}
