// The check behind every end-to-end test: it must detect undocumented answers.

import { collectComponents } from '@tocsin/contracts/answer/components'
import { ref } from '@tocsin/contracts/format/format'
import { describe, expect, it } from 'vitest'
import { DocumentedAnswers } from '../src/client/documented-answers.ts'

const failed = {
  content: { 'application/problem+json': { schema: ref('Problem'), 'x-codes': ['not-found'] } }
}
const shown = { content: { 'application/json': { schema: ref('LeftView') } } }
const answering = (answers: object) => ({
  responses: { ...answers, default: { $ref: '#/components/responses/Problem' } }
})
const documented = new DocumentedAnswers({
  paths: {
    '/v1/things': { get: answering({ 200: shown }) },
    '/v1/things/{id}': { get: answering({ 200: shown }), delete: answering({ 204: {} }) }
  },
  components: { schemas: collectComponents({ shown, failed }), responses: { Problem: failed } }
})
const good = { alertId: 'a', theatre: 'world' }
const faultsOf = (status: number, body: unknown, path = '/v1/things/7?x=1', method = 'GET') =>
  documented.findFaults({ method, path, status, body })
const problem = { type: 't', title: 't', status: 404, code: 'not-found', detail: 'd' }

describe('an answer', () => {
  it('passes if it is as documented', () => {
    expect(faultsOf(200, good)).toEqual([])
    expect(faultsOf(404, problem)).toEqual([])
    expect(faultsOf(204, '', '/v1/things/7', 'DELETE')).toEqual([])
  })

  it('fails with an undocumented member', () => {
    expect(faultsOf(200, { ...good, extra: 1 })[0]).toContain('additional properties')
  })

  it('fails without a required member, and with one of another type', () => {
    expect(faultsOf(200, { alertId: 'a' })[0]).toContain("required property 'theatre'")
    expect(faultsOf(200, { ...good, theatre: 7 })[0]).toContain('must be string')
  })

  it('fails with a status or a problem that the operation does not list', () => {
    expect(faultsOf(202, good)).toEqual(['GET /v1/things/{id} does not list the status 202'])
    expect(faultsOf(404, { ...problem, code: 'report-withdrawn' })[0]).toContain(
      'the problem report-withdrawn is not listed'
    )
  })

  it('fails with a body if none is documented', () => {
    expect(faultsOf(204, good, '/v1/things/7', 'DELETE')).toEqual([
      'DELETE /v1/things/{id} 204 is documented without a body'
    ])
  })

  it('fails with another media type than the documented one', () => {
    const answer = {
      method: 'GET',
      path: '/v1/things',
      status: 200,
      contentType: 'text/plain',
      body: good
    }
    expect(documented.findFaults(answer)).toEqual([
      'GET /v1/things 200 is not documented as text/plain'
    ])
  })

  it('is validated in parts by a named schema', () => {
    expect(documented.findPartFaults('LeftView', good)).toEqual([])
    expect(documented.findPartFaults('LeftView', { ...good, extra: 1 })[0]).toContain(
      'additional properties'
    )
  })

  it('fails for an undocumented route, unless the route does not exist', () => {
    expect(faultsOf(200, good, '/v1/others')).toEqual(['GET /v1/others is not documented'])
    expect(faultsOf(404, problem, '/v1/others')).toEqual([])
  })
})
