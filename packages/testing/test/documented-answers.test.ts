// The check that every test of the whole suite goes through: it must see what is not as documented.

import { buildDocument } from '@tocsin/contracts/openapi/document'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import { describe, expect, it } from 'vitest'
import { DocumentedAnswers } from '../src/client/documented-answers.ts'

const routes = [
  { method: 'GET', url: '/v1/things', access: ['alerts:read'], isOfService: true },
  {
    method: 'GET',
    url: '/v1/things/:id',
    access: ['alerts:read'],
    isOfService: true,
    schema: { params: { properties: { id: {} } } }
  },
  { method: 'DELETE', url: '/v1/things/:id', access: ['admin'], isOfService: true }
] as const
const said = { tag: 'Alerts', summary: 'Something' } as const
const documented = new DocumentedAnswers(
  buildDocument(
    routes,
    {
      'GET /v1/things': { ...said, id: 'listThings', answers: { 200: { description: 'All.', schema: ref('LeftView') } } },
      'GET /v1/things/:id': { ...said, id: 'getThing', answers: { 200: { description: 'One.', schema: ref('LeftView') } } },
      'DELETE /v1/things/:id': { ...said, id: 'deleteThing', answers: { 204: { description: 'Gone.' } } }
    },
    '1'
  )
)
const good = { alertId: 'a', theatre: 'world' }
const faultsOf = (status: number, body: unknown, path = '/v1/things/7?x=1', method = 'GET') =>
  documented.faultsOf({ method, path, status, body })
const problem = { type: 't', title: 't', status: 404, code: 'not-found', detail: 'd' }

describe('an answer', () => {
  it('is in order as it is documented', () => {
    expect(faultsOf(200, good)).toEqual([])
    expect(faultsOf(404, problem)).toEqual([])
    expect(faultsOf(204, '', '/v1/things/7', 'DELETE')).toEqual([])
  })

  it('is at fault with a member that nobody has written of', () => {
    expect(faultsOf(200, { ...good, extra: 1 })[0]).toContain('additional properties')
  })

  it('is at fault without a member, and with one of another kind', () => {
    expect(faultsOf(200, { alertId: 'a' })[0]).toContain("required property 'theatre'")
    expect(faultsOf(200, { ...good, theatre: 7 })[0]).toContain('must be string')
  })

  it('is at fault with a status or a problem that the operation does not name', () => {
    expect(faultsOf(202, good)).toEqual(['GET /v1/things/{id} does not name the status 202'])
    expect(faultsOf(404, { ...problem, code: 'report-withdrawn' })[0]).toContain('the problem report-withdrawn is not named')
  })

  it('is at fault with a body where none is documented', () => {
    expect(faultsOf(204, good, '/v1/things/7', 'DELETE')).toEqual(['DELETE /v1/things/{id} 204 is documented without a body'])
  })

  it('is at fault in another form than the documented one', () => {
    const answer = { method: 'GET', path: '/v1/things', status: 200, contentType: 'text/plain', body: good }
    expect(documented.faultsOf(answer)).toEqual(['GET /v1/things 200 is not documented as text/plain'])
  })

  it('is held to a named schema in parts', () => {
    expect(documented.faultsOfPart('LeftView', good)).toEqual([])
    expect(documented.faultsOfPart('LeftView', { ...good, extra: 1 })[0]).toContain('additional properties')
  })

  it('is at fault of a route that is not documented, unless there is none', () => {
    expect(faultsOf(200, good, '/v1/others')).toEqual(['GET /v1/others is not documented'])
    expect(faultsOf(404, problem, '/v1/others')).toEqual([])
  })
})
