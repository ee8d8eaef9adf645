// OpenAPI texts of what partners answer. The routes are in answer-routes.ts.

import { ref, text, words } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'

const page = (description: string) =>
  ({ description, mediaType: 'text/html', schema: { type: 'string' } }) as const
const linkQuery = {
  token: 'The token in the link.',
  page: 'Which time that people were called the button answers, as the page has it.'
}

const said = {
  until: { description: 'Until when you have it: later than now.' },
  note: { description: 'A note for the officers.' },
  response: {
    description:
      "What was done there: its `kind`, as of an officer's response, when (`at`; now if left out), and `text`, which `none` needs. Only `internal` readers are told."
  }
}

export const answerApi: ApiDocs = {
  'POST /v1/subscriptions/:id/acknowledgements': {
    id: 'answerAlert',
    tag: 'Subscriptions',
    summary: 'Say that a human has an alert, and what was done',
    description:
      'For the key that holds the subscription, of an alert that the subscription accepted and may still see. It takes the alert from nobody: it stands beside what officers do, and only `internal` readers are told who. With `response` also of an alert that is over. Of one subscription and call the last response of each kind counts.',
    path: { id: 'Id of the subscription.' },
    headers: ['tocsin-cursor', 'idempotency-key'],
    body: {
      members: {
        alertId: { description: 'The `alertId` of the event.' },
        ...said
      },
      example: { alertId: '5b1d…', note: 'Our team in Mopti calls the village heads.' }
    },
    answers: {
      200: {
        description: 'It is recorded.',
        schema: ref('ActionStatus'),
        headers: ['tocsin-cursor']
      },
      202: {
        description:
          'Stored, but not decided within two seconds: query `Location`, with a key that may read alerts.',
        schema: ref('ActionPending'),
        headers: ['location', 'tocsin-cursor']
      }
    },
    problems: ['action-refused', 'log-unavailable', 'disk-full', 'projection-behind']
  },
  'POST /v1/subscriptions/:id/answers': {
    id: 'answerAlerts',
    tag: 'Subscriptions',
    summary: 'Say of up to 100 alerts that a human has them, and what was done',
    description:
      'The same answer about each alert that is named. Each is decided for itself, as the route of one alert would. It counts as so many requests as it names alerts.',
    path: { id: 'Id of the subscription.' },
    headers: ['tocsin-cursor', 'idempotency-key'],
    body: {
      members: {
        alertIds: {
          description: 'The `alertId` of events that the subscription accepted, each once.'
        },
        ...said
      },
      example: { alertIds: ['5b1d…', '77c0…'], note: 'Our team in Mopti calls the village heads.' }
    },
    answers: {
      200: {
        description: 'What became of each, in the order of the request.',
        schema: ref('AlertAnswerResults'),
        headers: ['tocsin-cursor']
      }
    },
    problems: ['log-unavailable', 'projection-behind']
  },
  'GET /answer': {
    id: 'openAnswerLink',
    tag: 'Subscriptions',
    summary: 'Open the link in a webhook',
    description:
      'For browsers: the alert as the subscription may see it now, a button, and a form for what was done. It changes nothing.',
    query: linkQuery,
    answers: {
      200: page('The alert.'),
      404: page('A page that says that the link opens nothing, whatever the reason.')
    },
    problems: ['too-many', 'log-unavailable', 'projection-behind']
  },
  'POST /answer': {
    id: 'answerByLink',
    tag: 'Subscriptions',
    summary: 'Say by the link in a webhook that a human has the alert, or what was done',
    description:
      'For browsers: what the button of the page sends, or its form. One link is one answer to each time that people were paged, however often it is pressed, and takes 20 responses.',
    query: linkQuery,
    body: {
      required: false,
      content: {
        'application/x-www-form-urlencoded': {
          schema: {
            type: 'object',
            required: ['kind'],
            properties: {
              kind: words(responseKinds, 'What was done.'),
              hours: text('How long ago, with `minutes`. Left out: 0.'),
              minutes: text(),
              text: text('In words. `none` needs them.')
            }
          }
        }
      }
    },
    answers: {
      200: page('It is recorded.'),
      202: page('It is stored, and not decided yet.'),
      404: page('A page that says that the link opens nothing, whatever the reason.'),
      409: page(
        'The alert is over; it paged again since the button was shown, which is shown again; or the link takes no more. What was typed is kept.'
      ),
      422: page('What was typed cannot be recorded: the page says why, and keeps it.')
    },
    problems: [
      'content-type-unsupported',
      'origin-refused',
      'too-many',
      'log-unavailable',
      'disk-full',
      'projection-behind'
    ]
  }
}
