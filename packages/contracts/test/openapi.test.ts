// The parts that the OpenAPI document is made of: patterns that mean the same in their portable
// form, names that lead somewhere, headers once.

import { describe, expect, it } from 'vitest'
import { formatOf, integer, optional, readAs, record, text } from '../src/format/format.ts'
import { collectComponents, componentSchemas } from '../src/openapi/components.ts'
import { buildDocument } from '../src/openapi/document.ts'
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

  it('leaves out routes without words, and the shadows of GET', () => {
    const route = (method: string, url: string, operation?: typeof words) =>
      ({ method, url, access: 'open', ...(operation && { operation }) }) as const
    const routes = [
      route('GET', '/docs'),
      route('HEAD', '/livez', words),
      route('GET', '/livez', words)
    ]
    const { paths } = buildDocument(routes, '1')
    expect(Object.entries(paths).map(([path, item]) => [path, Object.keys(item)])).toEqual([
      ['/livez', ['get']]
    ])
  })

  it('has parameters as the route validates them, with words beside', () => {
    const names = readAs(formatOf({}), {
      description: 'Which.',
      type: 'array',
      items: { type: 'string' }
    })
    const schema = {
      querystring: record({
        limit: integer({ description: 'How many.', maximum: 5 }),
        names: optional(names)
      }),
      params: record({ id: text('Which.') })
    }
    const url = '/v1/a/:id'
    const routes = [{ method: 'GET', url, access: ['admin'], schema, operation: words }] as const
    const { paths } = buildDocument(routes, '1')
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
        description: 'Which.',
        style: 'form',
        explode: false,
        schema: { type: 'array', items: { type: 'string' } }
      }
    ])
  })
})
