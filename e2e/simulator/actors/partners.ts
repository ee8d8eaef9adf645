// The network behind webhooks and the partners at its end. A request may arrive once, twice, late
// or never, whatever its sender is told; a partner recognises repeats by id, and checks signature,
// sequence and chain of new ones.

import { createHmac } from 'node:crypto'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import type { Life } from '../world/life.ts'
import type { RandomSource } from '../world/random-source.ts'
import type { World } from '../world/world.ts'

export interface Delivered {
  readonly id: string
  readonly body: string
  readonly event: {
    readonly type: string
    readonly sequence: number
    readonly previousid: string | null
    readonly data: Readonly<Record<string, unknown>>
  }
}

const timeoutMs = 15_000

export class Partners {
  /** What arrived as new, by address, in order. */
  readonly received = new Map<string, Delivered[]>()
  repeats = 0
  readonly #world: World
  readonly #random: RandomSource
  readonly #secrets: ReadonlyMap<string, string>

  constructor(world: World, secrets: ReadonlyMap<string, string>) {
    this.#world = world
    this.#random = world.random.fork('partners')
    this.#secrets = secrets
  }

  /** The network of one notifier process. */
  transportFor(life: Life): WebhookTransport {
    return {
      send: (request, signal) => life.lived(this.#send(request, signal)),
      close: async () => {}
    }
  }

  #send(request: WebhookRequest, signal: AbortSignal): Promise<SendOutcome> {
    const { time } = this.#world
    const startMs = time.nowMs
    return new Promise(resolve => {
      const answer = (outcome: SendOutcome) =>
        resolve({ ...outcome, durationMs: time.nowMs - startMs })
      if (signal.aborted) return answer({ kind: 'cancelled', durationMs: 0 })
      signal.addEventListener('abort', () => answer({ kind: 'cancelled', durationMs: 0 }), {
        once: true
      })
      this.#travel(request, answer)
    })
  }

  #travel(request: WebhookRequest, answer: (outcome: SendOutcome) => void): void {
    const { time, faults } = this.#world
    const arrive = (afterMs: number) => time.after(afterMs, 'webhook', () => this.#arrive(request))
    const say = (afterMs: number, outcome: SendOutcome) =>
      time.after(afterMs, 'webhook answer', () => answer(outcome))
    const wayMs = this.#random.integer(1, 60)
    const consent = consentOf(request)
    if (consent !== null) {
      say(wayMs, consent)
      return
    }
    if (!faults.occurs('webhookTroubled')) {
      arrive(wayMs)
      say(wayMs + this.#random.integer(1, 60), response(this.#random.pick([200, 202, 204])))
      return
    }
    const trouble = this.#random.pick([
      'error',
      'taken and error',
      'busy',
      'hung',
      'taken and hung',
      'late',
      'no connection',
      'taken and lost',
      'twice'
    ] as const)
    if (trouble.startsWith('taken')) arrive(wayMs)
    switch (trouble) {
      case 'error':
      case 'taken and error':
        say(wayMs * 2, response(this.#random.pick([500, 502, 503])))
        break
      case 'busy':
        say(wayMs, { ...response(429), retryAfter: '2' })
        break
      case 'late':
        arrive(timeoutMs + this.#random.integer(1, 40_000))
        say(timeoutMs, { kind: 'timeout', durationMs: 0 })
        break
      case 'hung':
      case 'taken and hung':
        say(timeoutMs, { kind: 'timeout', durationMs: 0 })
        break
      case 'no connection':
        say(wayMs, { kind: 'failed', reason: 'connect', durationMs: 0 })
        break
      case 'taken and lost':
        say(wayMs * 2, { kind: 'failed', reason: 'connection-lost', durationMs: 0 })
        break
      case 'twice':
        arrive(wayMs)
        arrive(wayMs + this.#random.integer(0, 20_000))
        say(wayMs * 2, response(200))
        break
      default:
        trouble satisfies never
    }
  }

  #arrive({ url, headers, body }: WebhookRequest): void {
    const id = headers['webhook-id'] ?? ''
    const text = Buffer.from(body).toString()
    const { received } = this
    const before = received.get(url) ?? []
    received.set(url, before)
    this.#checkSignature(url, id, headers, body)
    const known = before.find(each => each.id === id)
    if (known !== undefined) {
      this.repeats++
      if (describeEvent(known.event) !== describeEvent(JSON.parse(text)))
        this.#broken(url, `${id} came again and says something else`)
      return
    }
    const event = JSON.parse(text) as Delivered['event']
    const last = before.at(-1)
    before.push({ id, body: text, event })
    if (event.sequence !== (last?.event.sequence ?? 0) + 1)
      this.#broken(
        url,
        `${id} has sequence ${event.sequence} after ${last?.event.sequence ?? 'nothing'}`
      )
    if (event.previousid !== (last?.id ?? null))
      this.#broken(url, `${id} names ${event.previousid} as the one before, that was ${last?.id}`)
  }

  /**
   * Standard Webhooks 1.0, implemented independently. A partner whose subscription was not answered
   * has no secret to check with.
   */
  #checkSignature(
    url: string,
    id: string,
    headers: WebhookRequest['headers'],
    body: Uint8Array
  ): void {
    const secret = this.#secrets.get(url)
    if (secret === undefined) return
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const signed = createHmac('sha256', key)
      .update(`${id}.${headers['webhook-timestamp']}.`)
      .update(body)
      .digest('base64')
    if (!headers['webhook-signature']?.split(' ').includes(`v1,${signed}`))
      this.#broken(url, `${id} is not signed as it should be`)
  }

  #broken(url: string, detail: string): void {
    this.#world.violate('6 no silent gap', `webhook ${url}: ${detail}`)
  }
}

/**
 * What a partner answers before it is sent alerts: it offers no handshake, and echoes a challenge.
 * Null for an alert.
 */
function consentOf({ method, body }: WebhookRequest): SendOutcome | null {
  if (method === 'OPTIONS') return response(405)
  const { type, data } = JSON.parse(Buffer.from(body).toString()) as {
    readonly type: string
    readonly data: { readonly challenge?: string }
  }
  return type === 'tocsin.webhook.challenge.v1'
    ? { ...response(200), excerpt: data.challenge ?? '' }
    : null
}

function response(status: number): Extract<SendOutcome, { kind: 'response' }> {
  return { kind: 'response', status, retryAfter: null, excerpt: '', durationMs: 0 }
}

/** What a repeat has in common with the first attempt: it names incidents as known at its own time. */
function describeEvent({ type, sequence, previousid, data }: Delivered['event']): string {
  const { alertId, revision, status, severity, certainty, value } = data
  const alert = [alertId, revision, status, severity, certainty, value]
  return JSON.stringify([type, sequence, previousid, ...alert])
}
