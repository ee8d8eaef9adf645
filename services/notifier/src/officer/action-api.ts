// OpenAPI texts of officers' actions. The routes and their schemas are in action-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'

const note = { description: 'Words for those who come after.' }

function action(id: string, summary: string, description: string, body: NonNullable<OperationDoc['body']>): OperationDoc {
  return {
    id,
    tag: 'Alerts',
    summary,
    description: `${description} Two officers cannot both win: who comes second is told who came first, and when.`,
    path: { id: 'The `alertId`.' },
    headers: ['tocsin-cursor', 'if-match', 'idempotency-key'],
    body,
    answers: {
      200: { description: 'The alert after the action.', schema: ref('Alert'), headers: ['etag', 'tocsin-cursor'] },
      202: {
        description: 'Stored, and not decided within two seconds: ask at `Location`.',
        schema: ref('ActionPending'),
        headers: ['location', 'tocsin-cursor']
      }
    },
    problems: ['action-refused', 'log-unavailable', 'disk-full', 'projection-behind']
  }
}

export const actionApi: ApiDocs = {
  'POST /v1/alerts/:id/acknowledgement': action(
    'acknowledgeAlert',
    'Acknowledge an alert',
    'Somebody has it. It lapses at `until`, or when the alert escalates.',
    {
      required: false,
      members: { until: { description: 'An instant with its offset, later than now.' }, note },
      example: { note: 'Calling the field office.' }
    }
  ),
  'POST /v1/alerts/:id/assignment': action('assignAlert', 'Assign an alert', 'Names who works on it.', {
    members: { to: { description: 'A person or a desk.' } },
    example: { to: 'night desk' }
  }),
  'POST /v1/alerts/:id/comment': action('commentAlert', 'Comment on an alert', 'Adds words to its history.', {
    example: { text: 'Road confirmed closed by two drivers.' }
  }),
  'POST /v1/alerts/:id/resolution': action('resolveAlert', 'Resolve an alert', 'Closes it with what it turned out to be.', {
    members: { disposition: { description: 'What it turned out to be.' }, note },
    example: { disposition: 'true', note: 'Handed to the regional office.' }
  }),
  'GET /v1/actions/:id': {
    id: 'getAction',
    tag: 'Alerts',
    summary: 'Ask what became of an action',
    path: { id: 'The `actionId`.' },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'Pending, done, or refused and why.', schema: ref('ActionStatus') } },
    problems: ['log-unavailable']
  }
}
