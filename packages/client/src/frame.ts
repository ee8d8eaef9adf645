// Frames of a subscription, whichever transport brings them.

import type { Detail, DetailedEvents, SnapshotAlerts } from './alert.ts'

export interface SubscribedFrame {
  readonly type: 'subscribed'
  /** False: the subscription starts again, and the client's state is void. */
  readonly recovered: boolean
  readonly cursor: string
  /** Open alerts as of `cursor`, the gravest first. */
  readonly snapshot?: readonly SnapshotAlerts[Detail][]
  /** Further parts of the snapshot follow. */
  readonly more?: boolean
}

interface Linked {
  readonly cursor: string
  /** The cursor of the frame before it in this subscription, or its beginning. */
  readonly prev: string
}

export interface SnapshotFrame extends Linked {
  readonly type: 'snapshot'
  readonly snapshot: readonly SnapshotAlerts[Detail][]
  readonly more: boolean
}

export interface AlertFrame extends Linked {
  readonly type: 'alert'
  readonly event: DetailedEvents[Detail]
}

/** What a server says in a sign of life; older ones leave some of it out. */
export interface SignOfLife {
  /** Maximum age of the server's data, s. */
  readonly ageSeconds?: number
  /** Age of the last report of the canary that became an alert, s; null: there is no canary. */
  readonly canaryAgeSeconds?: number | null
  /**
   * All events of alerts for this reader up to the `record`-th are here, and all that was accepted
   * by `time`, ISO 8601.
   */
  readonly complete?: { readonly record: number; readonly time: string | null }
}

export interface HeartbeatFrame extends Linked, SignOfLife {
  readonly type: 'heartbeat'
  /** The end of a page of the feed that had events: others may follow. */
  readonly isOfPage?: true
  /**
   * A page of the feed that was on its way for so long that what happened meanwhile is not in it.
   */
  readonly isLate?: true
}

export type Frame = SubscribedFrame | SnapshotFrame | AlertFrame | HeartbeatFrame

/**
 * Whether a frame ends the backlog: true, false, or null if unknown. A server
 * that sends a backlog sends heartbeats after it alone, and a snapshot is as of its last part.
 */
export function hasCaughtUp(frame: Frame): boolean | null {
  if (frame.type === 'heartbeat')
    return frame.isLate === true ? false : frame.isOfPage === true ? null : true
  if (frame.type === 'snapshot') return !frame.more
  return frame.type === 'subscribed' ? !frame.recovered && frame.more !== true : null
}

/** The server's message before it closes a connection. */
export interface Notice {
  readonly code: number
  readonly detail: string
  readonly retryAfterMs: number | null
  /** Since when (ISO 8601) the server's data may be out of date. */
  readonly staleSince: string | null
}

export type ServerMessage =
  | { readonly kind: 'frame'; readonly id: string; readonly frame: Frame }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'changed'; readonly list: string }
  /** A message without consequences: `authenticated`, or one of a newer server. */
  | { readonly kind: 'other' }

export const frameTypes: ReadonlySet<unknown> = new Set([
  'subscribed',
  'snapshot',
  'alert',
  'heartbeat'
])

/**
 * Reads a message of the server. Throws SyntaxError if it is not one: the connection can't be
 * trusted then.
 */
export function readMessage(text: string): ServerMessage {
  const value = readObject(text)
  if (value.type === 'notice') return { kind: 'notice', notice: parseNotice(value) }
  if (value.type === 'changed') return { kind: 'changed', list: String(value.list) }
  if (!frameTypes.has(value.type)) return { kind: 'other' }
  return { kind: 'frame', id: String(value.id), frame: parseFrame(value) }
}

/** A JSON object. Throws SyntaxError. */
export function readObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null)
    throw new SyntaxError('a message must be an object')
  return value as Readonly<Record<string, unknown>>
}

/** A frame with the members on which the client relies. Throws SyntaxError. */
export function parseFrame(value: Readonly<Record<string, unknown>>): Frame {
  const { type, cursor, prev, event, snapshot } = value
  const isWhole =
    typeof cursor === 'string' &&
    (type === 'subscribed' || typeof prev === 'string') &&
    (type !== 'alert' || (typeof event === 'object' && event !== null)) &&
    (type !== 'snapshot' || Array.isArray(snapshot)) &&
    (type !== 'subscribed' || value.recovered === true || Array.isArray(snapshot))
  if (!isWhole) throw new SyntaxError(`the frame ${String(type)} lacks members`)
  return value as unknown as Frame
}

export function parseNotice({
  code,
  detail,
  retryAfterMs,
  staleSince
}: Readonly<Record<string, unknown>>): Notice {
  return {
    code: typeof code === 'number' ? code : 0,
    detail: typeof detail === 'string' ? detail : '',
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    staleSince: typeof staleSince === 'string' ? staleSince : null
  }
}
