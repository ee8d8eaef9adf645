// The response of a server-sent event stream as the session's socket. What is sent before it begins
// is buffered: a connection that is refused immediately gets a plain HTTP answer.

import type { ServerResponse } from 'node:http'
import { keepAlive } from './event-protocol.ts'
import type { SharedFrame } from './shared-frame.ts'
import type { StreamSocket } from './stream-session.ts'

export class EventSocket implements StreamSocket {
  /** Why the session ended it; null while it is open. */
  closed: { readonly code: number; readonly reason: string } | null = null
  readonly #response: ServerResponse
  readonly #count: (bytes: number) => void
  #held: (string | Uint8Array)[] | null = []
  #isCorked = false
  #sent = 0
  #onPong: () => void = () => {}

  /** `count` gets the bytes of each event. */
  constructor(response: ServerResponse, count: (bytes: number) => void) {
    this.#response = response
    this.#count = count
  }

  /**
   * Called for each keep-alive: the client does not answer them, and what it leaves unread shows
   * that it is gone.
   */
  set onPing(listener: () => void) {
    this.#onPong = listener
  }

  /** Begins the answer with the buffered frames. */
  begin(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): void {
    const held = this.#held ?? []
    this.#held = null
    this.#response.writeHead(200, { ...headers } as Record<string, string>)
    this.#response.flushHeaders()
    for (const content of held) this.#write(content)
    if (this.closed !== null) this.#response.end()
  }

  send(text: string, shared?: SharedFrame): void {
    const content = shared?.plainBytes ?? text
    if (this.#held !== null) this.#held.push(content)
    else this.#write(content)
  }

  bufferedBytes(): number {
    return this.#response.writableLength
  }

  sentBytes(): number {
    return this.#sent
  }

  ping(): void {
    this.send(keepAlive)
    this.#onPong()
  }

  /** No client of this transport pings. */
  pong(): void {}

  close(code: number, reason: string): void {
    this.closed = { code, reason }
    if (this.#held === null) this.#response.end()
  }

  /** No client of this transport sends anything. */
  stopReading(): void {}

  terminate(): void {
    if (this.#held === null) this.#response.destroy()
  }

  #write(content: string | Uint8Array): void {
    if (this.#response.writableEnded) return
    this.#cork()
    const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length
    this.#sent += bytes
    this.#count(bytes)
    this.#response.write(content)
  }

  /**
   * All events of one turn go out in one write. The connection is corked: a corked response would
   * write its end first.
   */
  #cork(): void {
    const { socket } = this.#response
    if (this.#isCorked || socket === null) return
    this.#isCorked = true
    socket.cork()
    process.nextTick(() => {
      this.#isCorked = false
      socket.uncork()
    })
  }
}
