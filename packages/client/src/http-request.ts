// Requests of the SSE and pull channels, and what their failures mean.

import { type Ending, endingOfStatus } from './channel.ts'
import type { Ports } from './ports.ts'

export type Answer = { readonly ok: true; readonly response: Response } | { readonly ok: false; readonly ending: Ending }

/**
 * GET with the token. `cookies: include` without one: the session cookie of the page counts. Never rejects; after an abort its
 * ending concerns nobody.
 */
export async function request(
  ports: Pick<Ports, 'fetch'>,
  url: URL,
  { token, accept, signal }: { readonly token: string | null; readonly accept: string; readonly signal: AbortSignal }
): Promise<Answer> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
  try {
    const response = await ports.fetch(url, {
      headers: { accept, ...authorization },
      credentials: token === null ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal
    })
    if (response.ok) return { ok: true, response }
    const detail = await detailOf(response)
    return { ok: false, ending: endingOfStatus(response.status, response.headers.get('retry-after'), detail) }
  } catch (error) {
    return { ok: false, ending: { kind: 'unreachable', detail: wordsOf(error) } }
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What the problem document says, else the status. */
async function detailOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    if (typeof detail === 'string') return detail
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return `the server answered ${response.status}`
}
