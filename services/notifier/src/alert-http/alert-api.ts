// OpenAPI texts of reading: alerts, incidents, the feed, the stream. The routes are in alert-routes.ts and stream-routes.ts.

import { filterQuery } from '@tocsin/contracts/openapi/filter-schema'
import { type JsonSchema, ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

const page = { cursor: 'The `next` of the page before.', limit: 'Most items of a page.' }
const headers = ['tocsin-cursor']
const words = (description: string): JsonSchema => ({
  description,
  type: 'array',
  minItems: 1,
  items: { type: 'string' }
})

export const alertApi: ApiDocs = {
  'GET /v1/alerts': {
    id: 'listAlerts',
    tag: 'Alerts',
    summary: 'List alerts',
    description: 'As they stand, the newest first. Values of one parameter are alternatives, parameters must all hold.',
    query: { ...filterQuery, ...page },
    headers,
    answers: { 200: { description: 'A page of alerts.', schema: ref('AlertList') } },
    problems: ['log-unavailable', 'cursor-invalid']
  },
  'GET /v1/alerts/:id': {
    id: 'getAlert',
    tag: 'Alerts',
    summary: 'Read an alert with its evidence and revisions',
    path: { id: 'The `alertId`.' },
    query: { revisions: 'Most past revisions that are listed, from the newest.' },
    headers,
    answers: {
      200: {
        description: 'The alert. Its ETag is what an action sends as `If-Match`.',
        schema: ref('AlertDetail'),
        headers: ['etag']
      }
    },
    problems: ['log-unavailable']
  },
  'GET /v1/incidents': {
    id: 'listIncidents',
    tag: 'Alerts',
    summary: 'List incidents',
    query: {
      theatre: words('Any of these theatres.'),
      category: words('Any of these categories.'),
      country: words('Any of these countries, ISO 3166-1 alpha-2.'),
      admin1: words('Any of these areas, ISO 3166-2.'),
      ...page
    },
    headers,
    answers: { 200: { description: 'A page of incidents.', schema: ref('IncidentList') } },
    problems: ['log-unavailable', 'cursor-invalid']
  },
  'GET /v1/incidents/:id': {
    id: 'getIncident',
    tag: 'Alerts',
    summary: 'Read an incident with its reports and history',
    path: { id: 'The `incidentId`, or an alias of it.' },
    headers,
    answers: {
      200: {
        description: 'The incident. Its ETag is what a split or a merge may send as `If-Match`.',
        schema: ref('IncidentDetail'),
        headers: ['etag']
      }
    },
    problems: ['log-unavailable']
  },
  'GET /v1/feed': {
    id: 'readFeed',
    tag: 'Streams',
    summary: 'Read alert events, a page at a time',
    description:
      'The same events in the same order and with the same cursors as on the stream. `prev` of a row is the cursor of the row before it: a break in the chain is a gap. Begin without `cursor`, then go on from `next`. Where `recovered` is false the open alerts come as `snapshot`, gravest first; with `more`, the next pages bring the rest beside the events.',
    query: {
      ...filterQuery,
      cursor: '`earliest`, `latest`, or a cursor of stream or feed.',
      limit: 'Most rows of a page.',
      wait: 'Seconds to wait for a first row where there is none.'
    },
    headers,
    answers: { 200: { description: 'A page of events.', schema: ref('FeedPage') } },
    problems: ['log-unavailable', 'cursor-invalid', 'too-many', 'projection-behind']
  },
  'GET /v1/stream': {
    id: 'openStream',
    tag: 'Streams',
    summary: 'Open the live stream (WebSocket)',
    description:
      'A WebSocket with the subprotocol `tocsin.v1`. Send `{"type":"authenticate","token"}` unless the request carries a key, then `{"type":"subscribe","id","filter","from"}`. The answer `subscribed` says whether the position was recovered; `alert` frames and heartbeats follow, each with `cursor` and `prev`. Where it was not, `subscribed` has a `snapshot` of the open alerts at its cursor, gravest first; with `more`, further ones follow in `snapshot` frames, each as of its own cursor, between the events.',
    answers: {
      101: { description: 'The connection is a WebSocket now.' },
      400: { description: 'The handshake is not one of a WebSocket.', mediaType: 'text/html', schema: { type: 'string' } }
    },
    problems: ['not-authenticated', 'too-many', 'projection-behind']
  }
}
