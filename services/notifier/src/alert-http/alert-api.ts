// OpenAPI texts of reading: alerts, incidents, the feed, the stream. The routes are in
// alert-routes.ts and stream-routes.ts.

import { filterQuery } from '@tocsin/contracts/openapi/filter-schema'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { detailSchema, heartbeatSchema } from '@tocsin/contracts/openapi/stream-frames'

const page = {
  cursor: 'The `next` of the previous page.',
  limit: 'Maximum number of items per page.'
}
const headers = ['tocsin-cursor']

export const alertApi: ApiDocs = {
  'GET /v1/alerts': {
    id: 'listAlerts',
    tag: 'Alerts',
    summary: 'List alerts',
    description:
      'In their current state. Values of one parameter are alternatives; all parameters must match.',
    query: {
      ...filterQuery,
      answered:
        '`false`: open alerts that paged people, and that nobody has acknowledged or done anything about.',
      from: 'Only alerts raised then or later: a day, or an instant with its offset.',
      to: 'Only alerts raised before this time.',
      find: 'Words of the headline, all of them, in any order, without regard to accents, case and hyphens.',
      sort: '`newest` or `oldest` by when they were raised, or `gravity`: the gravest first, then the oldest.',
      ...page
    },
    headers,
    answers: { 200: { description: 'A page of alerts.', schema: ref('AlertList') } },
    problems: ['log-unavailable', 'cursor-invalid']
  },
  'GET /v1/alerts/:id': {
    id: 'getAlert',
    tag: 'Alerts',
    summary: 'Read an alert with its evidence and revisions',
    path: { id: 'The `alertId`.' },
    query: { revisions: 'Maximum number of past revisions, from the newest.' },
    headers,
    answers: {
      200: {
        description: 'The alert. An action sends its ETag as `If-Match`.',
        schema: ref('AlertDetail'),
        headers: ['etag']
      }
    },
    problems: ['log-unavailable']
  },
  'GET /v1/alerts/:id/evidence': {
    id: 'listEvidence',
    tag: 'Alerts',
    summary: 'List the evidence of an alert',
    description:
      'All that the key may see, triggers first, each in order of event time, with its incident and reports.',
    path: { id: 'The `alertId`.' },
    query: page,
    headers,
    answers: { 200: { description: 'A page of evidence.', schema: ref('EvidencePage') } },
    problems: ['log-unavailable', 'cursor-invalid']
  },
  'GET /v1/alerts/:id/deliveries': {
    id: 'listAlertDeliveries',
    tag: 'Alerts',
    summary: 'List who was told of an alert',
    description:
      'Deliveries of its events to your webhook subscriptions, for administrators to all within their theatres and handling; of each the newest first, and of those that are done the newest 10,000.',
    path: { id: 'The `alertId`.' },
    query: page,
    headers,
    answers: { 200: { description: 'A page of deliveries.', schema: ref('AlertDeliveryList') } },
    problems: ['log-unavailable', 'cursor-invalid', 'projection-behind']
  },
  'GET /v1/alerts/:id/told': {
    id: 'listAlertTold',
    tag: 'Alerts',
    summary: 'List who was told of an alert, for officers',
    description:
      'A row for each webhook subscription that its events go to, within the theatres and the handling of the key: by whom it is held, whom to contact, and whether it has the present state. For `internal` readers.',
    path: { id: 'The `alertId`.' },
    headers,
    answers: { 200: { description: 'All of them.', schema: ref('AlertToldList') } },
    problems: ['log-unavailable', 'projection-behind']
  },
  'GET /v1/incidents': {
    id: 'listIncidents',
    tag: 'Alerts',
    summary: 'List incidents',
    query: {
      theatre: filterQuery.theatre,
      category: filterQuery.category,
      country: filterQuery.country,
      admin1: filterQuery.admin1,
      source: 'Ids of sources: with a report of one of them.',
      from: 'Only what began at this time or later: a day, or an instant with a UTC offset.',
      to: 'Only what began before this time.',
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
        description: 'The incident. A split or a merge may send its ETag as `If-Match`.',
        schema: ref('IncidentDetail'),
        headers: ['etag']
      }
    },
    problems: ['log-unavailable']
  },
  'GET /v1/feed': {
    id: 'readFeed',
    tag: 'Streams',
    summary: 'Read alert events in pages',
    description:
      'The events, order and cursors of the stream. `prev` of a row is the cursor of the previous row: a break is a gap. Begin without `cursor`, then continue from `next`. If `recovered` is false, `snapshot` has the open alerts, most severe first; with `more`, the next pages have the rest.',
    query: {
      ...filterQuery,
      cursor: '`earliest`, `latest`, or a cursor from the stream or the feed.',
      limit: 'Maximum number of rows per page.',
      bytes:
        'Maximum bytes of its rows, and of its part of a snapshot. The first is on the page whatever its size.',
      detail: detailSchema,
      snapshot: 'With `cursor=latest`: begin with the open alerts, as the stream does.',
      wait: 'Seconds to wait for a first row if there is none.'
    },
    headers: ['tocsin-cursor', 'if-none-match'],
    answers: {
      200: {
        description: 'A page of events.',
        schema: ref('FeedPage'),
        headers: ['etag of an answer', 'link', 'tocsin-age-seconds', 'tocsin-epoch']
      },
      304: {
        description: 'The reader has it already.',
        headers: ['etag of an answer', 'link', 'tocsin-age-seconds', 'tocsin-epoch']
      }
    },
    problems: ['log-unavailable', 'cursor-invalid', 'too-many', 'projection-behind']
  },
  'POST /v1/tickets': {
    id: 'createTicket',
    tag: 'Streams',
    summary: 'Create a one-use ticket',
    description:
      'For pages, which can send no header with a stream. It counts once, as `?ticket=`, within 30 s, with the permissions of the requesting key, session or token.',
    answers: { 201: { description: 'The ticket.', schema: ref('Ticket') } }
  },
  'GET /v1/events': {
    id: 'readEvents',
    tag: 'Streams',
    summary: 'Follow alert events (server-sent events)',
    description:
      'The frames of the stream as server-sent events, one subscription a connection: `id` is the cursor, `event` the type, `data` the rest. `Last-Event-ID`, as header or in the query, is the position; without one it begins at the end, with the open alerts. A `notice` says why the server ends the stream.',
    query: {
      ...filterQuery,
      cursor: '`earliest`, `latest` (the default), or a cursor of any transport.',
      'Last-Event-ID': 'The same, before `cursor`. The header of that name comes before both.',
      detail: detailSchema,
      heartbeatSeconds: heartbeatSchema,
      policy: 'Removed: answers 410.',
      ticket: 'A one-use ticket, of a client that sends no header.'
    },
    answers: {
      200: {
        description: 'Events, until either side ends it. The schema is that of each event.',
        mediaType: 'text/event-stream',
        schema: ref('ServerSentEvent')
      }
    },
    problems: ['cursor-invalid', 'too-many', 'projection-behind', 'removed']
  },
  'GET /v1/stream': {
    id: 'openStream',
    tag: 'Streams',
    summary: 'Open the live stream (WebSocket)',
    description:
      'A WebSocket with the subprotocol `tocsin.v1`. Send `{"type":"authenticate","token"}` unless the request has a key or a ticket, then `{"type":"subscribe","id","filter","from","detail","heartbeatSeconds"}`. `subscribed` says whether the position was recovered; `alert` frames and heartbeats follow, each with `cursor` and `prev`. If not, it has a `snapshot` of the open alerts, most severe first; with `more`, `snapshot` frames follow.',
    query: {
      ticket:
        'One-use, of a client that sends no header. A wrong one closes the connection with 4501.'
    },
    answers: {
      101: { description: 'The connection is a WebSocket now.' },
      400: {
        description: 'The request is not a WebSocket handshake.',
        mediaType: 'text/html',
        schema: { type: 'string' }
      }
    },
    problems: ['not-authenticated', 'too-many', 'identity-unavailable', 'projection-behind']
  }
}
