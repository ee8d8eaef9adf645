// A channel brings the frames of subscriptions by one transport. When it ends, the client decides
// what comes next.

import type { AlertFilter, Detail } from './alert.ts'
import type { Frame, Notice } from './frame.ts'
import type { Ports } from './ports.ts'

/** What a channel asks the server for. */
export interface Request {
  readonly id: string
  readonly filter: AlertFilter
  readonly detail: Detail
  /** `latest`, `earliest` or a cursor. */
  readonly from: string
  readonly heartbeatSeconds?: number
}

/** Why a channel ended. */
export type Ending =
  /** The connection is over: come back, not earlier than `leastMs` from now. */
  | {
      readonly kind: 'again'
      readonly detail: string
      readonly leastMs: number
      readonly staleSince: string | null
    }
  /** The server can't be reached by any transport. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** The transport does not work here: a proxy may be in its way. */
  | { readonly kind: 'unsupported'; readonly detail: string }
  /** The token is not, or no longer, good. */
  | { readonly kind: 'token-refused'; readonly detail: string; readonly code: number }
  /** Coming back would not help. */
  | { readonly kind: 'refused'; readonly detail: string; readonly code: number }

export interface ChannelEvents {
  /** Resolves when the next frame may come. */
  frame(id: string, frame: Frame): Promise<void>
  /** A list that is read by HTTP has changed. */
  changed(list: string): void
  /** Bytes came: on a slow link a whole frame may take long. A WebSocket does not report this. */
  heard(): void
  /** Once, unless the client closes the channel. */
  ended(ending: Ending): void
}

export interface ChannelOptions {
  readonly url: URL
  /** Null: the browser's session cookie authenticates. */
  readonly token: string | null
  readonly ports: Ports
  readonly events: ChannelEvents
}

export interface Channel {
  add(request: Request): void
  remove(id: string): void
  /** No event follows. */
  close(): void
}

export type OpenChannel = (options: ChannelOptions) => Channel

/** The wait that `Retry-After` asks for, ms; `otherwise` if it can't be read. At most an hour. */
export function retryAfterMs(header: string | null, otherwise: number): number {
  const seconds = header === null ? Number.NaN : Number(header)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : otherwise
}

/**
 * Where the session cookie counts: the API is at the page's own origin, below the path of `url`.
 */
export function buildApiUrl(base: URL, path: string): URL {
  return new URL(base.pathname.replace(/\/$/, '') + path, base)
}

/** The ending that an HTTP status other than 200 means. */
export function classifyStatus(status: number, retryAfter: string | null, detail: string): Ending {
  if (status === 401) return { kind: 'token-refused', detail, code: status }
  if (status === 404 || status === 405 || status === 406 || status === 501)
    return { kind: 'unsupported', detail }
  if (status === 429)
    return { kind: 'again', detail, leastMs: retryAfterMs(retryAfter, 5_000), staleSince: null }
  // 408 and 425: a proxy's own wish.
  if (status >= 500 || status === 408 || status === 425)
    return { kind: 'again', detail, leastMs: retryAfterMs(retryAfter, 0), staleSince: null }
  return { kind: 'refused', detail, code: status }
}

/** Maps a close code of /v1/stream to an ending. `notice`: the server's last notice. */
export function classifyClose(code: number, reason: string, notice: Notice | null): Ending {
  const detail = notice?.detail || reason || `the connection was closed with ${code}`
  if (code === 4501 || code === 4504) return { kind: 'token-refused', detail, code }
  if (code >= 4500 && code <= 4999) return { kind: 'refused', detail, code }
  const leastMs = notice?.retryAfterMs ?? (code === 4029 ? 5_000 : 0)
  return { kind: 'again', detail, leastMs, staleSince: notice?.staleSince ?? null }
}
