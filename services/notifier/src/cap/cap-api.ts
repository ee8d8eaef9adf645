// OpenAPI texts of CAP. The routes are in cap-routes.ts.

import { atomMediaType } from '@tocsin/contracts/cap/atom-feed'
import { capMediaType } from '@tocsin/contracts/cap/cap-document'
import { filterQuery } from '@tocsin/contracts/openapi/filter-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

const headers = ['tocsin-cursor', 'if-none-match']
const xml = { type: 'string' } as const
const address = { address: 'The address of a key, from `GET /v1/cap-address`.' }
const publicOnly = 'Needs no key: whoever knows the address reads public alerts in its theatres.'

const documentDoc = {
  tag: 'Streams',
  headers,
  answers: {
    200: {
      description: 'The document.',
      mediaType: capMediaType,
      schema: xml,
      headers: ['etag of an answer']
    },
    304: { description: 'The reader has it already.', headers: ['etag of an answer'] }
  }
} as const
const documentPath = {
  id: 'The `alertId`.',
  revision:
    'The `revision` of the event; with `-left-view` behind it when the alert has left the view.'
}
const feedDoc = {
  tag: 'Streams',
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
    304: documentDoc.answers[304]
  }
} as const
const feedProblems = ['log-unavailable', 'cursor-invalid', 'projection-behind'] as const

export const capApi: ApiDocs = {
  'GET /v1/cap/:id/:revision.xml': {
    ...documentDoc,
    id: 'getCapDocument',
    summary: 'Read an alert event as a CAP 1.2 document',
    description: 'The documents of an alert are the events of the feed, under the same ids.',
    path: documentPath,
    problems: ['log-unavailable']
  },
  'GET /v1/cap.atom': {
    ...feedDoc,
    id: 'readCapFeed',
    summary: 'Read an Atom feed of CAP documents',
    description: 'The newest first. A link with `rel="next"` leads to older ones (RFC 5005).',
    problems: [...feedProblems]
  },
  'GET /v1/cap-address': {
    id: 'getCapAddress',
    tag: 'Streams',
    summary: 'Read the address of the own key for programs without a header',
    description:
      'With the setting `cap.addresses`. Whoever knows the address reads public alerts as CAP within the limits of the key, while the key is valid.',
    answers: {
      200: {
        description: 'The address of the feed.',
        schema: {
          type: 'object',
          required: ['url'],
          properties: { url: { type: 'string', description: 'Relative without `publicUrl`.' } }
        }
      }
    },
    problems: ['not-found']
  },
  'GET /v1/public/:address/cap/:id/:revision.xml': {
    ...documentDoc,
    id: 'getPublicCapDocument',
    summary: 'Read a public alert event as a CAP 1.2 document',
    description: publicOnly,
    path: { ...address, ...documentPath },
    problems: ['log-unavailable', 'not-found', 'too-many']
  },
  'GET /v1/public/:address/cap.atom': {
    ...feedDoc,
    id: 'readPublicCapFeed',
    summary: 'Read an Atom feed of CAP documents of public alerts',
    description: publicOnly,
    path: address,
    problems: [...feedProblems, 'not-found', 'too-many']
  }
}
