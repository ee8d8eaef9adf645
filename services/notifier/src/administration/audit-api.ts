// OpenAPI texts of the audit. The route and its schema are in audit-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const auditApi: ApiDocs = {
  'GET /v1/audit': {
    id: 'listAudit',
    tag: 'Administration',
    summary: 'List administrative changes',
    description:
      'Changes of theatres, sources, rules, keys and subscriptions, erasures, and ended sessions, newest first, within the theatres and the handling of the key. Changes without effect are not listed. The newest 50,000 are listed; the control log keeps all of them (`tocsin log inspect`). Actions on alerts and incidents are shown with those.',
    query: { cursor: 'The `next` of the previous page.', limit: 'Maximum number of items per page.' },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'A page of changes.', schema: ref('AuditList') } }
  }
}
