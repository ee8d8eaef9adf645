// The work of a process that appends for a test: batch after batch, a line after each; then it
// stays alive.

import { flushCompileCache } from 'node:module'
import type { EventLog } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

export interface AppendAllOptions {
  readonly topic: Topic
  readonly prefix: string
  readonly batch: number
  readonly count: number
  readonly pauseMs: number
}

/**
 * Prints the number of acknowledged records. Never ends by itself: the log stays open until the
 * process is told to exit.
 */
export async function appendAll(
  log: EventLog,
  { topic, prefix, batch, count, pauseMs }: AppendAllOptions
): Promise<void> {
  // It is killed as a rule, and would leave nothing compiled for the next one.
  flushCompileCache()
  process.on('SIGTERM', async () => {
    await log.close()
    process.exit(0)
  })
  for (let n = 0; n < count; n += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - n) }, (_, i) => n + i)
    await log.append(
      topic,
      numbers.map(i => ({
        id: `${prefix}-${i}`,
        key: prefix,
        value: Buffer.from(`value of ${prefix}-${i}`)
      }))
    )
    process.stdout.write(`${n + numbers.length}\n`)
    if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
  setInterval(() => {}, 1000)
}
