// OpenAPI texts of watches. The routes are in watch-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'

const headers = ['tocsin-cursor']
const retried = [...headers, 'idempotency-key of an act']
const path = { id: 'Id of the watch.' }
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'projection-behind']
const members = {
  name: { description: 'As officers call it.' },
  shifts: {
    description:
      'Who is on shift until when. `lines`: the subscriptions that are notified meanwhile, all at once.'
  },
  handling: {
    description: 'Who may know of it, beside who declared it. Left out: `internal`.'
  }
}
const answers = { 200: { description: 'The watch.', schema: ref('Watch'), headers } }

export const watchApi: ApiDocs = {
  'POST /v1/watches': {
    id: 'createWatch',
    tag: 'Subscriptions',
    summary: 'Declare a watch',
    description:
      'A roster. Subscriptions follow it by the `watch` of their policy: they are told while they are a line of the current shift. While nobody is on, all are told. Needs `subscriptions:manage` or `admin`.',
    headers: retried,
    body: {
      members,
      example: {
        name: 'Joint desk',
        shifts: [
          {
            officer: 'Ama',
            from: '2026-03-01T06:00:00Z',
            until: '2026-03-01T14:00:00Z',
            lines: ['sub_1', 'sub_2']
          }
        ]
      }
    },
    answers: {
      201: { description: 'The watch.', schema: ref('Watch'), headers: [...headers, 'location'] }
    },
    problems: [...writing, 'too-many']
  },
  'GET /v1/watches': {
    id: 'listWatches',
    tag: 'Subscriptions',
    summary: 'List watches',
    description:
      'Those within your theatres that you declared, or within your handling, in order of their ids.',
    query: {
      cursor: 'The `next` of the page before.',
      limit: 'At most so many. A page of large rosters has fewer.'
    },
    headers: [...headers, 'if-none-match'],
    answers: {
      200: {
        description: 'Watches.',
        schema: ref('WatchList'),
        headers: ['etag of an answer']
      },
      304: { description: 'The reader has it already.', headers: ['etag of an answer'] }
    }
  },
  'GET /v1/watches/:id': {
    id: 'getWatch',
    tag: 'Subscriptions',
    summary: 'Read a watch',
    path,
    headers,
    answers: { 200: { description: 'The watch.', schema: ref('Watch') } },
    problems: ['projection-behind']
  },
  'PATCH /v1/watches/:id': {
    id: 'changeWatch',
    tag: 'Subscriptions',
    summary: 'Change a watch',
    description: 'Members left out stay as they are. By who declared it, or an administrator.',
    path,
    headers,
    body: {
      members: { ...members, version: { description: 'The one that you have seen.' } },
      example: { version: 1, name: 'Joint desk' }
    },
    answers,
    problems: [...writing, 'action-refused']
  },
  'POST /v1/watches/:id/hand-over': {
    id: 'handOverWatch',
    tag: 'Subscriptions',
    summary: 'Hand a watch over',
    description: 'Ends the current shift and begins the next one now. Officers may.',
    path,
    headers: retried,
    body: {
      members: {
        version: {
          description: 'The one that you have seen: of two that take it at once the first has it.'
        },
        officer: { description: 'Who has it from now on.' },
        until: { description: 'An instant, at most 31 days away.' },
        lines: { description: 'Left out: those of the shift that ends.' },
        note: { description: 'What the next one should know.' }
      },
      example: {
        version: 3,
        officer: 'Kofi',
        until: '2026-03-01T22:00:00Z',
        note: 'Two alerts near Mopti are open.'
      }
    },
    answers,
    problems: [...writing, 'action-refused']
  },
  'DELETE /v1/watches/:id': {
    id: 'withdrawWatch',
    tag: 'Subscriptions',
    summary: 'Withdraw a watch',
    description: 'Subscriptions that follow it are told at once, as if they named none.',
    path,
    headers: [...headers, 'if-match of a version'],
    answers: { 204: { description: 'It is withdrawn.', headers } },
    problems: [...writing, 'action-refused']
  }
}
