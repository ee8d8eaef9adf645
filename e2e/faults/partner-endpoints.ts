// Endpoints of many partners on loopback, each an origin of its own: most accept, some misbehave
// for ever. All verify.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseVerifyingKey, type VerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'

type Answer = (response: ServerResponse, attempt: number) => void

const accept: Answer = response => response.writeHead(204).end()

/** In turn, so that some of each are there. */
const misdeeds: readonly (readonly [string, Answer])[] = [
  ['hangs', () => {}],
  ['fails', response => response.writeHead(500).end('no')],
  ['resets', response => response.socket?.resetAndDestroy()],
  ['is busy', response => response.writeHead(429, { 'retry-after': '1' }).end()],
  ['is slow', response => setTimeout(() => response.writeHead(200).end(), 1_500)],
  ['flaps', (response, attempt) => response.writeHead(attempt % 2 === 1 ? 503 : 200).end()],
  ['drips', response => response.writeHead(200, { 'content-length': '1000' }).write('x')],
  ['redirects', response => response.writeHead(307, { location: '/' }).end()],
  ['lies', response => response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n')],
  ['is wrong', response => response.writeHead(404).end()]
]

interface Received {
  readonly id: string
  readonly subscriptionid: string
  readonly sequence: number
  readonly superseded?: { readonly from: number; readonly to: number }
  readonly data: { readonly alertId: string }
}

export class PartnerEndpoint {
  readonly name: string
  readonly isHealthy: boolean
  /** What it accepted, by sequence: the body. */
  readonly accepted = new Map<number, string>()
  readonly alerts = new Set<string>()
  /** Sequences that are named as superseded. */
  readonly superseded = new Set<number>()
  readonly faults: string[] = []
  /** What it had accepted before and got again. */
  repeats = 0
  requests = 0
  keys: readonly VerifyingKey[] = []
  readonly #server: Server
  readonly #answer: Answer

  private constructor(name: string, answer: Answer) {
    this.name = name
    this.isHealthy = answer === accept
    this.#answer = answer
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch(() => response.destroy())
    })
  }

  /** So many, of which the last ones misbehave. */
  static listenMany(count: number, misbehaving: number): Promise<readonly PartnerEndpoint[]> {
    const all = Array.from({ length: count }, (_, i) => {
      const [name, answer] =
        i < count - misbehaving ? (['accepts', accept] as const) : misdeeds[i % misdeeds.length]!
      return new PartnerEndpoint(`${i} ${name}`, answer)
    })
    return Promise.all(all.map(each => each.#listen()))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  useSecret(secret: string): void {
    this.keys = [parseVerifyingKey(secret)]
  }

  /** Sequences up to this one that neither came nor were named as superseded. */
  missing(last: number): readonly number[] {
    return Array.from({ length: last }, (_, i) => i + 1).filter(
      each => !this.accepted.has(each) && !this.superseded.has(each)
    )
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #listen(): Promise<this> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done))
    return this
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[])
    const verified = verifyWebhook(
      { headers: request.headers as Record<string, string>, body },
      this.keys,
      Date.now() / 1000
    )
    if (!verified.ok) this.faults.push(verified.reason)
    this.requests++
    if (this.isHealthy) this.#take(body.toString())
    this.#answer(response, this.requests)
  }

  #take(body: string): void {
    const { sequence, superseded, data } = JSON.parse(body) as Received
    const before = this.accepted.get(sequence)
    if (before !== undefined) this.repeats++
    if (before !== undefined && before !== body)
      this.faults.push(`sequence ${sequence} was repeated with another content`)
    this.accepted.set(sequence, body)
    this.alerts.add(data.alertId)
    if (superseded !== undefined)
      for (let each = superseded.from; each <= superseded.to; each++) this.superseded.add(each)
  }
}
