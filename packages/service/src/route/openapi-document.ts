// The OpenAPI 3.1 document of a process, from the definitions of its routes. Pure: no HTTP here.

import { collectParts, componentSchemas, sharingIn } from '@tocsin/contracts/answer/components'
import { buildContent, exampleComponents } from '@tocsin/contracts/answer/examples'
import { toDocumented } from '@tocsin/contracts/answer/published-schemas'
import { webhookMessages } from '@tocsin/contracts/answer/webhook-schemas'
import { type Format, type JsonSchema, makeShown, ref } from '@tocsin/contracts/format/format'
import { type ProblemCode, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { type AnswerDoc, type OperationDoc, type RegisteredRoute, tags } from './definition.ts'
import {
  buildHeaders,
  findHeader,
  formatComponentName,
  headerComponents,
  limitHeaders,
  requestHeaders
} from './headers.ts'
import { shareParts } from './shared-parts.ts'

export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly [member: string]: unknown
}

export function buildDocument(
  routes: readonly RegisteredRoute[],
  version: string
): OpenApiDocument {
  const described = routes.flatMap(({ operation: doc, ...route }) =>
    doc === undefined || route.method === 'HEAD' ? [] : [{ route, doc }]
  )
  const sharing = sharingIn(...described)
  const built: Record<string, Record<string, JsonSchema>> = {}
  for (const { route, doc } of described) {
    const path = route.url.replace(/:([A-Za-z0-9_]+)/g, '{$1}')
    const operation = sharing.share(toDocumented(dropAbsent(buildOperation(route, doc))))
    built[path] = { ...built[path], [route.method.toLowerCase()]: operation }
  }
  const { paths, parts } = shareParts(built)
  const used = new Set(
    Object.values(paths).flatMap(item =>
      Object.values(item).flatMap(({ tags: held }) => held as string[])
    )
  )
  const webhooks = '/v1/subscriptions' in paths ? { webhooks: webhookItems } : {}
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
    security: [{ key: [] }, { session: [] }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    ...webhooks,
    components: {
      ...collectParts(
        { paths, webhooks },
        {
          schemas: { ...sharing.components, ...parts.schemas },
          responses: { ...parts.responses, Problem: problemResponse, ...webhookResponses },
          parameters: { ...parts.parameters, ...webhookParameters },
          examples: exampleComponents,
          headers: headerComponents
        }
      ),
      securitySchemes
    }
  }
}

