// A suite that answers the page as it is told to, and an address that moves. Imported before the
// state, by a bare import, which stays first.

import '../support/a-page.ts'
import { expect, vi } from 'vitest'

type Answering = (path: string, asked: RequestInit) => Response | Promise<Response>

let answering: Answering = () => new Response('', { status: 404 })

/** How the suite answers from now on; one that throws can not be reached. */
export function suiteAnswers(next: Answering): void {
  answering = next
}

/** Who is signed in, unless said otherwise. */
export const ama = {
  id: 'k1',
  name: 'Ama',
  scopes: ['alerts:read', 'alerts:operate'],
  theatres: '*' as const,
  handling: 'internal',
  expiresAt: null
}

/** A suite whose lists are empty, except for what `answer` answers. */
export function suiteHas(
  answer: (path: string) => Response | Promise<Response> | null = () => null,
  me: () => object = () => ama
): void {
  suiteAnswers(path => {
    if (path === '/v1/me') return Response.json(me())
    const empty = () => Response.json({ items: [], next: null })
    return answer(path) ?? (path.startsWith('/v1/') ? empty() : aProblem(404))
  })
}

/** Polls: answers come in turns of their own. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 5_000, interval: 5 })

/** Polls while fake timers go on at each look. */
export const soonAfter = <T>(stepMs: number, read: () => T) =>
  soon(() => {
    vi.advanceTimersByTime(stepMs)
    return read()
  })

export function aProblem(status: number, more: object = {}): Response {
  return Response.json(
    { code: `status-${status}`, detail: `refused with ${status}`, ...more },
    { status }
  )
}

/** An answer that comes when the test says so. */
export function held(): {
  readonly promise: Promise<Response>
  readonly answer: (response: Response) => void
} {
  const { promise, resolve } = Promise.withResolvers<Response>()
  return { promise, answer: resolve }
}

const page = new URL(location.origin)
const moveTo = (_state: unknown, _title: string, address: string) => {
  Object.assign(location, { search: new URL(address, page).search })
}
Object.assign(globalThis, {
  history: { pushState: moveTo, replaceState: moveTo },
  fetch: async (path: string, asked: RequestInit = {}) => answering(path, asked)
})
