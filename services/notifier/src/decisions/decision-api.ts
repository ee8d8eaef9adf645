// OpenAPI text of the decisions of streams. The route is in stream-decision-routes.ts.

import { filterQuery } from '@tocsin/contracts/openapi/filter-schema'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const decisionApi: ApiDocs = {
  'GET /v1/alerts/:id/decisions': {
    id: 'listStreamDecisions',
    tag: 'Streams',
    summary: 'See why a stream with a policy tells of an alert, or why not',
    description:
      'What a stream (`/v1/stream`, `/v1/events`) of this key is told of the alert with this filter and policy: each decision with its time, and how it stands now. It follows from the log alone: the same at every instance, and whether a client is connected or not. Of an event that came later than its own time the frame itself says `because` of what it was told.',
    path: { id: 'The `alertId`.' },
    query: { ...filterQuery, policy: 'As JSON, as for `/v1/events`.' },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'The decisions.', schema: ref('StreamDecisions') } },
    problems: ['log-unavailable']
  }
}
