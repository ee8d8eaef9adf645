// Previews in threads of their own, one theatre in each: folding goes on beside them. The ground of
// a theatre is sent in small parts, as the thread asks for them. Source: decision 0108.

import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { AlertDifference } from '@tocsin/domain/rule/rule-preview'
import { Piscina } from 'piscina'
import type { PreviewAsk, PreviewRunner, PreviewWatch } from './preview-runner.ts'
import type { PreviewTask } from './preview-task.ts'
import { partsOf } from './travelling-ground.ts'

/** A thread that nobody needed for so long ends, ms: its memory is free again. */
const idleMs = 10_000
/** Interval of looks at how far a theatre is and whether it must stop, ms. */
const lookEveryMs = 100

export class PreviewThreads implements PreviewRunner {
  readonly atOnce: number
  /** Made by the first preview: most suites preview rarely. */
  #pool: Piscina<PreviewTask, AlertDifference> | null = null

  /** `atOnce`: at least 1. */
  constructor(atOnce: number) {
    this.atOnce = atOnce
  }

  async run(
    { ground, rules, against }: PreviewAsk,
    { refusal, at }: PreviewWatch
  ): Promise<AlertDifference> {
    this.#pool ??= poolOf(this.atOnce)
    const steps = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const stop = new AbortController()
    const looking = setInterval(() => {
      at(steps[0] as number)
      const refused = refusal()
      if (refused !== null) stop.abort(refused)
    }, lookEveryMs)
    const { port1, port2 } = new MessageChannel()
    handOver(partsOf(ground), port1)
    try {
      const task: PreviewTask = { rules, against, parts: port2, steps }
      return await this.#pool.run(task, { transferList: [port2], signal: stop.signal })
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error
    } finally {
      clearInterval(looking)
      port1.close()
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy()
  }
}

function poolOf(threads: number): Piscina<PreviewTask, AlertDifference> {
  const pool = new Piscina<PreviewTask, AlertDifference>({
    filename: new URL('./preview-thread.ts', import.meta.url).href,
    name: 'previewTheatre',
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleMs,
    // A thread that waits for parts must go on with its messages.
    atomics: 'disabled'
  })
  // Of a failure outside of a task the task that it ends tells.
  pool.on('error', () => {})
  return pool
}

/** Answers each request with the next part. */
function handOver(parts: ReturnType<typeof partsOf>, port: MessagePort): void {
  port.on('message', () => {
    const { done, value } = parts.next()
    if (!done) port.postMessage(value)
  })
}
