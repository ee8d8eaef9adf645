// fast-check against the schemas on a running suite: valid, nearly valid and hostile bodies for
// every operation with a body. No internal errors; every answer is documented; accepted bodies
// match the schema; refusals name the fault.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import { parseReportInput } from '@tocsin/contracts/report/report-validation'
import { DocumentedAnswers, type SomeDocument } from '@tocsin/testing/client/documented-answers'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fullRun } from '../harness/test-size.ts'
import { WholeSuite } from '../harness/whole-suite.ts'
import { nearly, unreadableBody } from './hostile-bodies.ts'
import { arbitraryOf } from './schema-arbitrary.ts'

const runs = fullRun ? 2_000 : 60

interface Sent {
  readonly method: string
  readonly path: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

interface Problem {
  readonly code: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

interface StreamLine {
  readonly line: number
  readonly status: number
  readonly lines?: number
  readonly complete?: boolean
}

let suite: WholeSuite
let document: SomeDocument
let documented: DocumentedAnswers
let schemas: Readonly<Record<string, JsonSchema>>
let fitsReport: (value: unknown) => boolean
const agent = new Agent({ connections: 8 })

beforeAll(async () => {
  suite = await WholeSuite.start()
  document = (await suite.api.call('GET', '/openapi.json')).body as SomeDocument
  documented = new DocumentedAnswers(document)
  schemas = (document.components as { schemas: Readonly<Record<string, JsonSchema>> }).schemas
  const ajv = new Ajv2020({ strict: false, formats: {}, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'document' })
  fitsReport = ajv.compile({ $ref: 'document#/components/schemas/Report' })
})
afterAll(async () => {
  await agent.close()
  await suite?.end()
})

/** Sends, and checks the answer against the document. */
async function send({ method, path, body, headers = {} }: Sent) {
  const answer = await request(`${suite.url}${path}`, {
    method: method as 'POST',
    dispatcher: agent,
    headers: {
      authorization: `Bearer ${suite.key}`,
      'content-type': 'application/json',
      ...headers
    },
    body
  })
  const text = await answer.body.text()
  const contentType = String(answer.headers['content-type'] ?? '')
  const value: unknown = /[/+]json/.test(contentType) ? JSON.parse(text) : text
  const status = answer.statusCode
  const given = {
    method,
    path,
    status,
    ...(contentType === '' ? {} : { contentType }),
    body: value
  }
  expect(documented.findFaults(given)).toEqual([])
  expect(status).toBeLessThan(500)
  return { status, body: value as Problem & { readonly reportId: string } }
}

const post = (body: unknown) =>
  send({ method: 'POST', path: '/v1/reports', body: JSON.stringify(body) })

/** Existing days, in order. */
const span = fc
  .tuple(fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: 0, max: 40 }))
  .map(([from, days]) => {
    const day = (n: number) => new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10)
    return { from: day(from), to: day(from + days) }
  })

interface Rough {
  readonly location: { readonly lat?: number; readonly lon?: number }
  readonly fatalities?: object
  readonly [member: string]: unknown
}

/**
 * A report that fits its schema and is valid beyond it: its days exist, its numbers are in order,
 * its places have no area.
 */
const goodReport = () =>
  fc
    .tuple(arbitraryOf({ $ref: '#/components/schemas/Report' }, { schemas }), span)
    .map(([rough, occurred]) => {
      const {
        location,
        alsoAt: _places,
        fatalities: _deaths,
        reportedAt: _time,
        ...rest
      } = rough as Rough
      const { lat = 14, lon: asMade = -5 } = location
      // Coordinates near 0, 0 are refused, which no schema expresses.
      const lon = Math.abs(lat) < 1 && Math.abs(asMade) < 1 ? 10 : asMade
      return {
        ...rest,
        occurred,
        location: { lat, lon, radiusKm: 5 },
        fatalities: { low: 1, best: 2, high: null }
      }
    })

function expectNamedFaults({ status, body }: Awaited<ReturnType<typeof send>>): void {
  expect([400, 409, 413, 422]).toContain(status)
  if (body.code !== 'body-invalid') return
  expect(body.errors?.length).toBeGreaterThan(0)
  for (const { pointer, detail } of body.errors ?? []) {
    expect(pointer).toMatch(/^(?:\/|$)/)
    expect(detail.length).toBeGreaterThan(4)
  }
}

