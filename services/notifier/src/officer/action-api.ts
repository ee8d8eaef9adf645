// OpenAPI texts of officers' actions. The routes and their schemas are in action-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'

const note = { description: 'Shown in the history of the alert.' }
const handling = {
  description:
    'Who may read your name and the text. Left out: `internal`. Others see that an officer acted.'
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
    description: `${description} Of two concurrent actions the first succeeds; the other is told who came first, or by \`change\` what became of the alert.`,
    path: { id: 'The `alertId`.' },
    headers: ['tocsin-cursor', 'if-match', 'idempotency-key'],
    body,
    answers: {
      200: {
        description: 'The alert after the action.',
        schema: ref('Alert'),
        headers: ['etag', 'tocsin-cursor']
      },
      202: {
        description: 'Stored, but not decided within two seconds: query `Location`.',
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
    'Marks the alert as being handled. Lapses at `until`, or when the alert escalates.',
    {
      required: false,
      members: {
        until: { description: 'An instant with its UTC offset, later than now.' },
        note,
        handling
      },
      example: { note: 'Calling the field office.' }
    }
  ),
  'POST /v1/alerts/:id/assignment': action(
    'assignAlert',
    'Assign an alert, or give it back',
    'Names who works on it. With `to: null` it is given back: from then on nobody has it, and an acknowledgement ends.',
    {
      members: { to: { description: 'A person or a desk; null: nobody.' }, note, handling },
      example: { to: 'night desk' }
    }
  ),
  'POST /v1/alerts/:id/comment': action(
    'commentAlert',
    'Comment on an alert',
    'Adds a comment to its history.',
    {
      members: { handling },
      example: { text: 'Road confirmed closed by two drivers.' }
    }
  ),
  'POST /v1/alerts/:id/response': action(
    'respondToAlert',
    'Record what was done about an alert',
    'Several can be recorded, of a closed alert too. With `corrects` it replaces one of them, and with `withdrawn` that one is taken back: by who recorded it, or whoever may read who did. Everyone who sees the alert is told what was done, and when; who recorded it, and the text, are for readers of `handling` alone.',
    {
      members: {
        kind: {
          description:
            'Required, unless `corrects` is given. People were warned, people were moved, somebody was sent, something else; `none`: it was decided not to act.'
        },
        at: {
          description:
            "When it was done; now if left out. At most 30 days before the alert's first event."
        },
        text: { description: 'What was done, in words. Required with `none`.' },
        corrects: {
          description:
            'Id of a response of `recent`, which this one replaces: `kind` and `at` stay if left out.'
        },
        withdrawn: {
          description: 'With `corrects`: nothing takes its place. `kind` and `at` are left out.'
        },
        handling
      },
      example: {
        kind: 'warned',
        at: '2025-06-02T09:40:00Z',
        text: 'Called the three village heads.'
      }
    }
  ),
  'POST /v1/alerts/:id/resolution': action(
    'resolveAlert',
    'Resolve an alert',
    'Closes it with a disposition.',
    {
      members: { disposition: { description: 'What the alert turned out to be.' }, note, handling },
      example: { disposition: 'true', note: 'Handed to the regional office.' }
    }
  ),
  'POST /v1/alerts/:id/reopening': action(
    'reopenAlert',
    'Reopen an alert that an officer resolved',
    'Takes its disposition back, while its situation goes on. One whose situation has ended is reopened by a report alone: `action-refused` with the reason `invalid`.',
    {
      required: false,
      members: { note, handling },
      example: { note: 'Resolved by mistake: the road is still closed.' }
    }
  ),
  'POST /v1/alerts/actions': {
    id: 'actOnAlerts',
    tag: 'Alerts',
    summary: 'Act on up to 100 alerts',
    description:
      'One act on each alert that is named with the `operatorRevision` that was seen: with the body of the route of that name. Each is decided for itself, as that route would.',
    headers: ['tocsin-cursor', 'idempotency-key'],
    body: {
      example: {
        alerts: [{ alertId: 'alr_5f3a91c2', operatorRevision: 2 }],
        resolution: { disposition: 'drill' }
      }
    },
    answers: {
      200: {
        description: 'What became of each, in the order of the request.',
        schema: ref('AlertActionResults'),
        headers: ['tocsin-cursor']
      }
    },
    problems: ['log-unavailable', 'projection-behind']
  },
  'GET /v1/actions/:id': {
    id: 'getAction',
    tag: 'Alerts',
    summary: 'Read the outcome of an action',
    path: { id: 'The `actionId`.' },
    headers: ['tocsin-cursor'],
    answers: {
      200: { description: 'Pending, done, or refused with a reason.', schema: ref('ActionStatus') }
    },
    problems: ['log-unavailable']
  }
}
