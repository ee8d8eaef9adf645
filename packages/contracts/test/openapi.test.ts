// The parts that the OpenAPI document is made of: patterns that mean the same in their portable
// form, names that lead somewhere, headers once.

import { describe, expect, it } from 'vitest'
import { collectComponents, componentSchemas } from '../src/openapi/components.ts'
import { buildDocument, findUndocumented } from '../src/openapi/document.ts'
import { listProblems } from '../src/openapi/operation-problems.ts'
import { toPortablePattern } from '../src/openapi/published-schemas.ts'
import { postedReportFormat } from '../src/report/posted-report.ts'

const patternsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    match => JSON.parse(match[1] as string) as string
  )

describe('patterns of the document', () => {
  it('name no class of Unicode, so that tools of other languages read them', () => {
    expect(patternsIn(componentSchemas).filter(pattern => /\\[pP]\{/.test(pattern))).toEqual([])
  })

  it('mean what the validating ones mean, character by character', () => {
    const patterns = [...new Set(patternsIn(postedReportFormat))].filter(pattern =>
      pattern.includes('\\p{')
    )
    expect(patterns.length).toBeGreaterThan(2)
    for (const pattern of patterns) {
      const [validating, portable] = [
        new RegExp(pattern, 'u'),
        new RegExp(toPortablePattern(pattern), 'u')
      ]
      // Every character of the basic plane, and some of each plane above it.
      for (let point = 0; point <= 0x10ffff; point += point < 0x1_0000 ? 1 : 251) {
        // A body with a lone surrogate is refused before any schema.
        if (point >= 0xd800 && point <= 0xdfff) continue
        const text = `http://${String.fromCodePoint(point)}`
        if (validating.test(text) !== portable.test(text))
          expect([pattern, point.toString(16)]).toEqual([])
      }
    }
  })
})

describe('components', () => {
  it('all lead to one another', () => {
    for (const name of Object.keys(componentSchemas))
      expect(name in collectComponents({ $ref: `#/components/schemas/${name}` })).toBe(true)
  })
})

describe('a document', () => {
  const words = { id: 'x', tag: 'Alerts', summary: 'Words', answers: {} } as const

  it('leaves out pages and the shadows of GET', () => {
    const route = (method: string, url: string) =>
      ({ method, url, access: 'open', isOfService: false }) as const
    const routes = [
      route('GET', '/'),
      route('GET', '/docs'),
      route('GET', '/assets/:file'),
      route('HEAD', '/livez'),
      route('GET', '/livez')
    ]
    expect(findUndocumented(routes, {})).toEqual({ missing: ['GET /livez'], stale: [] })
    expect(findUndocumented(routes, { 'GET /livez': words, 'GET /gone': words })).toEqual({
      missing: [],
      stale: ['GET /gone']
    })
  })

  it('has parameters as the route validates them, with words beside', () => {
    const schema = {
      querystring: {
        properties: { limit: { type: 'integer', maximum: 5 }, names: {} },
        required: ['limit']
      },
      params: { properties: { id: { type: 'string' } } }
    }
    const routes = [
      { method: 'GET', url: '/v1/a/:id', access: ['admin'], isOfService: true, schema }
    ] as const
    const doc = {
      ...words,
      query: { limit: 'How many.', names: { type: 'array', items: { type: 'string' } } },
      path: { id: 'Which.' }
    }
    const { paths } = buildDocument(routes, { 'GET /v1/a/:id': doc }, '1')
    expect(paths['/v1/a/{id}']?.get?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, description: 'Which.', schema: { type: 'string' } },
      {
        name: 'limit',
        in: 'query',
        required: true,
        description: 'How many.',
        schema: { type: 'integer', maximum: 5 }
      },
      {
        name: 'names',
        in: 'query',
        style: 'form',
        explode: false,
        schema: { type: 'array', items: { type: 'string' } }
      }
    ])
  })

  it('names the problems that follow from what a route is', () => {
    const traits = {
      isOpen: true,
      isOfService: false,
      hasQuery: false,
      hasPath: false,
      method: 'GET'
    }
    const least = listProblems(traits, words)
    expect(least).toEqual([
      'header-invalid',
      'headers-too-large',
      'host-refused',
      'origin-refused',
      'internal'
    ])
    const closed = listProblems(
      { ...traits, isOpen: false, hasQuery: true, method: 'POST' },
      { ...words, headers: ['if-match'] }
    )
    expect(closed).toEqual(
      expect.arrayContaining([
        'not-authenticated',
        'forbidden',
        'query-invalid',
        'body-too-large',
        'precondition-required'
      ])
    )
  })
})
