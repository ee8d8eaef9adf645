// The OpenAPI document and the suite that it describes: it has exactly the routes, it is valid,
// each service's process serves its own part, and its page loads nothing from elsewhere.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Validator } from '@seriousme/openapi-schema-validator'
import { sharingIn } from '@tocsin/contracts/answer/components'
import { publishedSchemas } from '@tocsin/contracts/answer/published-schemas'
import type { JsonSchema } from '@tocsin/contracts/format/format'
import { problems } from '@tocsin/contracts/problem/problem-catalogue'
import type { OpenApiDocument } from '@tocsin/service/route/openapi-document'
import { pipelineProblems } from '@tocsin/service/route/openapi-document'
import { DocumentedAnswers } from '@tocsin/testing/client/documented-answers'
import { pagePolicy } from '@tocsin/testing/client/page-policy'
import openapiTypes, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Suite, type SuiteRole, suiteRoles } from '../../src/suite/suite.ts'
import { RunningSuite } from '../support/running-suite.ts'

const consoleDir = join(import.meta.dirname, '../../../../services/console')
const running: RunningSuite[] = []

async function start(roles: readonly SuiteRole[]): Promise<Suite> {
  const started = await RunningSuite.start({ roles })
  running.push(started)
  return started.suite
}

const get = (suite: Suite, url: string, headers: Readonly<Record<string, string>> = {}) =>
  suite.host.app.inject({ method: 'GET', url, headers: { host: 'localhost', ...headers } })

interface Parameter {
  readonly in: string
  readonly name: string
}

type Content = Readonly<
  Record<
    string,
    {
      readonly schema: JsonSchema
      readonly example?: unknown
      readonly examples?: Readonly<Record<string, { readonly $ref: string }>>
    }
  >
>

interface Answer {
  readonly content?: Content
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Answer | { readonly $ref: string }>>
  readonly security?: readonly object[]
  readonly 'x-tocsin-problems'?: readonly string[]
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[]
}

