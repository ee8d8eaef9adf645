// The response of a server-sent event stream as the session's socket. What is sent before it begins is held: a connection that is
// refused at once gets a plain HTTP answer.

import type { ServerResponse } from 'node:http'
import { keepAlive } from './event-protocol.ts'
import type { StreamSocket } from './stream-session.ts'

export class EventSocket implements StreamSocket {
  /** Why the session ended it; null while it is open. */
  closed: { readonly code: number; readonly reason: string } | null = null
  readonly #response: ServerResponse
  #held: string[] | null = []
  #isCorked = false
  #onPong: () => void = () => {}

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** Called for each keep-alive: the client does not answer them, and what it leaves unread shows that it is gone. */
  set onPing(listener: () => void) {
    this.#onPong = listener
  }

  /** Begins the answer with what was held. */
  begin(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): void {
    const held = this.#held ?? []
    this.#held = null
    this.#response.writeHead(200, { ...headers } as Record<string, string>)
    this.#response.flushHeaders()
    for (const text of held) this.send(text)
    if (this.closed !== null) this.#response.end()
  }

  send(text: string): void {
    if (this.#held !== null) this.#held.push(text)
    else if (!this.#response.writableEnded) {
      this.#cork()
      this.#response.write(text)
    }
  }

  bufferedBytes(): number {
    return this.#response.writableLength
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

  terminate(): void {
    if (this.#held === null) this.#response.destroy()
  }

  /** All events of one turn go out in one write. The connection is corked: a corked response would write its end first. */
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
