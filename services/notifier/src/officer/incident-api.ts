// OpenAPI texts of splitting and merging incidents. The routes and their schemas are in
// incident-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'

const note = { description: 'Shown in the history of the incident.' }
const handling = {
  description: 'Who may read your name and the note. Left out: `internal`.'
}

function action(
  id: string,
  summary: string,
  description: string,
  body: NonNullable<OperationDoc['body']>
): OperationDoc {
  return {
    id,
    tag: 'Alerts',
    summary,
    description: `${description} Of two concurrent actions on the same reports the first succeeds. Overriding another officer's declaration needs \`If-Match\` with the revision that resulted from it.`,
    path: { id: 'The `incidentId`, or an alias of it.' },
    headers: ['tocsin-cursor', 'if-match of an incident', 'idempotency-key'],
    body,
    answers: {
      200: {
        description: 'The resulting incidents.',
        schema: ref('IncidentActionDone'),
        headers: ['tocsin-cursor']
      },
      202: {
        description: 'Stored, but without an outcome within two seconds: query `Location`.',
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
    'Declares each report that leaves to be about a different incident than each that stays; at most 200 pairs.',
    {
      members: {
        reports: { description: 'Ids of the reports that leave; at least one stays.' },
        note,
        handling
      },
      example: { reports: ['f3a1c07b52de4490'], note: 'Two convoys, an hour apart.' }
    }
  ),
  'POST /v1/incidents/:id/merge': action(
    'mergeIncidents',
    'Merge two incidents',
    'Both must be in one theatre. Incidents with reports of the same source cannot be merged.',
    {
      members: {
        with: { description: 'The other `incidentId`, or an alias of it.' },
        note,
        handling
      },
      example: { with: 'f3a1c07b52de4490', note: 'The same convoy, seen from both ends.' }
    }
  )
}
