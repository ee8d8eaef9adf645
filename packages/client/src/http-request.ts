// Requests of the SSE and pull channels, the loops that make them, and what their failures mean.

import type { AlertFilter } from './alert.ts'
import {
  buildApiUrl,
  type Channel,
  type ChannelOptions,
  classifyStatus,
  type Ending,
  type Request
} from './channel.ts'
import type { Ports } from './ports.ts'

/**
 * A channel with a loop for each subscription. `run` follows one until it ends, and resolves with
 * why; the first that ends, ends the channel.
 */
export function openLoops(
  { events }: ChannelOptions,
  run: (wanted: Request, signal: AbortSignal) => Promise<Ending>
): Channel {
  const loops = new Map<string, AbortController>()
  const remove = (id: string) => {
    loops.get(id)?.abort()
    loops.delete(id)
  }
  const close = () => {
    for (const id of loops.keys()) remove(id)
  }
  const follow = async (wanted: Request, { signal }: AbortController) => {
    const ending = await run(wanted, signal).catch((error: unknown) => again(describeError(error)))
    if (signal.aborted) return
    close()
    events.ended(ending)
  }
  return {
    add(wanted) {
      const loop = new AbortController()
      loops.set(wanted.id, loop)
      void follow(wanted, loop)
    },
    remove,
    close
  }
}

/** The connection is over, for no reason that the server gave. */
export function again(detail: string): Ending {
  return { kind: 'again', detail, leastMs: 0, staleSince: null }
}

/** A filter in a query: the same names as in JSON, values separated by commas. */
export function filterQuery(filter: AlertFilter): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter) as [keyof AlertFilter, unknown][]) {
    if (value === undefined) continue
    if (Array.isArray(value)) query.set(name, value.join(','))
    else query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return query
}

/** The address of a subscription; members without a value are left out. */
export function buildAddress(
  url: URL,
  path: string,
  { filter, detail }: Request,
  members: Readonly<Record<string, string | number | undefined>>
): URL {
  const address = buildApiUrl(url, path)
  address.search = String(filterQuery(filter))
  const all = { ...members, detail: detail === 'full' ? undefined : detail }
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) address.searchParams.set(name, String(value))
  return address
}

export type Answer =
  | { readonly ok: true; readonly response: Response }
  | { readonly ok: false; readonly ending: Ending }

export interface Asked {
  readonly method?: 'GET' | 'POST'
  readonly token: string | null
  readonly accept: string
  readonly signal: AbortSignal
}

/**
 * Without a token the session cookie of the page counts. Never rejects; after an abort its ending
 * does not matter.
 */
export async function request(
  ports: Ports,
  url: URL,
  { token, accept, signal, method = 'GET' }: Asked
): Promise<Answer> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
  try {
    const response = await ports.fetch(url, {
      method,
      headers: { accept, ...authorization },
      credentials: token === null ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal
    })
    if (response.ok) return { ok: true, response }
    const detail = await readDetail(response)
    return {
      ok: false,
      ending: classifyStatus(response.status, response.headers.get('retry-after'), detail)
    }
  } catch (error) {
    return { ok: false, ending: { kind: 'unreachable', detail: describeError(error) } }
  }
}

/**
 * The text of an answer, piece by piece. `heard` is called for each. Not every browser can iterate
 * over a stream.
 */
export async function* readText(
  body: ReadableStream<Uint8Array> | null,
  heard: () => void
): AsyncGenerator<string> {
  if (body === null) return
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    heard()
    yield decoder.decode(piece.value, { stream: true })
  }
}

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The detail of the problem document, else the status. */
async function readDetail(response: Response): Promise<string> {
  const text = await response.text()
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    if (typeof detail === 'string') return detail
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return `the server answered ${response.status}`
}
