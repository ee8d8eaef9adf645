// OpenAPI texts of splitting and merging incidents. The routes and their schemas are in incident-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'

const note = { description: 'A few words why. They stand in the history of the incident, for everyone who may read it.' }

function action(id: string, summary: string, description: string, body: NonNullable<OperationDoc['body']>): OperationDoc {
  return {
    id,
    tag: 'Alerts',
    summary,
    description: `${description} Of two officers who act on the same reports at once the first wins, and the other is told who and when. What another officer declared stands until \`If-Match\` shows that you have seen what came of it.`,
    path: { id: 'The `incidentId`, or an alias of it.' },
    headers: ['tocsin-cursor', 'if-match of an incident', 'idempotency-key'],
    body,
    answers: {
      200: { description: 'The incidents that came of it.', schema: ref('IncidentActionDone'), headers: ['tocsin-cursor'] },
      202: {
        description: 'Stored, and nothing came of it within two seconds: ask at `Location`.',
        schema: ref('ActionPending'),
        headers: ['location', 'tocsin-cursor']
      }
    },
    problems: ['action-refused', 'log-unavailable', 'disk-full', 'projection-behind']
  }
}

export const incidentApi: ApiDocs = {
  'POST /v1/incidents/:id/split': action(
    'splitIncident',
    'Split an incident',
    'Each report that leaves is declared another matter than each that stays: at most 200 pairs.',
    {
      members: { reports: { description: 'Ids of the reports that leave; at least one stays.' }, note },
      example: { reports: ['f3a1c07b52de4490'], note: 'Two convoys, an hour apart.' }
    }
  ),
  'POST /v1/incidents/:id/merge': action(
    'mergeIncidents',
    'Merge two incidents',
    'Both must be of one theatre. Incidents that hold reports of one source never become one.',
    {
      members: { with: { description: 'The other `incidentId`, or an alias of it.' }, note },
      example: { with: 'f3a1c07b52de4490', note: 'The same convoy, seen from both ends.' }
    }
  )
}
