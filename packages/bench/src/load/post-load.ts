// A cheap client for one report after the other: bare sockets, requests as bytes, answers read only
// for status and length. A server's limit is visible only if the client is not the bottleneck.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Slice } from '../runner/turns.ts'

export interface PostLoadOptions {
  readonly port: number
  readonly key: string
  readonly connections: number
  /** The body of the report with this number; numbers are never repeated. */
  readonly body: (number: number) => string
}

export class PostLoad {
  /** Latencies of all answers, ms. */
  readonly samplesMs: number[] = []
  readonly #options: PostLoadOptions
  #next = 0

  constructor(options: PostLoadOptions) {
    this.#options = options
  }

  /** Posts on new connections for `seconds`. Rejects if an answer is not 202. */
  async run(seconds: number): Promise<Omit<Slice, 'cpuMs'>> {
    const { connections, port } = this.#options
    const sockets = Array.from({ length: connections }, () =>
      connect({ port, host: '127.0.0.1', noDelay: true })
    )
    await Promise.all(sockets.map(socket => once(socket, 'connect')))
    const beganMs = performance.now()
    const before = this.samplesMs.length
    await Promise.all(sockets.map(socket => this.#drive(socket, beganMs + seconds * 1000)))
    for (const socket of sockets) socket.destroy()
    return { count: this.samplesMs.length - before, ms: performance.now() - beganMs }
  }

  async #drive(socket: Socket, endMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let sentMs = 0
    let text = ''
    const send = () => {
      sentMs = performance.now()
      socket.write(this.#makeRequest())
    }
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const length = measureAnswer(text)
      if (length === null) return
      if (!text.startsWith('HTTP/1.1 202')) return reject(new Error(text.slice(0, 1000)))
      text = text.slice(length)
      const nowMs = performance.now()
      this.samplesMs.push(nowMs - sentMs)
      if (nowMs < endMs) send()
      else resolve()
    }
    const fail = () => reject(new Error('the server closed the connection'))
    socket.on('data', read).on('error', reject).on('close', fail)
    send()
    await promise
  }

  #makeRequest(): string {
    const { key, body: makeBody } = this.#options
    const body = makeBody(this.#next++)
    return (
      `POST /v1/reports HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
  }
}

/** Length of the first answer in characters; null while it is incomplete. */
function measureAnswer(text: string): number | null {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return null
  const stated = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
  const length = head + 4 + Number(stated ?? 0)
  return text.length < length ? null : length
}
