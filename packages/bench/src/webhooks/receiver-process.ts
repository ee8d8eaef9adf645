// The process of the endpoints, as a bench drives it.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Arrived, FromReceivers, ToReceivers } from './webhook-receivers.ts'

export class Receivers {
  readonly #process: ChildProcess
  urls: readonly string[] = []

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** The first `hung` of them never answer. */
  static async start(count: number, hung = 0): Promise<Receivers> {
    const receivers = new Receivers(
      fork(fileURLToPath(new URL('./webhook-receivers.ts', import.meta.url)))
    )
    const { ports } = await receivers.#ask({ kind: 'listen', count, hung }, 'listening')
    receivers.urls = ports.map(port => `http://127.0.0.1:${port}/hook`)
    return receivers
  }

  /** Resolves when so many requests have come since the last report. */
  received(requests: number) {
    return this.#ask({ kind: 'await', requests }, 'received')
  }

  /** Calls for each request from now on. */
  onArrival(take: (arrived: Arrived) => void): void {
    this.#process.send({ kind: 'tell' } satisfies ToReceivers)
    this.#process.on('message', (message: FromReceivers) => {
      if (message.kind === 'arrived') take(message)
    })
  }

  end(): void {
    this.#process.kill()
  }

  async #ask<Kind extends FromReceivers['kind']>(
    message: ToReceivers,
    kind: Kind
  ): Promise<FromReceivers & { kind: Kind }> {
    const answered = new Promise<FromReceivers & { kind: Kind }>((resolve, reject) => {
      const take = (answer: FromReceivers) => {
        if (answer.kind !== kind) return
        this.#process.off('message', take)
        this.#process.off('exit', end)
        resolve(answer as FromReceivers & { kind: Kind })
      }
      const end = () => reject(new Error('the endpoints have ended'))
      this.#process.on('message', take)
      this.#process.once('exit', end)
    })
    this.#process.send(message)
    return answered
  }
}
