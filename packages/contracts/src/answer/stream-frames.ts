// Frames of the stream, as named schemas: what a client sends and gets on the WebSocket. Tests
// check real frames to them. HTTP has no place for them, so the OpenAPI document names only those
// that the feed shares.

import { alertStatuses, certainties, notifies } from '../alert/alert.ts'
import { filterBody } from '../alert/alert-filter.ts'
import {
  count,
  instant,
  integer,
  type JsonSchema,
  listOf,
  makeFormat,
  nullable,
  type Properties,
  part,
  ref,
  text,
  truth,
  words
} from '../format/format.ts'
import { severities } from '../theatre/severity.ts'

const id = text('The id of the subscription.')
const cursor = text('The position after it: `from` of a later subscription.')
const prev = text(
  'The cursor of the frame before it in this subscription. With `headline` and `ids` its first 8 characters. Anything else is a gap.'
)
const sentAt = instant('When it was sent.')
const ageSeconds = count(
  'How long ago, at most, this instance and the rules had folded all, s, in steps of 5. An instance that cannot read the alerts for too long sends its clients away.'
)
/** What each sign of life says, by stream, feed or webhook. */
export const lifeMembers = {
  canaryAgeSeconds: nullable(
    count(
      'Age of the last report of the canary that became an alert, s, in the theatre where it is oldest; null: there is no canary.'
    )
  ),
  complete: part('The reader has everything up to here, once all earlier frames are handled.', {
    record: count('How many events of alerts readers of this level and these theatres have.'),
    time: nullable(
      instant(
        'What was accepted by this time, of the theatre where it is earliest, is all in; null: a replay has not begun.'
      )
    )
  })
}
const link = { id, cursor, prev }
const token = text('A key, or a token of an identity provider.')
const listTypes = (...types: readonly string[]): JsonSchema => ({ type: 'string', enum: types })
const describeAny = (...names: readonly string[]) => makeFormat({ anyOf: names.map(ref) })
const alerts = (description: string) => ({
  ...listOf(describeAny('Alert', 'AlertHeadline', 'AlertIds')),
  description
})

const named = {
  alertId: text(),
  revision: count('As it counts for the key.'),
  status: words(alertStatuses),
  notify: words(notifies)
}
const drill = truth('Present for a drill.')

export const heartbeatSchema = integer(
  'Seconds between heartbeats, to notice a cut link sooner; if left out, those of the server.',
  { minimum: 2, maximum: 10 }
)

export const detailSchema = words(
  ['full', 'headline', 'ids'],
  '`full`, `headline` (below 400 bytes) or `ids`.',
  { default: 'full' }
)

/** Parts that frames, events of SSE and rows of the feed share. */
export const detailSchemas: Readonly<Record<string, JsonSchema>> = {
  AlertHeadline: part(
    'An alert for a bad link. What does not fit is cut, and ends in an ellipsis.',
    {
      ...named,
      severity: words(severities),
      certainty: words(certainties),
      drill,
      theatre: text('Cut, with an ellipsis, only if it is long and the log has many partitions.'),
      admin1: listOf(
        text(),
        'Areas, ISO 3166-2. If they do not fit, the first, or none, and an ellipsis.'
      ),
      detectedAt: instant('The `times.detectedAt` of `full`.'),
      headline: text('Cut at a character so that the whole fits; it then ends with an ellipsis.')
    },
    ['drill']
  ),
  AlertIds: part(
    'That an alert changed, and to what: the rest is at `GET /v1/alerts/{id}`.',
    { ...named, drill },
    ['drill']
  ),
  SmallAlertEvent: part(
    'With `headline` and `ids`: an alert has left the view, or an action was refused.',
    {
      alertId: text(),
      type: listTypes('alert.left-view', 'alert.action-refused'),
      actionId: text('Of a refused action.'),
      reason: text('Of a refused action.')
    },
    ['actionId', 'reason']
  ),
  ShownEvent: {
    description: 'An event in the requested detail.',
    ...describeAny('AlertEvent', 'AlertHeadline', 'AlertIds', 'SmallAlertEvent')
  },
  ShownAlert: {
    description: 'An alert in the requested detail.',
    ...describeAny('Alert', 'AlertHeadline', 'AlertIds')
  }
}

/** Refused with 4500 if it has other members. */
const message = (...given: Parameters<typeof part>): JsonSchema => ({
  ...part(...given),
  additionalProperties: false
})