describe('a report', () => {
  it('that fits its schema and is consistent is accepted and can be read', async () => {
    await fc.assert(
      fc.asyncProperty(goodReport(), async report => {
        const { status, body } = await post(report)
        expect([status, body.errors]).toEqual([202, undefined])
        const read = await suite.api.call('GET', `/v1/reports/${body.reportId}`)
        expect(read.status).toBe(200)
      }),
      { numRuns: runs }
    )
  }, 600_000)

  it('that only fits its schema is accepted, or refused with the wrong field', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryOf({ $ref: '#/components/schemas/Report' }, { schemas }),
        async report => {
          expect(fitsReport(report)).toBe(true)
          const answer = await post(report)
          if (answer.status !== 202) expectNamedFaults(answer)
          else expect(parseReportInput(report).ok).toBe(true)
        }
      ),
      { numRuns: runs }
    )
  }, 600_000)

  it('that is nearly valid is accepted only if it still fits its schema, and otherwise refused with the fault', async () => {
    await fc.assert(
      fc.asyncProperty(nearly(goodReport()), async report => {
        const answer = await post(report)
        if (answer.status === 202) expect(fitsReport(report)).toBe(true)
        else expectNamedFaults(answer)
      }),
      { numRuns: runs * 3 }
    )
  }, 600_000)

  it('in a CloudEvent is treated like the report alone, with pointers into the event', async () => {
    const event = fc.record({
      specversion: fc.constantFrom('1.0', '1.0', '1.0', '0.3'),
      type: fc.constantFrom('tocsin.report.v1', 'tocsin.report.v1', 'other'),
      source: fc.constant('fuzz'),
      id: fc.string({ minLength: 1, maxLength: 40 }),
      data: fc.oneof(goodReport(), nearly(goodReport()))
    })
    await fc.assert(
      fc.asyncProperty(event, async value => {
        const headers = { 'content-type': 'application/cloudevents+json' }
        const answer = await send({
          method: 'POST',
          path: '/v1/reports',
          body: JSON.stringify(value),
          headers
        })
        if (answer.status === 202) {
          expect([value.specversion, value.type, fitsReport(value.data)]).toEqual([
            '1.0',
            'tocsin.report.v1',
            true
          ])
          return
        }
        expectNamedFaults(answer)
        const known = /^\/(?:specversion|type|source|id|datacontenttype|data(?:\/|$))/
        if (answer.body.code === 'body-invalid')
          for (const { pointer } of answer.body.errors ?? []) expect(pointer).toMatch(known)
      }),
      { numRuns: runs }
    )
  }, 600_000)

  it('in a stream is answered line by line, whatever the other lines are', async () => {
    const line = fc.oneof(
      fc
        .oneof(goodReport(), nearly(goodReport()))
        .map(report => ({ text: JSON.stringify(report), report })),
      fc
        .constantFrom('', '  ', '{', 'null', '[]', '{"a":1,"a":2}')
        .map(text => ({ text, report: null }))
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async lines => {
        const headers = { 'content-type': 'application/x-ndjson' }
        const body = lines.map(({ text }) => `${text}\n`).join('')
        const answer = await send({ method: 'POST', path: '/v1/reports', body, headers })
        expect(answer.status).toBe(200)
        const told = String(answer.body)
          .trimEnd()
          .split('\n')
          .map(text => JSON.parse(text) as StreamLine)
        const summary = told.pop()
        expect(documented.findPartFaults('StreamSummary', summary)).toEqual([])
        expect([summary?.complete, summary?.lines]).toEqual([true, lines.length])
        const held = lines.flatMap(({ text }, i) => (text.trim() === '' ? [] : [i + 1]))
        expect(told.map(each => each.line)).toEqual(held)
        for (const each of told) {
          expect(documented.findPartFaults('StreamResult', each)).toEqual([])
          if (each.status === 202) expect(fitsReport(lines[each.line - 1]?.report)).toBe(true)
          else expect(each.status).toBeLessThan(500)
        }
      }),
      { numRuns: Math.ceil(runs / 3) }
    )
  }, 600_000)

  it('that cannot be parsed is refused, with any content type', async () => {
    const types = fc.constantFrom(
      'application/json',
      'application/json; charset=utf-8',
      'text/plain',
      'application/xml',
      'nonsense',
      ''
    )
    await fc.assert(
      fc.asyncProperty(unreadableBody, types, async (body, type) => {
        const { status } = await send({
          method: 'POST',
          path: '/v1/reports',
          body,
          headers: { 'content-type': type }
        })
        expect([400, 413, 415, 422]).toContain(status)
      }),
      { numRuns: runs }
    )
  }, 600_000)
})

describe('every operation with a body', () => {
  interface Operation {
    readonly requestBody?: {
      readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
    }
    readonly parameters?: readonly {
      readonly name: string
      readonly in: string
      readonly required?: boolean
    }[]
  }

  /** Those that take JSON, with their schemas. */
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) => {
        const { requestBody } = operation as Operation
        const schema = requestBody?.content['application/json']?.schema
        return schema === undefined ? [] : [{ method: method.toUpperCase(), path, schema }]
      })
    )

  it('answers valid, nearly valid and invalid bodies as documented', async () => {
    const names = operations()
    expect(names.length).toBeGreaterThan(12)
    for (const { method, path, schema } of names) {
      const fitting = arbitraryOf(schema, { schemas })
      const target = fc
        .constantFrom('world', 'siege', 'a', 'f'.repeat(32))
        .map(id => path.replaceAll(/\{[^}]+\}/g, id))
      await fc.assert(
        fc.asyncProperty(
          target,
          fc.oneof(fitting, nearly(fitting), fc.jsonValue()),
          fc.boolean(),
          async (to, body, hasMatch) => {
            const headers: Record<string, string> = hasMatch ? { 'if-match': '"0"' } : {}
            await send({ method, path: to, body: JSON.stringify(body), headers })
          }
        ),
        { numRuns: Math.ceil(runs / 6) }
      )
    }
  }, 600_000)
})

describe('after all of it', () => {
  it('the suite is ready, and no request failed with an internal error', async () => {
    expect((await suite.api.call('GET', '/readyz')).status).toBe(200)
    const { body } = await suite.api.call('GET', '/metrics')
    expect(String(body)).not.toMatch(/^tocsin_http_problems_total\{code="internal"\} [1-9]/m)
  })
})
