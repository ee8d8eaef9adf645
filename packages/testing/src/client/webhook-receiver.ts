// A partner's endpoint on loopback: verifies each request with the stock Standard Webhooks library
// and by the AsyncAPI document, keeps what it received and checks the chain.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import { Webhook } from 'standardwebhooks'
import { waitFor } from '../process/wait-for.ts'
import { DeliveryChain } from './delivery-chain.ts'
import { checkWebhook } from './documented-frames.ts'

export interface ReceivedEvent {
  readonly webhookId: string
  readonly id: string
  readonly type: string
  readonly sequence: number
  readonly data: AlertState
  /** Where a person may answer. */
  readonly answerurl?: string
}

export class WebhookReceiver {
  /** New events in order of arrival; repeats are counted by the chain. */
  readonly events: ReceivedEvent[] = []
  readonly chain = new DeliveryChain()
  readonly unverified: string[] = []
  /** What is not as the AsyncAPI document has it. */
  readonly undocumented: string[] = []
  readonly #server: Server
  #verifier: Webhook | null = null
  #answer: (delivery: { webhookId: string; attempt: number }) => number
  readonly #attempts = new Map<string, number>()

  private constructor(answer: (delivery: { webhookId: string; attempt: number }) => number) {
    this.#answer = answer
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch((error: unknown) => {
        this.unverified.push(String(error))
        response.statusCode = 500
        response.end()
      })
    })
  }

  /**
   * Listens on a free port. `answer` returns the status of each attempt (counted from 1); 200 by
   * default.
   */
  static async listen(
    answer: (delivery: { webhookId: string; attempt: number }) => number = () => 200
  ): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(answer)
    await new Promise<void>(resolve => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/alerts`
  }

  get violations(): readonly string[] {
    return [...this.chain.violations, ...this.unverified, ...this.undocumented]
  }

  /**
   * The subscription's secret: until it is set every request is refused, and the sender retries.
   */
  useSecret(secret: string): void {
    this.#verifier = new Webhook(secret)
  }

  /** The first event, past or future, that `accept` matches. */
  async waitForEvent(
    what: string,
    accept: (event: ReceivedEvent) => boolean
  ): Promise<ReceivedEvent> {
    return waitFor(() => this.events.find(accept), { what, timeoutMs: 15_000 })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    const status = this.#take(request, Buffer.concat(chunks).toString('utf8'))
    response.statusCode = status
    response.end()
  }

  #take(request: IncomingMessage, body: string): number {
    if (!this.#verifier) return 503
    const webhookId = String(request.headers['webhook-id'])
    const attempt = (this.#attempts.get(webhookId) ?? 0) + 1
    this.#attempts.set(webhookId, attempt)
    try {
      this.#verifier.verify(body, request.headers as Record<string, string>)
    } catch (error) {
      this.unverified.push(`${webhookId}: ${(error as Error).message}`)
      return 401
    }
    this.undocumented.push(...checkWebhook(request.headers, body))
    const status = this.#answer({ webhookId, attempt })
    if (status < 300 && this.chain.take({ webhookId, body }))
      this.events.push(parseEvent(webhookId, body))
    return status
  }
}

function parseEvent(webhookId: string, body: string): ReceivedEvent {
  const event = JSON.parse(body) as Omit<ReceivedEvent, 'webhookId' | 'sequence'> & {
    readonly sequence: unknown
  }
  const { id, type, data, answerurl } = event
  const link = answerurl === undefined ? {} : { answerurl }
  return { webhookId, id, type, sequence: Number(event.sequence), data, ...link }
}
