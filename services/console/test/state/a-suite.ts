// A suite that answers the page as it is told to, and an address that moves. Imported before the
// state, by a bare import, which stays first.

import '../support/a-page.ts'
import { expect } from 'vitest'

type Answering = (path: string, asked: RequestInit) => Response | Promise<Response>

let answering: Answering = () => new Response('', { status: 404 })

/** How the suite answers from now on; one that throws can not be reached. */
export function suiteAnswers(next: Answering): void {
  answering = next
}

/** Polls: answers come in turns of their own. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 5_000, interval: 5 })

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
