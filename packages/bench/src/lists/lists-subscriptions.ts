// Whom the alerts of bench `lists` are told: subscriptions with policies at one endpoint that takes everything, and silences over
// some of their alerts. Made over HTTP, as partners and officers make them.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { theatres } from './lists-load.ts'

/** Subscriptions of one centre, and silences that hold at once: more than any that we know of. */
export const subscriptionsMade = 20
export const silencesMade = 20
/** On a busy machine. */
const toldMaxMs = 300_000

interface Asked {
  readonly url: string
  readonly key: string
}

/** An endpoint on loopback that takes every event. */
export class TakingEndpoint {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  }

  static async start(): Promise<TakingEndpoint> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TakingEndpoint(server)
  }

  end(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Each for what is extreme in one theatre, with a policy that holds nothing by itself. */
export async function makeSubscriptions(asked: Asked, endpoint: string): Promise<void> {
  for (let n = 0; n < subscriptionsMade; n++) {
    const filter = { severity: ['extreme'], theatre: [theatres[n % theatres.length]] }
    const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
    await post(asked, '/v1/subscriptions', { url: endpoint, filter, policy, contact: `desk ${n}` })
  }
}

/** Half of them for all subscriptions, half for one. Resolves once nothing waits at the endpoint that no silence holds. */
export async function makeSilences(asked: Asked): Promise<void> {
  const listed = async () =>
    (await (await get(asked, '/v1/subscriptions')).json()) as { items: { id: string; pending: number }[] }
  const areTold = async () => (await listed()).items.every(({ pending }) => pending === 0)
  await waitFor(areTold, { what: 'every subscription to be told', timeoutMs: toldMaxMs, intervalMs: 1_000 })
  const { items } = await listed()
  for (let n = 0; n < silencesMade; n++) {
    const filter = n % 2 === 0 ? { country: ['ML', 'CI'], severity: ['minor', 'moderate'] } : { pattern: ['front'] }
    const subscriptionId = n < silencesMade / 2 ? null : (items[n % items.length]?.id ?? null)
    await post(asked, '/v1/silences', { reason: `Silence ${n}.`, minutes: 600, filter, subscriptionId })
  }
}

function get({ url, key }: Asked, path: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
}

async function post({ url, key }: Asked, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${(await answer.text()).slice(0, 1000)}`)
}
