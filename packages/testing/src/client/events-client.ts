// A client of /v1/events that checks every event on arrival: its form, its data by schema, the
// chain of cursors. It does not connect again by itself.

import { waitFor } from '../process/wait-for.ts'
import { checkEvent } from './documented-frames.ts'

export interface SentEvent {
  readonly id: string | null
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at it field by field
  readonly data: any
  /** With all its lines. */
  readonly bytes: number
}

export interface EventsOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

export class EventsClient {
  readonly events: SentEvent[] = []
  readonly violations: string[] = []
  /**
   * Pieces as they arrived: one for each write of the server, unless the network gathers or splits.
   */
  readonly comments: string[] = []
  retryMs: number | null = null
  isEnded = false
  readonly response: Response
  readonly #abort: AbortController
  #cursor: string | null = null
  #rest = ''

  private constructor(response: Response, abort: AbortController) {
    this.response = response
    this.#abort = abort
  }

  /** Resolves once the answer has begun, with any status. */
  static async open({ url, query = '', headers = {} }: EventsOptions): Promise<EventsClient> {
    const abort = new AbortController()
    const response = await fetch(`${url}/v1/events${query}`, { headers, signal: abort.signal })
    const client = new EventsClient(response, abort)
    if (response.status === 200) void client.#read()
    return client
  }

  get cursor(): string | null {
    return this.#cursor
  }

  listEvents(type: string): SentEvent[] {
    return this.events.filter(({ event }) => event === type)
  }

  async wait(type: string, count = 1): Promise<SentEvent[]> {
    return waitFor(
      () => (this.listEvents(type).length >= count ? this.listEvents(type) : undefined),
      {
        what: `${count} events ${type}`
      }
    )
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    try {
      for await (const bytes of this.response.body ?? []) {
        this.#rest += decoder.decode(bytes, { stream: true })
        const blocks = this.#rest.split('\n\n')
        this.#rest = blocks.pop() ?? ''
        for (const block of blocks) this.#take(block)
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) this.violations.push(`the stream broke: ${String(error)}`)
    }
    this.isEnded = true
  }

  #take(block: string): void {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([a-z]*):? ?(.*)$/.exec(line) ?? []
      if (name === '') this.comments.push(value)
      else if (name === 'retry') this.retryMs = Number(value)
      else fields.set(name, value)
    }
    if (fields.size === 0) return
    const [id = null, event = 'message', data = ''] = ['id', 'event', 'data'].map(name =>
      fields.get(name)
    )
    const retry = /^retry: (.*)$/m.exec(block)?.[1]
    const stated = {
      ...(id === null ? {} : { id }),
      ...(retry === undefined ? {} : { retry: Number(retry) })
    }
    this.violations.push(...checkEvent({ event, data, ...stated }))
    this.#check({ id, event, data: JSON.parse(data), bytes: Buffer.byteLength(block) + 2 })
  }

  #check(sent: SentEvent): void {
    this.events.push(sent)
    const { prev } = sent.data
    if (prev !== undefined && !this.#cursor?.startsWith(prev))
      this.violations.push(`the chain broke at ${sent.event} ${sent.id}`)
    if (sent.id !== null) this.#cursor = sent.id
  }
}
