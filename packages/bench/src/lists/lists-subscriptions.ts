// Whom the alerts of bench `lists` are told: subscriptions with policies at one endpoint that takes
// everything, and silences over some of their alerts, which hold thousands of deliveries. Made over
// HTTP, as partners and officers make them.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { graveArea, theatres } from './lists-load.ts'

/** Subscriptions of one centre, and silences that hold at once: more than any that we know of. */
export const subscriptionsMade = 20
export const silencesMade = 20
/** A fifth of what one key may make. */
export const watchesMade = 5
/** One more is for an area by its circle: whether an alert lies within is asked of each. */
const circle = [12, 2, 60] as const
/** On a busy machine. */
const toldMaxMs = 600_000

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

/**
 * Half of them for what is extreme in one theatre, half for all of an area, with a policy that
 * holds nothing by itself. Resolves with the ids of the second half.
 */
export async function makeSubscriptions(
  asked: Asked,
  endpoint: string
): Promise<readonly string[]> {
  const held: string[] = []
  for (let n = 0; n < subscriptionsMade; n++) {
    const isHeld = n % 2 === 1
    const filter = isHeld
      ? graveArea((n - 1) / 2)
      : { severity: ['extreme'], theatre: [theatres[(n / 2) % theatres.length]] }
    const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
    const { id } = await post(asked, '/v1/subscriptions', {
      url: endpoint,
      filter,
      policy,
      contact: `desk ${n}`
    })
    if (isHeld) held.push(id)
  }
  return held
}

/**
 * Half of them for all subscriptions, half for one: all that is not extreme of the areas waits for
 * one of them.
 */
export async function makeSilences(
  asked: Asked,
  subscriptionIds: readonly string[]
): Promise<void> {
  for (let n = 0; n < silencesMade; n++) {
    const isForOne = n >= silencesMade / 2
    const filter = isForOne ? {} : graveArea(n)
    // Only half of the subscriptions have one that ends later than those for all.
    const subscriptionId = isForOne ? subscriptionIds[(n * 2) % subscriptionIds.length] : null
    await post(asked, '/v1/silences', {
      reason: `Silence ${n}.`,
      minutes: (isForOne ? 700 : 600) + n,
      filter,
      subscriptionId
    })
  }
  await post(asked, '/v1/silences', {
    reason: 'Silence of an area.',
    minutes: 600,
    filter: { circle },
    subscriptionId: null
  })
}

/**
 * Rosters of a week, six shifts a day, whose lines are these subscriptions; none follows them, so
 * that nothing else is held.
 */
export async function makeWatches(asked: Asked, subscriptionIds: readonly string[]): Promise<void> {
  const hourMs = 3_600_000
  const fromMs = Date.now()
  const at = (hours: number) => new Date(fromMs + hours * hourMs).toISOString()
  for (let n = 0; n < watchesMade; n++) {
    const lines = [0, 1, 2].map(place => subscriptionIds[(n + place) % subscriptionIds.length])
    const shifts = Array.from({ length: 42 }, (_, i) => ({
      officer: `officer ${i % 5}`,
      from: at(4 * i),
      until: at(4 * i + 4),
      lines
    }))
    await post(asked, '/v1/watches', { name: `Desk ${n}`, shifts })
  }
}

/** Resolves once nothing waits that no silence holds, with how much they hold. */
export async function untilTold(asked: Asked): Promise<number> {
  let before = -1
  let holds = 0
  const isTold = async () => {
    const [{ items: subscriptions }, { items: silences }] = await Promise.all([
      get<{ pending: number; sequence: number }>(asked, '/v1/subscriptions'),
      get<{ holds: number }>(asked, '/v1/silences?limit=50')
    ])
    holds = silences.reduce((sum, each) => sum + each.holds, 0)
    const pending = subscriptions.reduce((sum, each) => sum + each.pending, 0)
    const planned = subscriptions.reduce((sum, each) => sum + each.sequence, 0)
    const isSame = planned === before
    before = planned
    return isSame && planned > 0 && pending === holds
  }
  await waitFor(isTold, {
    what: 'every subscription to be told',
    timeoutMs: toldMaxMs,
    intervalMs: 2_000
  })
  return holds
}

/** The path of a subscription's deliveries, and an alert of which it holds one. */
export async function heldDelivery(
  asked: Asked,
  subscriptionId: string
): Promise<{ path: string; alertId: string; sequence: number }> {
  const path = `/v1/subscriptions/${subscriptionId}/deliveries`
  const { items } = await get<{ alertId: string; sequence: number; held: object | null }>(
    asked,
    path
  )
  const found = items.find(({ held }) => held !== null)
  if (found === undefined) throw new Error('none of the newest deliveries is held')
  return { path, alertId: found.alertId, sequence: found.sequence }
}

async function get<Row>(
  { url, key }: Asked,
  path: string
): Promise<{ readonly items: readonly Row[] }> {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  return (await answer.json()) as { items: Row[] }
}

async function post(
  { url, key }: Asked,
  path: string,
  body: object
): Promise<{ readonly id: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body)
  })
  if (!answer.ok)
    throw new Error(
      `${path} was answered ${answer.status}: ${(await answer.text()).slice(0, 1000)}`
    )
  return (await answer.json()) as { id: string }
}