let suite: Suite
let document: OpenApiDocument
const resolve = (reference: string): Parameter => {
  const { parameters } = document.components as { parameters: Readonly<Record<string, Parameter>> }
  return parameters[reference.replace('#/components/parameters/', '')] as Parameter
}
const findAnswer = (answer: Answer | { readonly $ref: string }): Answer => {
  const { responses } = document.components as { responses: Readonly<Record<string, Answer>> }
  if (!('$ref' in answer)) return answer
  return responses[answer.$ref.replace('#/components/responses/', '')] as Answer
}
const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method} ${path}`, operation as unknown as Operation] as const
    )
  )

beforeAll(async () => {
  suite = await start(suiteRoles)
  document = (await get(suite, '/openapi.json')).json() as OpenApiDocument
})

afterAll(async () => {
  for (const each of running) await each.end()
})

describe('the OpenAPI document', () => {
  it('has every route of the suite but pages and their files', () => {
    const { routes } = suite.host.routes
    const others = routes.filter(({ operation }) => operation === undefined).map(({ url }) => url)
    expect([...new Set(others)].sort()).toEqual([
      ...['/', '/assets/:file', '/asyncapi.json', '/console', '/console/', '/docs'],
      ...['/docs/start.js', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css'],
      ...['/names.json', '/openapi.json', '/report', '/sign-in/page.css']
    ])
  })

  it('is valid by the schema of OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
    expect(result).toEqual({ valid: true })
    expect(document.openapi).toBe('3.1.1')
  })

  it('is at most 90 kB as served compressed, and 330 kB as it is', async () => {
    const [zipped, plain] = await Promise.all([
      get(suite, '/openapi.json', { 'accept-encoding': 'gzip, br' }),
      get(suite, '/openapi.json')
    ])
    expect([zipped.headers['content-encoding'], plain.headers['content-encoding']]).toEqual([
      'gzip',
      undefined
    ])
    expect(zipped.rawPayload.length).toBeLessThan(90_000)
    expect(plain.rawPayload.length).toBeLessThan(330_000)
    expect(gunzipSync(zipped.rawPayload).equals(plain.rawPayload)).toBe(true)
  })

  it('has the types of what the console reads (made again by -u)', async () => {
    const { schemas: all } = document.components as { schemas: Record<string, JsonSchema> }
    const shown = await Promise.all(
      ['answers.ts', 'shown-alert.ts'].map(name =>
        readFile(`${consoleDir}/src/shown/${name}`, 'utf8')
      )
    )
    const read = new Set(
      [...shown.join().matchAll(/Schemas\['(\w+)'\]/g)].map(([, name = '']) => name)
    )
    // A set grows while it is gone through: with what these refer to.
    for (const name of read)
      for (const [, other = ''] of JSON.stringify(all[name]).matchAll(/schemas\/(\w+)"/g))
        read.add(other)
    const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => read.has(name)))
    const only = JSON.stringify({ ...document, paths: {}, webhooks: {}, components: { schemas } })
    const types = astToString(await openapiTypes(only, { immutable: true, arrayLength: true }))
    // The descriptions are in the document itself.
    const plain = types.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '')
    await expect(plain).toMatchFileSnapshot(`${consoleDir}/generated/openapi.ts`)
  })

  it('is open to everyone and answers 304 to a client that has it', async () => {
    const first = await get(suite, '/openapi.json')
    expect([first.statusCode, first.headers['content-type']]).toEqual([200, 'application/json'])
    const again = await get(suite, '/openapi.json', { 'if-none-match': String(first.headers.etag) })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  it('defines every parameter of a path', () => {
    const missing = operations().filter(([name, { parameters = [] }]) => {
      const defined = parameters
        .map(each => ('$ref' in each ? resolve(each.$ref) : each))
        .filter(each => each.in === 'path')
        .map(each => each.name)
      const stated = [...name.matchAll(/\{([^}]+)\}/g)].map(([, each]) => each as string)
      return stated.some(each => !defined.includes(each))
    })
    expect(missing.map(([name]) => name)).toEqual([])
  })

  it('gives each operation a unique id, texts and answers', () => {
    const ids = operations().map(([, { operationId }]) => operationId)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
    expect(operations().filter(([, { summary }]) => summary.length < 8)).toEqual([])
    for (const [name, { responses }] of operations()) {
      const isAnswered = Object.keys(responses).some(status => Number(status) < 400)
      expect([name, isAnswered]).toEqual([name, true])
    }
  })

  it('names every problem of the catalogue that a route can answer', () => {
    const named: ReadonlySet<string> = new Set([
      ...pipelineProblems,
      ...operations().flatMap(([, { 'x-tocsin-problems': own = [] }]) => own)
    ])
    // An unknown path or method belongs to no operation.
    const ofNoOperation = ['route-unknown', 'method-not-allowed']
    const missing = Object.keys(problems).filter(
      code => !named.has(code) && !ofNoOperation.includes(code)
    )
    expect(missing).toEqual([])
  })

  it('states no authentication for open operations alone', () => {
    const open = suite.host.routes.routes
      .filter(
        ({ access, operation, method }) =>
          access === 'open' && operation !== undefined && method !== 'HEAD'
      )
      .map(({ method, url }) => `${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`)
    const stated = operations().filter(([, { security }]) => security?.length === 0)
    expect(stated.map(([name]) => name).sort()).toEqual(open.sort())
  })

  it('has examples of the main requests, answers and webhooks, each valid by its schema', () => {
    const documented = new DocumentedAnswers(document)
    const { examples } = document.components as {
      readonly examples: Readonly<Record<string, { readonly value: unknown }>>
    }
    const shown: string[] = []
    const faults: string[] = []
    const check = (name: string, content: Content = {}) => {
      for (const { schema, example, examples: named = {} } of Object.values(content)) {
        const references = Object.values(named).map(each => each.$ref.split('/').at(-1) as string)
        const values = [example, ...references.map(each => examples[each]?.value)]
        for (const value of values.filter(each => each !== undefined)) {
          shown.push(name)
          const line = schema['x-line'] as JsonSchema | undefined
          const parts = line === undefined ? [value] : String(value).trim().split('\n')
          for (const part of parts)
            faults.push(
              ...documented
                .findSchemaFaults(
                  line ?? schema,
                  line === undefined ? part : JSON.parse(part as string)
                )
                .map(fault => `${name}: ${fault}`)
            )
        }
      }
    }
    for (const [, { operationId, requestBody, responses }] of operations()) {
      check(operationId, requestBody?.content)
      for (const answer of Object.values(responses))
        check(`${operationId} answer`, findAnswer(answer).content)
    }
    const webhooks = Object.entries(
      document.webhooks as Readonly<Record<string, { readonly post: Operation }>>
    )
    for (const [name, { post }] of webhooks) check(name, post.requestBody?.content)
    expect(faults).toEqual([])
    const main = [
      'postReport',
      'acknowledgeAlert',
      'assignAlert',
      'resolveAlert',
      'createSubscription',
      'replayDeliveries',
      'createKey',
      'putTheatre',
      'putSource',
      'putRule',
      'createSilence',
      'postReport answer',
      'listAlerts answer',
      'acknowledgeAlert answer',
      'readFeed answer',
      'createSubscription answer',
      'listDeliveries answer',
      'testSubscription answer',
      'createKey answer',
      ...webhooks.map(([name]) => name)
    ]
    expect(main.filter(name => !shown.includes(name))).toEqual([])
  })

  it('contains the schema that reports are validated with', () => {
    const { schemas } = document.components as {
      readonly schemas: Readonly<Record<string, unknown>>
    }
    expect(schemas.Report).toEqual(sharingIn().share(publishedSchemas.Report))
    expect(schemas.Report).toMatchObject({
      required: ['source', 'occurred', 'category', 'location'],
      additionalProperties: false
    })
  })

  it.each([
    ['intake', '/v1/reports', '/v1/alerts'],
    ['notifier', '/v1/alerts', '/v1/reports'],
    ['rules', '/v1/rules', '/v1/reports']
  ] as const)('of %s has only its own routes', async (role, own, other) => {
    const alone = await start([role])
    const { paths } = (await get(alone, '/openapi.json')).json() as OpenApiDocument
    expect([own in paths, other in paths, '/livez' in paths]).toEqual([true, false, true])
  })
})

describe('answers', () => {
  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    headers = {}
  ) =>
    suite.host.app.inject({
      method,
      url,
      headers: { host: 'localhost', authorization: `Bearer ${suite.secrets.ownerKey}`, ...headers },
      ...(payload === undefined ? {} : { payload })
    })
  const report = {
    source: { id: 'wire-1' },
    externalId: 'W-1',
    occurred: { from: '2025-06-01', to: '2025-06-01' },
    category: 'attack',
    location: { lat: 14, lon: -5 },
    private: { narrative: 'Seen by two.', persons: [{ name: 'A. B.' }] }
  }

  it('of writes, and of every read without an id, have exactly the documented members', async () => {
    const documented = new DocumentedAnswers(document)
    const faults: string[] = []
    const held = async (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: string,
      payload?: object,
      headers = {}
    ) => {
      const answer = await call(method, path, payload, headers)
      const contentType = answer.headers['content-type']
      const isJson = /[/+]json/.test(String(contentType))
      const body: unknown = isJson ? answer.json() : answer.body
      const given = {
        method,
        path,
        status: answer.statusCode,
        body,
        ...(contentType === undefined ? {} : { contentType: String(contentType) })
      }
      faults.push(...documented.findFaults(given))
      expect([method, path, answer.statusCode < 400]).toEqual([method, path, true])
      return body as Readonly<Record<string, string>>
    }
    const { reportId } = await held('POST', '/v1/reports', report)
    await held('POST', '/v1/reports', report)
    await held('PUT', `/v1/reports/${reportId}`, { ...report, category: 'clash' })
    await held('GET', `/v1/reports/${reportId}?wait=5`)
    await held('PUT', '/v1/sources/wire-1', { reliability: 'B' })
    await held('PUT', '/v1/theatres/replayed', { countries: ['BF'], clock: 'replay' })
    await held('POST', '/v1/theatres/replayed/ticks', { to: '2025-06-02T09:00:00Z' })
    await held('POST', '/v1/theatres/replayed/time', {
      to: '2025-06-02T09:05:00Z',
      reason: 'the player was behind'
    })
    await held('GET', '/v1/digest?theatre=world')
    await held('GET', '/v1/shift-report?since=2025-01-01')
    await held('GET', '/v1/digest.atom?theatre=world')
    await held('PUT', '/v1/rules/siege', { pattern: 'siege' }, { 'if-match': '"1"' })
    const worded = {
      pattern: 'siege',
      where: 'country == "ML"',
      groupBy: ['actor'],
      severities: ['minor'],
      headline: '{title}'
    }
    await held('PUT', '/v1/rules/sieges-by-group', {
      ...worded,
      title: 'Sieges',
      parameters: { ageDays: [10, 20] }
    })
    await held('PUT', '/v1/rules/sieges-of-one', { pattern: 'siege', theatres: ['world'] })
    await held('GET', '/v1/rules/sieges-of-one')
    await held('POST', '/v1/rules/preview', {
      rules: [{ id: 'siege' }, { id: 'front', pattern: 'front' }],
      theatres: ['world']
    })
    const key = await held('POST', '/v1/keys', { name: 'held', scopes: ['reports:read'] })
    await held('POST', `/v1/keys/${key.id}/rotation`, {})
    const reads = Object.entries(document.paths).filter(
      ([path, item]) => 'get' in item && !path.includes('{')
    )
    const needing = [
      '/answer',
      '/sign-in',
      '/sign-in/identity',
      '/sign-in/identity/answer',
      '/v1/cap-address',
      '/v1/digest',
      '/v1/shift-report',
      '/v1/digest.atom',
      '/v1/reports',
      '/v1/stream',
      '/v1/events',
      '/v1/export'
    ]
    for (const [path] of reads) if (!needing.includes(path)) await held('GET', path)
    await held('GET', '/v1/reports?source=wire-1&externalId=W-1')
    for (const format of ['csv', 'geojson', 'ndjson'])
      await held('GET', `/v1/export?kind=incidents&format=${format}`)
    await held('DELETE', `/v1/reports/${reportId}/private`)
    await held('DELETE', `/v1/reports/${reportId}`, { reason: 'A test.' })
    await held('GET', `/v1/reports/${reportId}?wait=5`)
    await held('DELETE', `/v1/keys/${key.id}`)
    expect(faults).toEqual([])
  })
})

describe('the page of the interface', () => {
  it('loads only what is served here', async () => {
    const page = await get(suite, '/docs')
    expect(page.headers['content-security-policy']).toBe(pagePolicy)
    const named = [...page.body.matchAll(/(?:src|href)="((?!data:)[^"]+)"/g)].map(
      match => match[1] as string
    )
    expect(named.filter(address => !address.startsWith('/'))).toEqual([])
    for (const address of named)
      expect([address, (await get(suite, address)).statusCode]).toEqual([address, 200])
  })
})
