// Decides when the WAL is copied into the file, and asks the worker for it. The WAL stays near `walBytesMax`: it may grow past it only while
// a checkpoint runs or a reader holds it up.

import { Worker } from 'node:worker_threads'
import type { CheckpointReply, CheckpointRequest } from './checkpoint-worker.ts'

/** WAL bytes written by this process after which a checkpoint is asked for. */
export const walBytesMax = Number(process.env.WB ?? 32) * 1024 * 1024

export class Checkpointer {
  readonly #file: string
  readonly #onFailure: (detail: string) => void
  #worker: Worker | null = null
  #running = false
  #wanted: CheckpointRequest['mode'] | null = null
  #bytes = 0
  #closed: Promise<void> = Promise.resolve()

  constructor(file: string, onFailure: (detail: string) => void) {
    this.#file = file
    this.#onFailure = onFailure
  }

  /** Tells of a commit of about so many bytes. */
  wrote(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes >= walBytesMax) this.request('restart')
  }

  /** Asks for a checkpoint soon. `truncate` is never weakened to `restart` by a later request. */
  request(mode: CheckpointRequest['mode']): void {
    if (this.#wanted !== 'truncate') this.#wanted = mode
    this.#bytes = 0
    if (!this.#running) this.#next()
  }

  async close(): Promise<void> {
    this.#wanted = null
    // An idle worker does not keep the process alive; its last words must.
    this.#worker?.ref()
    this.#worker?.postMessage('close')
    await this.#closed
  }

  #next(): void {
    const mode = this.#wanted
    if (mode === null) return
    this.#wanted = null
    this.#running = true
    this.#worker ??= this.#start()
    this.#worker.postMessage({ mode } satisfies CheckpointRequest)
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: { file: this.#file } })
    worker.unref()
    worker.on('message', (reply: CheckpointReply) => {
      this.#running = false
      if (reply.kind === 'failed') this.#onFailure(reply.detail)
      this.#next()
    })
    worker.on('error', error => {
      this.#worker = null
      this.#running = false
      this.#onFailure(String(error))
    })
    this.#closed = new Promise(resolve => worker.on('exit', () => resolve()))
    return worker
  }
}