export const clientMessageSchemas: Readonly<Record<string, JsonSchema>> = {
  AuthenticateMessage: message('First, unless the request authenticated the client.', {
    type: listTypes('authenticate'),
    token
  }),
  SubscribeMessage: message(
    'Begins a subscription.',
    {
      type: listTypes('subscribe'),
      id: { ...id, minLength: 1, maxLength: 64 },
      filter: filterBody,
      from: text('`latest` (the default), `earliest`, or a cursor.'),
      detail: detailSchema,
      heartbeatSeconds: heartbeatSchema
    },
    ['filter', 'from', 'detail', 'heartbeatSeconds']
  ),
  UnsubscribeMessage: message('Ends a subscription.', {
    type: listTypes('unsubscribe'),
    id: { ...id, minLength: 1, maxLength: 64 }
  })
}

export const serverFrameSchemas: Readonly<Record<string, JsonSchema>> = {
  AuthenticatedFrame: part('The token is valid.', { type: listTypes('authenticated') }),
  SubscribedFrame: part(
    'A subscription began at `cursor`; if the position was not recovered, with the open alerts, most severe first.',
    {
      type: listTypes('subscribed'),
      id,
      recovered: truth(),
      cursor,
      snapshot: alerts('Present unless recovered: the open alerts, or the first part of them.'),
      more: truth('True if further parts follow.')
    },
    ['snapshot', 'more']
  ),
  SnapshotFrame: part('A further part of the snapshot, as of its own cursor.', {
    type: listTypes('snapshot'),
    ...link,
    sentAt,
    more: truth('False in the last part.'),
    snapshot: alerts('Open alerts.')
  }),
  AlertFrame: part(
    'One event.',
    { type: listTypes('alert'), ...link, sentAt, event: ref('ShownEvent') },
    // `sentAt` is left out with `headline` and `ids`.
    ['sentAt']
  ),
  HeartbeatFrame: part(
    'A sign of life, which moves the position over what the reader does not get.',
    {
      type: listTypes('heartbeat'),
      ...link,
      sentAt,
      ageSeconds,
      epoch: text('Identity of the log: another one after a restore of an older copy.'),
      ...lifeMembers
    }
  ),
  ChangedFrame: part(
    'A list has changed: read it again. It has no contents, and moves no position.',
    {
      type: listTypes('changed'),
      list: text(
        'Which list, by the last part of its path: `silences`, `watches`, `views`, `subscriptions`, `sources`, `theatres`, `rules` or `keys`. There may be others later.'
      )
    }
  ),
  UnsubscribedFrame: part('The subscription has ended.', { type: listTypes('unsubscribed'), id }),
  NoticeFrame: part(
    'Before the server closes the connection.',
    {
      type: listTypes('notice'),
      code: {
        type: 'integer',
        minimum: 4000,
        maximum: 4999,
        description: 'The close code that follows.'
      },
      detail: text('For people.'),
      reconnect: truth('True below 4500: connect again with the last cursor.'),
      retryAfterMs: count('Wait this long first.'),
      staleSince: instant('Since when what was shown may have been out of date.')
    },
    ['retryAfterMs', 'staleSince']
  )
}

const eventNames = ['Subscribed', 'Snapshot', 'Alert', 'Heartbeat', 'Changed', 'Notice']
/** What `id` and `event` of a server-sent event say is not in its `data`. */
const outsideOfData = ['type', 'id', 'cursor']

/**
 * The `data` of server-sent events: the frame of that type, without what the event's own lines say.
 */
export const eventDataSchemas: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  eventNames.map(name => {
    const frame = serverFrameSchemas[`${name}Frame`] as {
      readonly properties: Properties
      readonly required: readonly string[]
    }
    const properties = Object.fromEntries(
      Object.entries(frame.properties).filter(([member]) => !outsideOfData.includes(member))
    )
    return [
      `${name}EventData`,
      { ...frame, properties, required: frame.required.filter(member => member in properties) }
    ]
  })
)

/**
 * One server-sent event as a client gets it: OpenAPI 3.1 cannot describe a stream, and tools take
 * each event to this.
 */
export const serverSentEventSchemas: Readonly<Record<string, JsonSchema>> = {
  ServerSentEvent: {
    description: 'One event. `data` is one line of JSON.',
    anyOf: eventNames.map(name =>
      // These two move no position.
      buildSentEvent(name, name === 'Changed' || name === 'Notice' ? [] : ['id'])
    )
  }
}

function buildSentEvent(name: string, required: readonly string[]): JsonSchema {
  const properties = {
    event: listTypes(name.toLowerCase()),
    id: cursor,
    retry: count('Wait so long before connecting again, ms.'),
    data: text({ contentMediaType: 'application/json', contentSchema: ref(`${name}EventData`) })
  }
  return { type: 'object', required: ['event', 'data', ...required], properties }
}

export const streamFrameSchemas: Readonly<Record<string, JsonSchema>> = {
  ...detailSchemas,
  ...clientMessageSchemas,
  ...serverFrameSchemas,
  ...eventDataSchemas,
  ...serverSentEventSchemas
}
