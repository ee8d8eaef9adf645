// OpenAPI texts of the audit. The route and its schema are in audit-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const auditApi: ApiDocs = {
  'GET /v1/audit': {
    id: 'listAudit',
    tag: 'Administration',
    summary: 'List who changed what, and who did what with alerts',
    description:
      'Changes of theatres, sources, rules, keys and subscriptions, erasures, and ended sessions, newest first, within the theatres and the handling of the key: the newest 50,000. With `of=alerts` instead what officers and partners did with alerts, refused actions among them, as far as the key may read; it needs `alerts:read` as well.',
    query: {
      of: '`administration`: changes of the suite; `alerts`: acts on alerts.',
      by: 'Only by the key with this id, or by those of this name.',
      type: 'Only of this type.',
      subject: 'Only of what has this id.',
      from: 'Only from this time on: a day, or an instant with its offset.',
      to: 'Only before this time.',
      cursor: 'The `next` of the previous page.',
      limit: 'Maximum number of items per page.'
    },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'A page of changes.', schema: ref('AuditList') } }
  }
}
