// The process of the clients, as a bench drives it.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromClients, ToClients } from './stream-clients.ts'

/** The process of the clients. */
export class Clients {
  readonly #process: ChildProcess
  readonly #lost: Promise<never>

  private constructor(process: ChildProcess) {
    this.#process = process
    this.#lost = new Promise((_resolve, reject) => {
      process.on('message', (message: FromClients) => {
        if (message.kind === 'lost')
          reject(new Error(`a client lost its connection: ${message.detail}`))
      })
    })
    this.#lost.catch(() => {})
  }

  static async start(): Promise<Clients> {
    return new Clients(fork(fileURLToPath(new URL('./stream-clients.ts', import.meta.url))))
  }

  async connect(how: Omit<ToClients & { kind: 'connect' }, 'kind'>): Promise<void> {
    await this.#ask({ kind: 'connect', ...how }, 'connected')
  }

  reconnect(): Promise<{ readonly ms: number; readonly recovered: number }> {
    return this.#ask({ kind: 'reconnect' }, 'connected')
  }

  /** Resolves when each client has had so many frames from now on. */
  received(frames: number) {
    return this.#ask({ kind: 'await', frames }, 'received')
  }

  async close(): Promise<void> {
    await this.#ask({ kind: 'close' }, 'closed')
  }

  end(): void {
    this.#process.kill()
  }

  async #ask<Kind extends FromClients['kind']>(
    message: ToClients,
    kind: Kind
  ): Promise<FromClients & { kind: Kind }> {
    const answered = new Promise<FromClients & { kind: Kind }>(resolve => {
      const take = (answer: FromClients) => {
        if (answer.kind !== kind) return
        this.#process.off('message', take)
        resolve(answer as FromClients & { kind: Kind })
      }
      this.#process.on('message', take)
    })
    this.#process.send(message)
    return Promise.race([answered, this.#lost])
  }
}
