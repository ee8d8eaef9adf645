// OpenAPI texts of the quarantine and of erasure. The routes are in quarantine-routes.ts and
// erasure-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'

const path = { id: 'Id of the entry.' }
const entry = (description: string): OperationDoc['answers'] => ({
  200: { description, schema: ref('QuarantineEntry') }
})

export const quarantineApi: ApiDocs = {
  'DELETE /v1/reports/:id/private': {
    id: 'erasePrivateTexts',
    tag: 'Reports',
    summary: 'Erase the private texts of a report',
    description:
      'Narrative, links and names become permanently unreadable everywhere; alerts do not change. Needs `persons:read` besides `reports:write`, and a key that may report as the source.',
    path: { id: 'The `reportId` from the answer to the post.' },
    answers: { 200: { description: 'They are unreadable.', schema: ref('PrivateErased') } },
    problems: ['log-unavailable', 'disk-full']
  },
  'GET /v1/quarantine': {
    id: 'listQuarantine',
    tag: 'Administration',
    summary: 'List records that no version can parse',
    description:
      'Parts of a log that could not be parsed, with position and reason, without the bytes.',
    query: {
      state: '`open`: neither replaced nor dismissed yet.',
      limit: 'Maximum number of items per page.',
      cursor: 'The `next` of the previous page.'
    },
    answers: {
      200: { description: 'A page of entries, newest first.', schema: ref('QuarantineList') }
    },
    problems: ['log-unavailable', 'cursor-invalid']
  },
  'GET /v1/quarantine/:id': {
    id: 'getQuarantineEntry',
    tag: 'Administration',
    summary: 'Read a quarantine entry',
    description: 'With the bytes for keys that may see everything.',
    path,
    answers: entry('The entry.'),
    problems: ['log-unavailable']
  },
  'POST /v1/quarantine/:id/replay': {
    id: 'replayQuarantineEntry',
    tag: 'Administration',
    summary: 'Replace a quarantine entry by a corrected report',
    description: 'The report is accepted like any other; then the entry is settled.',
    path,
    query: { lane: '`backfill` for historical reports, which page nobody.' },
    body: { content: { 'application/json': { schema: ref('Report') } } },
    answers: {
      202: {
        description: 'The report was accepted and is in the log.',
        schema: ref('ReportAccepted'),
        headers: ['tocsin-cursor']
      }
    },
    problems: ['log-unavailable', 'disk-full', 'report-withdrawn', 'action-refused']
  },
  'DELETE /v1/quarantine/:id': {
    id: 'dismissQuarantineEntry',
    tag: 'Administration',
    summary: 'Dismiss a quarantine entry',
    description: 'Settles the entry without a replacement. Idempotent.',
    path,
    answers: entry('The entry, settled.'),
    problems: ['log-unavailable', 'disk-full', 'action-refused']
  }
}
