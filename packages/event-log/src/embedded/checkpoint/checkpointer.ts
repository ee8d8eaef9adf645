// Decides when the WAL is checkpointed and restarted, and drives the worker. The WAL stays near
// `restartAtBytes`; during a checkpoint it may grow up to `walBytesMax`, where appends wait. Only
// another process that blocks a checkpoint can make it grow further.

import { Worker } from 'node:worker_threads'
import type { CheckpointReply, CheckpointRequest } from './checkpoint-worker.ts'

/**
 * WAL bytes written by this process that start a checkpoint. Measured:
 * packages/bench/src/log-bench.ts.
 */
const restartAtBytes = 12 * 1024 * 1024
/**
 * Preallocated size of the WAL's file, so that it does not grow in small steps: the above plus what
 * is written during a checkpoint.
 */
const preallocatedBytes = 24 * 1024 * 1024
/**
 * WAL bytes written by this process at which appends wait for the running checkpoint: the limit of
 * the WAL.
 */
const walBytesMax = 48 * 1024 * 1024
/** A WAL is preallocated after this many written bytes: for a short command it is not worth it. */
const preallocateAtBytes = 256 * 1024
/**
 * Delay between an erasure and the truncation of the WAL, ms: many erasures share one truncation.
 */
const truncateAfterMs = 200

export interface CheckpointerHooks {
  /** Blocks new appends: the end of a checkpoint needs the writer's lock. */
  pause(): void
  resume(): void
  failed(detail: string): void
}

export class Checkpointer {
  readonly #file: string
  readonly #hooks: CheckpointerHooks
  #worker: Worker | null = null
  #exited: Promise<unknown> = Promise.resolve()
  #reply: ((reply: CheckpointReply) => void) | null = null
  #running: Promise<void> | null = null
  /** Bytes since the last checkpoint started, and since the last restart of the WAL. */
  #bytes = 0
  #walBytes = 0
  #isPreallocated = false
  #truncateTimer: NodeJS.Timeout | null = null
  #closed = false
  #checkpoints = 0

  constructor(file: string, hooks: CheckpointerHooks) {
    this.#file = file
    this.#hooks = hooks
  }

  /** Number of WAL restarts, and whether a checkpoint is running. */
  stats(): { readonly checkpoints: number; readonly checkpointing: boolean } {
    return { checkpoints: this.#checkpoints, checkpointing: this.#running !== null }
  }

  /** Called after a commit of about this many bytes. */
  wrote(bytes: number): void {
    this.#bytes += bytes
    this.#walBytes += bytes
    if (this.#running !== null) {
      if (this.#walBytes >= walBytesMax) this.#hooks.pause()
      return
    }
    if (this.#bytes >= restartAtBytes) this.#run(() => this.#checkpoint('restart'))
    else if (!this.#isPreallocated && this.#bytes >= preallocateAtBytes)
      this.#run(() => this.#preallocate())
  }

  /** Called after an erasure: the erased bytes must leave the WAL. */
  erased(): void {
    this.#truncateTimer ??= setTimeout(() => this.#truncate(), truncateAfterMs).unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#truncateTimer !== null) clearTimeout(this.#truncateTimer)
    await this.#running
    if (this.#worker === null) return
    // The idle worker must not keep the process alive, but its last messages must.
    this.#worker.ref()
    this.#worker.postMessage({ kind: 'close' } satisfies CheckpointRequest)
    await this.#exited
  }

  #run(work: () => Promise<void>): void {
    if (this.#closed) return
    this.#running = work().finally(() => {
      this.#running = null
      this.#hooks.resume()
    })
  }

  async #checkpoint(last: 'restart' | 'truncate'): Promise<void> {
    this.#bytes = 0
    const copied = await this.#ask({ kind: 'copy' })
    if (copied.kind === 'failed') return
    this.#hooks.pause()
    const ended = await this.#ask({ kind: last })
    if (ended.kind === 'done') {
      this.#checkpoints++
      this.#bytes = 0
      this.#walBytes = 0
      if (last === 'truncate') this.#isPreallocated = false
    } else {
      // Blocked by another process: retried after another quarter.
      this.#bytes += restartAtBytes * 0.75
      if (last === 'truncate') this.erased()
    }
  }

  async #preallocate(): Promise<void> {
    this.#isPreallocated = true
    await this.#ask({ kind: 'preallocate', bytes: preallocatedBytes })
  }

  #truncate(): void {
    this.#truncateTimer = null
    if (this.#running === null) this.#run(() => this.#checkpoint('truncate'))
    else this.erased()
  }

  async #ask(request: CheckpointRequest): Promise<CheckpointReply> {
    this.#worker ??= this.#start()
    const worker = this.#worker
    const reply = await new Promise<CheckpointReply>(resolve => {
      this.#reply = resolve
      worker.postMessage(request)
    })
    if (reply.kind === 'failed') this.#hooks.failed(`checkpoint (${request.kind}): ${reply.detail}`)
    return reply
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
      workerData: { file: this.#file }
    })
    worker.unref()
    worker.on('message', (reply: CheckpointReply) => this.#reply?.(reply))
    worker.on('error', error => {
      this.#worker = null
      this.#reply?.({ kind: 'failed', detail: String(error) })
    })
    this.#exited = new Promise(resolve => worker.on('exit', resolve))
    return worker
  }
}
