// OpenAPI texts of silences. The routes are in silence-routes.ts.

import { filterBody } from '@tocsin/contracts/openapi/filter-schema'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'

const headers = ['tocsin-cursor']
const path = { id: 'Id of the silence.' }
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'projection-behind']

export const silenceApi: ApiDocs = {
  'POST /v1/silences': {
    id: 'createSilence',
    tag: 'Subscriptions',
    summary: 'Silence alerts for a time',
    description:
      'Until its end, matching alerts are held back from subscriptions with a policy; what still stands then is sent. For a subscription that you manage you may name anything; for all: one alert with `alerts:operate`, more with `admin`. Lists, feeds and streams go on.',
    headers: [...headers, 'if-match of a silenced alert', 'idempotency-key of an act'],
    body: {
      members: {
        reason: { description: 'Why. Officers read it.' },
        alertId: { description: 'Only this alert.' },
        subscriptionId: {
          description: 'Only this subscription. Left out or null: every one that has a policy.'
        },
        filter: filterBody,
        startsAt: { description: 'An instant. Left out: now.' },
        endsAt: { description: 'An instant, at most 30 days from now; with a token, a day.' },
        minutes: { description: 'Instead of `endsAt`: how long it lasts.' },
        includesExtreme: { description: 'Extreme alerts too.' },
        handling: {
          description:
            'Nothing above it is held back, and readers below it do not read why. Left out: that of the alert, else `internal`; between that of the alert and that of your key.'
        }
      },
      example: {
        reason: 'Exercise in Mopti until noon',
        filter: { admin1: ['ML-5'] },
        minutes: 240,
        subscriptionId: 'sub_1'
      }
    },
    answers: {
      201: {
        description: 'The silence.',
        schema: ref('Silence'),
        headers: [...headers, 'location']
      }
    },
    problems: [...writing, 'too-many', 'not-found', 'action-refused']
  },
  'GET /v1/silences': {
    id: 'listSilences',
    tag: 'Subscriptions',
    summary: 'List silences',
    description:
      'The newest first: your own, those of subscriptions that you manage, and for officers and administrators all within their theatres and handling. One that is over is listed for a week.',
    query: {
      standing: '`standing`: those that hold or will hold. `over`: those that ended.',
      cursor: 'The `next` of the page before.',
      limit: 'At most so many.'
    },
    headers: [...headers, 'if-none-match'],
    answers: {
      200: {
        description: 'Silences.',
        schema: ref('SilenceList'),
        headers: ['etag of an answer']
      },
      304: { description: 'The reader has it already.', headers: ['etag of an answer'] }
    }
  },
  'GET /v1/silences/:id': {
    id: 'getSilence',
    tag: 'Subscriptions',
    summary: 'Read a silence',
    path,
    headers,
    answers: { 200: { description: 'The silence.', schema: ref('Silence') } },
    problems: ['projection-behind']
  },
  'DELETE /v1/silences/:id': {
    id: 'endSilence',
    tag: 'Subscriptions',
    summary: 'End a silence now',
    description:
      'What it held back and still stands is sent within seconds. Whoever may know of a silence may end it.',
    path,
    headers,
    answers: { 204: { description: 'It is over.', headers } },
    problems: writing
  }
}