const introduction = [
  'Errors are RFC 9457 problems, `application/problem+json`: rely on `status` and `code`. A 429, 503 or 507 has `Retry-After`, and the same request may be repeated safely.',
  'A write answers with `tocsin-cursor`; a read that sends it shows at least that write. Lists answer with `{"items": […], "next": …}`; `next` is the `cursor` of the next page, null after the last.',
  'Everything under `/v1` needs a key, or the cookie of a signed-in browser. Each operation lists scopes, any of which is sufficient; `admin` always is.',
  'Every answer has `x-request-id`; to a key or a session also `ratelimit-policy` and `ratelimit`. The answer `default` lists the problems of any operation, `x-tocsin-problems` those that one adds.',
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

type Described = Omit<RegisteredRoute, 'operation'>

function dropAbsent<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function buildOperation({ access, schema }: Described, doc: OperationDoc): JsonSchema {
  const isOpen = access === 'open'
  const own = doc.problems?.filter(code => !pipelineProblems.includes(code)) ?? []
  const parameters = [
    ...listMembers(schema?.params).map(buildPathParameter),
    ...listMembers(schema?.querystring).map(buildQueryParameter),
    ...(doc.headers ?? []).map(buildHeaderParameter)
  ]
  const scopes = isOpen ? [] : [...new Set([...access, 'admin'])]
  const needs = isOpen ? [] : [`Scopes: ${scopes.map(scope => `\`${scope}\``).join(', ')}.`]
  return {
    operationId: doc.id,
    tags: [doc.tag],
    summary: doc.summary,
    description: [doc.description ?? [], ...needs].flat().join('\n\n') || doc.summary,
    security: isOpen ? [] : undefined,
    'x-tocsin-problems': own.length === 0 ? undefined : own,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: doc.body && buildRequestBody(schema?.body as JsonSchema, doc.body),
    responses: buildResponses(doc)
  }
}

interface Member {
  readonly name: string
  readonly format: JsonSchema
  readonly required: boolean
}

function listMembers(schema: unknown): readonly Member[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties).map(([name, format]) => ({
    ...{ name, format, required: required.includes(name) }
  }))
}

function buildPathParameter({ name, format }: Member): JsonSchema {
  const { description, ...schema } = format
  return { name, in: 'path', required: true, description, schema }
}

function buildQueryParameter({ name, format, required }: Member): JsonSchema {
  const { description, contentMediaType, ...schema } = makeShown(format as Format)
  const head = { name, in: 'query', required: required || undefined, description }
  // Commas separate several values of a name.
  const isList = schema.type === 'array'
  const form = isList ? { style: 'form', explode: false } : {}
  return contentMediaType === undefined
    ? { ...head, ...form, schema }
    : { ...head, ...form, content: { [String(contentMediaType)]: { schema } } }
}

function buildHeaderParameter(header: string): JsonSchema {
  const { name = header, required, ...rest } = findHeader(requestHeaders, header)
  const { description, schema, example } = rest
  return { name, in: 'header', required, description, schema, example }
}

function buildRequestBody(
  schema: JsonSchema,
  { description, required = true, content, example }: NonNullable<OperationDoc['body']>
): JsonSchema {
  const json = () => ({
    'application/json': buildContent(sortByKind(asShown(schema)), example)
  })
  return { description, required, content: content ?? json() }
}

/** A JSON value with each object, and then its members, changed. */
function changeObjects<T>(value: T, change: (object: JsonSchema) => JsonSchema): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(each => changeObjects(each, change)) as T
  const members = Object.entries(change(value as JsonSchema))
  return Object.fromEntries(members.map(([key, each]) => [key, changeObjects(each, change)])) as T
}

/** The same with what documents show in the place of what code reads */
function asShown<T>(value: T): T {
  return changeObjects(value, object => makeShown(object as Format))
}

/**
 * The same with each list of allowed values of mixed types split into one list per type: few client
 * generators handle the mixed one.
 */
function sortByKind<T>(value: T): T {
  return changeObjects(value, object => {
    const { enum: values, description, ...rest } = object
    const kinds = Map.groupBy(Array.isArray(values) ? values : [], each => typeof each)
    if (kinds.size < 2) return object
    const anyOf = [...kinds].map(([kind, held]) => ({ ...rest, type: kind, enum: held }))
    return { description, anyOf }
  })
}

/** A status of 400 or more that has an answer of its own may be a problem too. */
function buildResponses({ answers }: OperationDoc): JsonSchema {
  const built = Object.entries(answers).map(([status, doc]) => {
    const answer = buildAnswer(doc)
    if (Number(status) < 400) return [status, answer]
    const content = { ...answer.content, 'application/problem+json': { schema: ref('Problem') } }
    return [status, { ...answer, description: `${answer.description} Or a problem.`, content }]
  })
  return { ...Object.fromEntries(built), default: { $ref: '#/components/responses/Problem' } }
}

function buildAnswer({
  description,
  schema,
  mediaType = 'application/json',
  alsoAs = {},
  headers = [],
  example
}: AnswerDoc) {
  const main = schema === undefined ? {} : { [mediaType]: buildContent(schema, example) }
  const content = { ...main, ...alsoAs }
  return {
    description,
    headers: headers.length === 0 ? undefined : buildHeaders(headers),
    content: Object.keys(content).length === 0 ? undefined : content
  }
}

/**
 * Problems of the request pipeline (host, access, query, path, headers, body), which any operation
 * may answer. Each operation states its own.
 */
export const pipelineProblems: readonly ProblemCode[] = [
  'header-invalid',
  'headers-too-large',
  'host-refused',
  'origin-refused',
  'internal',
  'not-authenticated',
  'forbidden',
  'too-many',
  'projection-behind',
  'identity-unavailable',
  'starting-up',
  'shutting-down',
  'body-malformed',
  'body-too-large',
  'content-type-unsupported',
  'content-encoding-unsupported',
  'request-timeout',
  'overloaded',
  'query-invalid',
  'not-found',
  'body-invalid',
  'cursor-invalid'
]

/** The answer to requests that fail, which all operations share. */
const problemResponse: JsonSchema = {
  description: [
    ...pipelineProblems.map(code => {
      const { status, title } = problems[code]
      return `\`${code}\` (${status}): ${title}.`
    }),
    'Or one that the operation lists in `x-tocsin-problems`.'
  ].join(' '),
  headers: buildHeaders(['retry-after', ...limitHeaders, 'accept-encoding', 'www-authenticate']),
  content: { 'application/problem+json': { schema: ref('Problem'), 'x-codes': pipelineProblems } }
}

const { properties: webhookHeaders } = componentSchemas.WebhookHeaders as {
  readonly properties: Readonly<Record<string, JsonSchema>>
}

/** The headers of each request that subscriptions receive, as components. */
const webhookParameters: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(webhookHeaders).map(([name, { description, ...schema }]) => [
    formatComponentName(name),
    { name, in: 'header', required: true, description, schema }
  ])
)

const webhookResponses: Readonly<Record<string, JsonSchema>> = {
  WebhookAccepted: { description: 'Accepted.' },
  WebhookEnded: { description: 'Ends the subscription.' },
  WebhookNotAccepted: { description: 'Not accepted.' }
}
const webhookAnswers = {
  '2XX': { $ref: '#/components/responses/WebhookAccepted' },
  410: { $ref: '#/components/responses/WebhookEnded' },
  default: { $ref: '#/components/responses/WebhookNotAccepted' }
}

/**
 * The requests that subscriptions receive, by name of the message. The AsyncAPI document has the
 * same messages.
 */
const webhookItems: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
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
        responses: webhookAnswers
      }
    }
  ])
)
