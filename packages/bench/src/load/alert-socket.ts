// A WebSocket client of the stream that checks that no frame is missing.

import { WebSocket } from 'ws'

/** An alert frame, as far as benches read it. */
export interface AlertFrame {
  readonly event: {
    readonly data: {
      readonly revision: number
      readonly group: { readonly settlement?: string }
    }
  }
}

interface Frame {
  readonly type: string
  readonly cursor?: string
  readonly prev?: string
}

export class AlertSocket {
  readonly #socket: WebSocket
  readonly #onAlert: (frame: AlertFrame) => void
  readonly #opened = Promise.withResolvers<void>()
  #cursor = ''
  #fault: Error | null = null

  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    onAlert: (frame: AlertFrame) => void
  ) {
    this.#onAlert = onAlert
    this.#socket = new WebSocket(url, 'tocsin.v1', { headers, perMessageDeflate: false })
    this.#socket.on('open', () =>
      this.#socket.send('{"type":"subscribe","id":"a","from":"latest"}')
    )
    this.#socket.on('message', (bytes: Buffer) => this.#read(bytes))
    this.#socket.on('error', error => this.#fail(error))
    this.#socket.on('close', code => this.#fail(new Error(`the stream closed with ${code}`)))
  }

  /** Resolves once it is subscribed. */
  get opened(): Promise<void> {
    return this.#opened.promise
  }

  /** Throws if a frame was missing or the stream closed. */
  check(): void {
    if (this.#fault !== null) throw this.#fault
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.terminate()
  }

  #fail(error: Error): void {
    this.#fault ??= error
    this.#opened.reject(error)
  }

  #read(bytes: Buffer): void {
    const frame = JSON.parse(bytes.toString()) as Frame
    if (frame.type === 'subscribed') this.#opened.resolve()
    else if (frame.prev !== undefined && frame.prev !== this.#cursor)
      this.#fail(new Error(`a frame is missing before ${bytes.toString().slice(0, 200)}`))
    if (frame.cursor !== undefined) this.#cursor = frame.cursor
    if (frame.type === 'alert') this.#onAlert(frame as unknown as AlertFrame)
  }
}
