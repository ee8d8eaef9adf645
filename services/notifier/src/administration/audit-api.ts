// OpenAPI texts of the audit. The route and its schema are in audit-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const auditApi: ApiDocs = {
  'GET /v1/audit': {
    id: 'listAudit',
    tag: 'Administration',
    summary: 'List who changed what',
    description:
      'Changes of theatres, sources, rules, keys and subscriptions, erasures, and sessions that were ended: those that counted, newest first, as far as the theatres and the handling of the key reach. The newest 50,000 are listed; all stand in the control log for ever (`tocsin log inspect`). What officers do with alerts and incidents stands with those.',
    query: { cursor: 'The `next` of the page before.', limit: 'Most items of a page.' },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'A page of changes.', schema: ref('AuditList') } }
  }
}
