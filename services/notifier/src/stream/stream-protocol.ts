// The protocol of /v1/stream (subprotocol tocsin.v1): client messages and server frames, which are
// those of /v1/events too. Pure: parses and builds; the session is stream-session.ts.

import { type AlertFilter, parseFilter } from '@tocsin/contracts/alert/alert-filter'
import type { CloseCode } from '@tocsin/contracts/asyncapi/close-codes'
import { type Detail, details } from '../alerts/detail.ts'
import { askedFilter } from '../alerts/list-queries.ts'

export const subprotocol = 'tocsin.v1'

export type ClientMessage =
  | { readonly type: 'authenticate'; readonly token: string }
  | SubscribeMessage
  | { readonly type: 'unsubscribe'; readonly id: string }

export interface SubscribeMessage {
  readonly type: 'subscribe'
  readonly id: string
  readonly filter: AlertFilter
  /** `latest`, `earliest` or a cursor. */
  readonly from: string
  readonly detail: Detail
  /** Null: as often as the setting states. */
  readonly heartbeatSeconds: number | null
}

const idLengthMax = 64
/** Longest token or cursor that is parsed. */
const textLengthMax = 16_384
/** Heartbeats that a client may ask for, s: to notice a cut link within moments. */
const [heartbeatSecondsMin, heartbeatSecondsMax] = [2, 10]

type Check = readonly [isValid: (value: unknown) => boolean, detail: string]

const isText = (value: unknown, lengthMax = textLengthMax) =>
  typeof value === 'string' && value !== '' && value.length <= lengthMax
const isHeartbeat = (value: unknown) =>
  Number.isInteger(value) &&
  Number(value) >= heartbeatSecondsMin &&
  Number(value) <= heartbeatSecondsMax
const idCheck: Check = [
  value => isText(value, idLengthMax),
  `id must be a string of 1 to ${idLengthMax} characters`
]

/** Members of each message other than `type`. Filters have their own reader. */
const members: Readonly<Record<ClientMessage['type'], Readonly<Record<string, Check>>>> = {
  authenticate: { token: [value => isText(value), 'authenticate needs a token'] },
  subscribe: {
    id: idCheck,
    detail: [
      value => details.some(detail => detail === value),
      `detail must be one of ${details.join(', ')}`
    ],
    from: [value => isText(value), 'from must be latest, earliest or a cursor'],
    heartbeatSeconds: [
      value => value === null || isHeartbeat(value),
      `heartbeatSeconds must be an integer from ${heartbeatSecondsMin} to ${heartbeatSecondsMax}`
    ],
    filter: [() => true, '']
  },
  unsubscribe: { id: idCheck }
}
const subscribeDefaults = { filter: {}, from: 'latest', detail: 'full', heartbeatSeconds: null }

