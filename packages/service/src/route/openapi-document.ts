// The OpenAPI 3.1 document of a process, from the definitions of its routes. Pure: no HTTP here.

import { collectParts, sharingIn } from '@tocsin/contracts/answer/components'
import { buildContent, exampleComponents } from '@tocsin/contracts/answer/examples'
import { toDocumented } from '@tocsin/contracts/answer/published-schemas'
import { type Format, type JsonSchema, makeShown, ref } from '@tocsin/contracts/format/format'
import { buildHeaders, findHeader, headerComponents, requestHeaders } from './headers.ts'
import { type AnswerDoc, type OperationDoc, type RequestBodyDoc, tags } from './operation.ts'
import { failedAnswers, pipelineProblems, problemResponses } from './problem-responses.ts'
import { shareParts } from './shared-parts.ts'
import { webhookItems, webhookParameters, webhookResponses } from './webhook-items.ts'

/** A route as registered with the server. */
export interface DocumentedRoute {
  readonly method: string
  /** The pattern: `/v1/reports/:id`. */
  readonly url: string
  readonly access: 'open' | readonly string[]
  /** Left out: the document does not name it, such as a page of the console. */
  readonly operation?: OperationDoc
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

/** The document of the routes that are described. */
export function buildDocument(
  routes: readonly DocumentedRoute[],
  version: string
): OpenApiDocument {
  const described = routes.flatMap(({ operation: doc, ...route }) =>
    doc === undefined || route.method === 'HEAD' ? [] : [{ route, doc }]
  )
  const sharing = sharingIn(...described)
  const built: Record<string, Record<string, JsonSchema>> = {}
  for (const { route, doc } of described) {
    const path = route.url.replace(/:([A-Za-z0-9_]+)/g, '{$1}')
    const operation = sharing.share(toDocumented(buildOperation(route, doc)))
    built[path] = { ...built[path], [route.method.toLowerCase()]: operation }
  }
  const { paths: referring, parts: parameters } = shareParts(built, 'parameters')
  const { paths: answering, parts: responses } = shareParts(referring, 'responses')
  const { paths, parts: schemas } = shareParts(answering, 'schemas')
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
          schemas: { ...sharing.components, ...schemas },
          responses: { ...responses, ...problemResponses, ...webhookResponses },
          parameters: { ...parameters, ...webhookParameters },
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

function buildOperation(route: DocumentedRoute, doc: OperationDoc): JsonSchema {
  const isOpen = route.access === 'open'
  const own = doc.problems?.filter(code => !pipelineProblems.includes(code)) ?? []
  const parameters = [
    ...buildPathParameters(route),
    ...queryParameters(route),
    ...buildHeaderParameters(doc)
  ]
  const scopes = isOpen ? [] : [...new Set([...(route.access as readonly string[]), 'admin'])]
  const needs = isOpen ? [] : [`Scopes: ${scopes.map(scope => `\`${scope}\``).join(', ')}.`]
  return {
    operationId: doc.id,
    tags: [doc.tag],
    summary: doc.summary,
    description:
      [...(doc.description === undefined ? [] : [doc.description]), ...needs].join('\n\n') ||
      doc.summary,
    ...(isOpen ? { security: [] } : {}),
    ...(own.length === 0 ? {} : { 'x-tocsin-problems': own }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(doc.body === undefined ? {} : { requestBody: buildRequestBody(route, doc.body) }),
    responses: buildResponses(doc)
  }
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

function buildPathParameters({ schema: taken }: DocumentedRoute): readonly JsonSchema[] {
  const { properties = {} } = (taken?.params ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'path',
    required: true,
    ...(description === undefined ? {} : { description }),
    schema
  }))
}

function queryParameters({ schema: taken }: DocumentedRoute): readonly JsonSchema[] {
  const { properties = {}, required = [] } = (taken?.querystring ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, held]) => {
    const { description, contentMediaType, ...schema } = makeShown(held as Format)
    return {
      name,
      in: 'query',
      ...(required.includes(name) ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      // Commas separate several values of a name.
      ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
      ...(contentMediaType === undefined
        ? { schema }
        : { content: { [String(contentMediaType)]: { schema } } })
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
      ...(required ? { required } : {}),
      description,
      schema,
      ...(example === undefined ? {} : { example })
    }
  })
}

function buildRequestBody(
  { schema }: DocumentedRoute,
  { description, required = true, content, example }: RequestBodyDoc
): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    required,
    content: content ?? {
      'application/json': buildContent(sortByKind(asShown(schema?.body as JsonSchema)), example)
    }
  }
}

/** The same with what documents show in the place of what code reads */
function asShown<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(asShown) as T
  const shown = makeShown(value as unknown as Format)
  return Object.fromEntries(
    Object.entries(shown).map(([key, member]) => [key, asShown(member)])
  ) as T
}

/**
 * The same with each list of allowed values of mixed types split into one list per type: few client
 * generators handle the mixed one.
 */
function sortByKind<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sortByKind) as T
  const { enum: values, description, ...rest } = value as JsonSchema
  const kinds = Map.groupBy(Array.isArray(values) ? values : [], each => typeof each)
  if (kinds.size < 2)
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, sortByKind(member)])
    ) as T
  const anyOf = [...kinds].map(([kind, held]) => ({ ...rest, type: kind, enum: held }))
  return { ...(description === undefined ? {} : { description }), anyOf } as T
}

function buildResponses(doc: OperationDoc): JsonSchema {
  const answers = Object.entries(doc.answers).map(([status, answer]) => [
    status,
    Number(status) < 400 ? buildAnswer(answer) : withProblem(buildAnswer(answer))
  ])
  return { ...Object.fromEntries(answers), ...failedAnswers }
}

/** A status that has an answer of its own may be a problem too. */
function withProblem(answer: JsonSchema): JsonSchema {
  const content = {
    ...(answer.content as object),
    'application/problem+json': { schema: ref('Problem') }
  }
  return { ...answer, description: `${answer.description} Or a problem.`, content }
}

function buildAnswer(answer: AnswerDoc): JsonSchema {
  const {
    description,
    schema,
    mediaType = 'application/json',
    alsoAs = {},
    headers = [],
    example
  } = answer
  const main = schema === undefined ? {} : { [mediaType]: buildContent(schema, example) }
  const content = { ...main, ...alsoAs }
  return {
    description,
    ...(headers.length === 0 ? {} : { headers: buildHeaders(headers) }),
    ...(Object.keys(content).length === 0 ? {} : { content })
  }
}
