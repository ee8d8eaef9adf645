// OpenAPI texts of CAP. The routes are in cap-routes.ts.

import { atomMediaType } from '@tocsin/contracts/cap/atom-feed'
import { capMediaType } from '@tocsin/contracts/cap/cap-document'
import { filterQuery } from '@tocsin/contracts/openapi/filter-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

const headers = ['tocsin-cursor', 'if-none-match']
const unchanged = { description: 'The reader has it already.', headers: ['etag of an answer'] }
const xml = { type: 'string' } as const

export const capApi: ApiDocs = {
  'GET /v1/cap/:id/:revision.xml': {
    id: 'getCapDocument',
    tag: 'Streams',
    summary: 'Read an alert event as a CAP 1.2 document',
    description:
      'The documents of an alert are the events that the feed gives to the same key, under the same ids. They never change.',
    path: {
      id: 'The `alertId`.',
      revision:
        'The `revision` of the event; with `-left-view` behind it the document that says that the alert has left the view.'
    },
    headers,
    answers: {
      200: {
        description: 'The document.',
        mediaType: capMediaType,
        schema: xml,
        headers: ['etag of an answer']
      },
      304: unchanged
    },
    problems: ['log-unavailable']
  },
  'GET /v1/cap.atom': {
    id: 'readCapFeed',
    tag: 'Streams',
    summary: 'Read an Atom feed of CAP documents',
    description: 'The newest first. A link with `rel="next"` leads to older ones (RFC 5005).',
    query: {
      ...filterQuery,
      cursor: 'That of a `next` link.',
      limit: 'Maximum number of documents per page.'
    },
    headers,
    answers: {
      200: {
        description: 'A page of the feed.',
        mediaType: atomMediaType,
        schema: xml,
        headers: ['etag of an answer']
      },
      304: unchanged
    },
    problems: ['log-unavailable', 'cursor-invalid', 'projection-behind']
  }
}
