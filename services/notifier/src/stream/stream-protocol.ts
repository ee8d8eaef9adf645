// The protocol of /v1/stream (subprotocol tocsin.v1): client messages and server frames. Pure:
// parses and builds frames; the session is stream-session.ts.

import { type AlertFilter, parseFilter } from '@tocsin/contracts/alert/alert-filter'
import type { CloseCode } from '@tocsin/contracts/asyncapi/close-codes'
import { type Detail, details } from '../alerts/detail.ts'
import { askedFilter } from '../alerts/list-queries.ts'
import type { SignOfLife } from '../alerts/sign-of-life.ts'

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

export type ReadMessage =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly detail: string }

/** Interval of heartbeats that a client may ask for, s: to notice a cut link within moments. */
export const heartbeatSecondsMin = 2
export const heartbeatSecondsMax = 10

const subscriptionIdLengthMax = 64
/** Longest token or cursor that is parsed. */
const textLengthMax = 16_384

/** Parses a client's message. Never throws; the detail is for the client's developer. */
export function readMessage(text: string): ReadMessage {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return wrong('a message must be JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('a message must be an object')
  const message = value as Readonly<Record<string, unknown>>
  const unknown = findUnknownMember(message)
  if (unknown !== null)
    return wrong(`${String(message.type)} has no member ${JSON.stringify(unknown)}`)
  switch (message.type) {
    case 'authenticate':
      return readAuthenticate(message)
    case 'subscribe':
      return readSubscribe(message)
    case 'unsubscribe':
      return isId(message.id)
        ? { ok: true, message: { type: 'unsubscribe', id: message.id } }
        : wrong(idWords)
    default:
      return wrong('type must be authenticate, subscribe or unsubscribe')
  }
}

/** Members of each message other than `type`. */
const members: Readonly<Record<string, readonly string[]>> = {
  authenticate: ['token'],
  subscribe: ['id', 'filter', 'from', 'detail', 'heartbeatSeconds'],
  unsubscribe: ['id']
}

/**
 * The first member that its type does not have: misspelt, it would ask for something else in
 * silence.
 */
function findUnknownMember(message: Readonly<Record<string, unknown>>): string | null {
  const known =
    typeof message.type === 'string' && Object.hasOwn(members, message.type)
      ? members[message.type]
      : undefined
  return known === undefined
    ? null
    : (Object.keys(message).find(name => name !== 'type' && !known.includes(name)) ?? null)
}

const idWords = `id must be a string of 1 to ${subscriptionIdLengthMax} characters`

function readAuthenticate({ token }: Readonly<Record<string, unknown>>): ReadMessage {
  if (typeof token !== 'string' || token === '' || token.length > textLengthMax)
    return wrong('authenticate needs a token')
  return { ok: true, message: { type: 'authenticate', token } }
}

function readSubscribe(message: Readonly<Record<string, unknown>>): ReadMessage {
  const { id, filter = {}, from = 'latest', detail = 'full', heartbeatSeconds = null } = message
  if (!isId(id)) return wrong(idWords)
  if (!isDetail(detail)) return wrong(`detail must be one of ${details.join(', ')}`)
  if (typeof from !== 'string' || from === '' || from.length > textLengthMax)
    return wrong('from must be latest, earliest or a cursor')
  if (!isHeartbeat(heartbeatSeconds))
    return wrong(
      `heartbeatSeconds must be an integer from ${heartbeatSecondsMin} to ${heartbeatSecondsMax}`
    )
  const parsed = askedFilter(parseFilter(filter))
  if (!parsed.ok)
    return wrong(
      `the filter is invalid: ${parsed.errors.map(error => `${error.pointer} ${error.detail}`).join('; ')}`
    )
  const given = { id, filter: parsed.filter, from, detail, heartbeatSeconds }
  return { ok: true, message: { type: 'subscribe', ...given } }
}

function isDetail(value: unknown): value is Detail {
  return (details as readonly unknown[]).includes(value)
}

function isHeartbeat(value: unknown): value is number | null {
  return (
    value === null ||
    (Number.isInteger(value) &&
      Number(value) >= heartbeatSecondsMin &&
      Number(value) <= heartbeatSecondsMax)
  )
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= subscriptionIdLengthMax
}

function wrong(detail: string): ReadMessage {
  return { ok: false, detail }
}

/** How far a frame brings its client, and from where. */
export interface FrameLink {
  readonly cursor: string
  readonly prev: string
  /** ISO 8601; null where the detail leaves it out. */
  readonly sentAt: string | null
}

/** The frames of a subscription, in the form of a transport. */
export interface FrameForms {
  /** The answer to `subscribe` if the client can resume where it asked. */
  recovered(id: string, cursor: string): string
  /**
   * The answer in other cases: the open alerts as of this cursor, already encoded. `more`:
   * `snapshot` frames with further ones follow. If all of them fit, the frame has no `more`.
   */
  subscribed(id: string, cursor: string, alerts: readonly string[], more: boolean): string
  /** A further snapshot part: the alerts as of `cursor`. The last has `more` false. */
  snapshot(id: string, link: FrameLink, alerts: readonly string[], more: boolean): string
  /** An alert frame around an event that was encoded once for all readers with the same view. */
  alert(id: string, link: FrameLink, encodedEvent: string): string
  heartbeat(id: string, link: FrameLink, life: SignOfLife): string
  /** A list that is read by HTTP has changed. */
  changed(list: string): string
  notice(notice: Notice): string
}

/**
 * Why the server closes. `staleSince` (ISO 8601): since when the client's state may have been out
 * of date.
 */
export interface Notice {
  readonly code: CloseCode
  readonly detail: string
  readonly retryAfterMs: number | null
  readonly staleSince: string | null
}

/** The content of a notice. `reconnect` repeats what the code's range means. */
export function saidIn({ code, detail, retryAfterMs, staleSince }: Notice): object {
  const waiting = retryAfterMs === null ? {} : { retryAfterMs }
  return {
    code,
    detail,
    reconnect: code < 4500,
    ...waiting,
    ...(staleSince === null ? {} : { staleSince })
  }
}

/** The frames of the WebSocket. */
export const socketFrames: FrameForms = {
  recovered: (id, cursor) => JSON.stringify({ type: 'subscribed', id, recovered: true, cursor }),
  subscribed(id, cursor, alerts, more) {
    const head = `{"type":"subscribed","id":${JSON.stringify(id)},"recovered":false,"cursor":"${cursor}","snapshot":[`
    return `${head}${alerts.join(',')}]${more ? ',"more":true' : ''}}`
  },
  snapshot: (id, link, alerts, more) =>
    `${makeHead('snapshot', id, link)},"more":${more},"snapshot":[${alerts.join(',')}]}`,
  alert: (id, link, encodedEvent) => `${makeHead('alert', id, link)},"event":${encodedEvent}}`,
  heartbeat: (id, link, life) =>
    `${makeHead('heartbeat', id, link)},${JSON.stringify(life).slice(1)}`,
  changed: list => JSON.stringify({ type: 'changed', list }),
  notice: notice => JSON.stringify({ type: 'notice', ...saidIn(notice) })
}

function makeHead(type: string, id: string, { cursor, prev, sentAt }: FrameLink): string {
  const sent = sentAt === null ? '' : `,"sentAt":"${sentAt}"`
  return `{"type":"${type}","id":${JSON.stringify(id)},"cursor":"${cursor}","prev":"${prev}"${sent}`
}

/** Most bytes of a reason in a close frame. Source: RFC 6455, section 5.5. */
const closeReasonBytesMax = 123

/**
 * As much of a detail as a close frame has room for, cut at a character: it may repeat what a
 * client sent. Pure.
 */
export function findCloseReason(detail: string): string {
  let reason = detail.toWellFormed().slice(0, closeReasonBytesMax)
  while (Buffer.byteLength(reason) > closeReasonBytesMax) reason = [...reason].slice(0, -1).join('')
  return reason.toWellFormed()
}

export function authenticatedFrame(): string {
  return '{"type":"authenticated"}'
}

export function unsubscribedFrame(id: string): string {
  return JSON.stringify({ type: 'unsubscribed', id })
}
