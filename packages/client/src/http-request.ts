// Requests of the SSE and pull channels, and what their failures mean.

import { classifyStatus, type Ending } from './channel.ts'
import type { Ports } from './ports.ts'

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
