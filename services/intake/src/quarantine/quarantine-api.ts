// What intake says of the quarantine and of erasing. The routes and their schemas are in quarantine-routes.ts and erasure-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'

const path = { id: 'Id of the entry.' }
const entry = (description: string): OperationDoc['answers'] => ({ 200: { description, schema: ref('QuarantineEntry') } })

export const quarantineApi: ApiDocs = {
  'DELETE /v1/reports/:id/private': {
    id: 'erasePrivateTexts',
    tag: 'Reports',
    summary: 'Erase the private texts of a report',
    description:
      'Narrative, links and names become unreadable everywhere, for good; alerts stay as they are. Needs `persons:read` beside `reports:write`, and a key that may report as its source. Harmless to repeat.',
    path: { id: 'The `reportId` that the post was answered with.' },
    answers: { 200: { description: 'They are unreadable.', schema: ref('PrivateErased') } },
    problems: ['log-unavailable', 'disk-full']
  },
  'GET /v1/quarantine': {
    id: 'listQuarantine',
    tag: 'Administration',
    summary: 'List what no version can read',
    description:
      'Bytes of a log that could not be read were put aside, with their position and the reason. The bytes are not listed.',
    query: {
      state: '`open`: of which nothing has become yet.',
      limit: 'Most items of a page.',
      cursor: 'The `next` of the page before.'
    },
    answers: { 200: { description: 'A page of entries, the newest first.', schema: ref('QuarantineList') } },
    problems: ['log-unavailable', 'cursor-invalid']
  },
  'GET /v1/quarantine/:id': {
    id: 'getQuarantineEntry',
    tag: 'Administration',
    summary: 'Read an entry of the quarantine',
    description: 'With its bytes for keys that may see everything: `admin` and `persons:read`, all theatres, all levels.',
    path,
    answers: entry('The entry.'),
    problems: ['log-unavailable']
  },
  'POST /v1/quarantine/:id/replay': {
    id: 'replayQuarantineEntry',
    tag: 'Administration',
    summary: 'Take a mended report in the place of an entry',
    description: 'The report is taken as any other, with the entry as its cause; then the entry is settled.',
    path,
    query: { lane: '`backfill` for old news, which pages nobody.' },
    body: { content: { 'application/json': { schema: ref('Report') } } },
    answers: {
      202: { description: 'The report stands.', schema: ref('ReportAccepted'), headers: ['tocsin-cursor'] }
    },
    problems: ['log-unavailable', 'disk-full', 'report-withdrawn', 'action-refused']
  },
  'DELETE /v1/quarantine/:id': {
    id: 'dismissQuarantineEntry',
    tag: 'Administration',
    summary: 'Dismiss an entry of the quarantine',
    description: 'Nothing is to become of it. Harmless to repeat.',
    path,
    answers: entry('The entry, settled.'),
    problems: ['log-unavailable', 'disk-full', 'action-refused']
  }
}