/** Parses a client's message; a text says to the client's developer what is wrong with it. */
export function readMessage(text: string): ClientMessage | string {
  let message: Readonly<Record<string, unknown>>
  try {
    message = JSON.parse(text)
  } catch {
    return 'a message must be JSON'
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return 'a message must be an object'
  const type = message.type as ClientMessage['type']
  if (typeof type !== 'string' || !Object.hasOwn(members, type))
    return 'type must be authenticate, subscribe or unsubscribe'
  // Misspelt, it would ask for something else in silence.
  const isKnown = (name: string) => name === 'type' || Object.hasOwn(members[type], name)
  const unknown = Object.keys(message).find(name => !isKnown(name))
  if (unknown !== undefined) return `${type} has no member ${JSON.stringify(unknown)}`
  const given: typeof message = { ...(type === 'subscribe' && subscribeDefaults), ...message }
  const fault = Object.entries(members[type]).find(([name, [isValid]]) => !isValid(given[name]))
  if (fault !== undefined) return fault[1][1]
  if (type !== 'subscribe') return given as unknown as ClientMessage
  const parsed = askedFilter(parseFilter(given.filter))
  if (parsed.ok) return { ...given, filter: parsed.filter } as unknown as SubscribeMessage
  const faults = parsed.errors.map(error => `${error.pointer} ${error.detail}`)
  return `the filter is invalid: ${faults.join('; ')}`
}

/** How far a frame brings its client, and from where. */
export interface FrameLink {
  readonly cursor: string
  /** Null: it is the first of its subscription. */
  readonly prev: string | null
  /** ISO 8601; null where the detail leaves it out. */
  readonly sentAt: string | null
}

/** A frame before it has the form of a transport. */
export interface Frame {
  readonly type: 'subscribed' | 'snapshot' | 'alert' | 'heartbeat' | 'changed' | 'notice'
  /** Of a subscription: which one, and where it is. */
  readonly of?: { readonly id: string; readonly link: FrameLink }
  /** Its other members, as JSON without braces. */
  readonly members: string
  /** When a client that was cut off may connect again, ms. */
  readonly retryAfterMs?: number | null
}

export interface FrameForm {
  readonly name: 'socket' | 'events'
  write(frame: Frame): string
}

/** The frames of the WebSocket. */
export const socketForm: FrameForm = {
  name: 'socket',
  write({ type, of, members }) {
    const head =
      of === undefined ? '' : `"id":${JSON.stringify(of.id)},"cursor":"${of.link.cursor}",`
    return `{"type":"${type}",${head}${of === undefined ? '' : formatLink(of.link)}${members}}`
  }
}

/**
 * Server-sent events: `id` is the cursor, `event` the frame's type, `data` the rest. A connection has
 * one subscription, which is not named. JSON needs one line of data: it has no line breaks. Source:
 * WHATWG HTML, server-sent events; formats.md#server-sent-events.
 */
export const eventForm: FrameForm = {
  name: 'events',
  write({ type, of, members, retryAfterMs = null }) {
    const retry = retryAfterMs === null ? '' : `retry: ${retryAfterMs}\n`
    // Without an id the client comes back with its last cursor.
    const head = of === undefined ? '' : `id: ${of.link.cursor}\n`
    const link = of === undefined ? '' : formatLink(of.link)
    return `${retry}${head}event: ${type}\ndata: {${link}${members}}\n\n`
  }
}

function formatLink({ prev, sentAt }: FrameLink): string {
  return `${prev === null ? '' : `"prev":"${prev}",`}${sentAt === null ? '' : `"sentAt":"${sentAt}",`}`
}

/** The answer to `subscribe`. `snapshot`: the open alerts, encoded; null: the client resumes. */
export function makeSubscribed(
  id: string,
  cursor: string,
  snapshot: readonly string[] | null,
  isMore: boolean
): Frame {
  const members =
    snapshot === null
      ? '"recovered":true'
      : `"recovered":false,"snapshot":[${snapshot.join()}]${isMore ? ',"more":true' : ''}`
  const link = { cursor, prev: null, sentAt: null }
  return { type: 'subscribed', of: { id, link }, members, retryAfterMs: 2_000 }
}

/**
 * Why the server closes. `reconnect` repeats what the code's range means; `staleSince`: since when the
 * client's state may have been out of date, ISO 8601.
 */
export function makeNotice(
  code: CloseCode,
  detail: string,
  retryAfterMs: number | null,
  staleSince: string | null
): Frame {
  const said = {
    ...{ code, detail, reconnect: code < 4500 },
    ...(retryAfterMs !== null && { retryAfterMs }),
    ...(staleSince !== null && { staleSince })
  }
  return { type: 'notice', members: JSON.stringify(said).slice(1, -1), retryAfterMs }
}

/** Most bytes of a reason in a close frame. Source: RFC 6455, section 5.5. */
const closeReasonBytesMax = 123

/**
 * As much of a detail as a close frame has room for, cut at a character: it may repeat what a
 * client sent.
 */
export function findCloseReason(detail: string): string {
  let reason = detail.toWellFormed().slice(0, closeReasonBytesMax)
  while (Buffer.byteLength(reason) > closeReasonBytesMax) reason = [...reason].slice(0, -1).join('')
  return reason.toWellFormed()
}

/** The limits that close a connection with 4029, for the client's developer. Labels of a metric. */
export const refusalWords = {
  connections: 'too many connections',
  'connections-of-key': 'too many connections of this key or session',
  strangers: 'too many connections that have not authenticated',
  subscriptions: 'too many subscriptions on this connection',
  filters: 'the filters of all subscriptions cost too much: use simpler ones',
  'filters-of-key':
    'the filters of all subscriptions of this key or session cost too much: use simpler ones',
  'messages-waiting': 'too many messages at once',
  'messages-a-minute': 'too many messages per minute'
} as const
export type StreamRefusal = keyof typeof refusalWords

/**
 * How a connection ended that the session did not end. `protocol`: ws closed it, because its client
 * broke RFC 6455. `network`: no close frame came, as always over plain HTTP.
 */
export interface SocketEnd {
  readonly code: number
  readonly by: 'protocol' | 'client' | 'network'
}

/** A label of a metric: clients may send thousands of codes, those of RFC 6455 have their own. */
export function formatCloseLabel(code: number): string {
  return code >= 1000 && code <= 1011 && code !== 1004 ? String(code) : 'other'
}

/** The codes that ws closes with; 1002 for all other errors. */
const protocolCodes: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009
}

/** `code`: of the close event. `error`: the code of an earlier error of ws, if any. */
export function makeSocketEnd(code: number, error: string | null): SocketEnd {
  if (error?.startsWith('WS_ERR')) return { code: protocolCodes[error] ?? 1002, by: 'protocol' }
  return { code, by: code === 1006 ? 'network' : 'client' }
}
