// OpenAPI texts of shared views. The routes are in view-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'

const headers = ['tocsin-cursor']
const path = { id: 'Id of the view.' }
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'projection-behind']
const members = {
  name: { description: 'As officers call it.' },
  query: {
    description: "Search, filters and order, as the query of the console's address says them."
  }
}
const example = { name: 'Night desk, Mali', query: 'severity=extreme%2Csevere&country=ML' }

export const viewApi: ApiDocs = {
  'GET /v1/views': {
    id: 'listViews',
    tag: 'Alerts',
    summary: 'List shared views',
    description:
      'Views of the list of alerts that officers share: yours, and with `internal` handling those that were saved within your theatres.',
    headers: [...headers, 'if-none-match'],
    answers: {
      200: { description: 'Views.', schema: ref('ViewList'), headers: ['etag of an answer'] },
      304: { description: 'The reader has it already.', headers: ['etag of an answer'] }
    }
  },
  'POST /v1/views': {
    id: 'saveView',
    tag: 'Alerts',
    summary: 'Save a shared view',
    headers: [...headers, 'idempotency-key of an act'],
    body: { members, example },
    answers: { 201: { description: 'The view.', schema: ref('View'), headers } },
    problems: [...writing, 'too-many']
  },
  'PATCH /v1/views/:id': {
    id: 'changeView',
    tag: 'Alerts',
    summary: 'Change a shared view',
    description: 'Members left out stay as they are. By who saved it, or an administrator.',
    path,
    headers,
    body: { members, example: { name: 'Night desk' } },
    answers: { 200: { description: 'The view.', schema: ref('View'), headers } },
    problems: [...writing, 'too-many']
  },
  'DELETE /v1/views/:id': {
    id: 'deleteView',
    tag: 'Alerts',
    summary: 'Delete a shared view',
    path,
    headers,
    answers: { 204: { description: 'It is deleted.', headers } },
    problems: writing
  }
}
