// The OpenAPI document of some routes.

import {
  integer,
  makeFormat,
  optional,
  readAs,
  record,
  text
} from '@tocsin/contracts/format/format'
import { describe, expect, it } from 'vitest'
import { buildDocument } from '../../src/route/openapi-document.ts'

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
    const names = readAs(makeFormat({}), {
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
