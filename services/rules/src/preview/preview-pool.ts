// Previews in threads of their own, one theatre in each: folding continues meanwhile. Source:
// decision 0108.

import type { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { AlertDifference } from '@tocsin/engine/theatre/preview'
import { Piscina } from 'piscina'
import type { PreviewTask } from './preview-ground.ts'
import type { SharedTask } from './preview-worker.ts'

export interface PreviewWatch {
  /** Called again and again during the work. Why it must stop, or null. */
  refuse(): ProblemError | null
  /** `share`: how much is done, from 0 to 1. */
  report(share: number): void
}

export interface PreviewRunner {
  /** Number of theatres that it previews side by side. */
  readonly parallelism: number
  /** Rejects with the refusal once there is one. */
  run(task: PreviewTask, watch: PreviewWatch): Promise<AlertDifference>
  close(): Promise<void>
}

/** A thread without work ends after this time, ms: its memory is free again. */
const idleMs = 10_000
/** Interval of looks at the share that is done and at refusals, ms. */
const lookEveryMs = 100

export class PreviewPool implements PreviewRunner {
  readonly parallelism: number
  /** Made by the first preview: most suites preview rarely. */
  #pool: Piscina<SharedTask, AlertDifference> | null = null

  /** `parallelism`: at least 1. */
  constructor(parallelism: number) {
    this.parallelism = parallelism
  }

  async run(task: PreviewTask, watch: PreviewWatch): Promise<AlertDifference> {
    this.#pool ??= makePool(this.parallelism)
    const share = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const stop = new AbortController()
    const looking = setInterval(() => {
      watch.report(Atomics.load(share, 0) / 1000)
      const refused = watch.refuse()
      if (refused !== null) stop.abort(refused)
    }, lookEveryMs)
    const transferList = [task.ground.snapshot.buffer]
    try {
      return await this.#pool.run({ ...task, share }, { transferList, signal: stop.signal })
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error
    } finally {
      clearInterval(looking)
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy()
  }
}

function makePool(threads: number): Piscina<SharedTask, AlertDifference> {
  const pool = new Piscina<SharedTask, AlertDifference>({
    filename: new URL('./preview-worker.ts', import.meta.url).href,
    name: 'previewTheatre',
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleMs
  })
  // A failure outside of a task rejects the task that it ends.
  pool.on('error', () => {})
  return pool
}
