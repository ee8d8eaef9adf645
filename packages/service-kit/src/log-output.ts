// Standard output as the place of log lines. A reader that stalls must not stall the suite: lines wait in a bounded buffer, and what does not fit
// is dropped and counted.

import { pino } from 'pino'

/** Most bytes of lines that wait to be written. */
export const logBytesMax = 4 * 1024 * 1024
/** Tries of a last write against a full pipe, 100 ms apart. */
const lastTries = 5

export interface LogOutput {
  readonly stream: ReturnType<typeof pino.destination>
  /** Waits until all lines are written, at most `ms`. The process must end right after: a further line would throw. */
  end(ms: number): Promise<void>
  /** The same without the event loop, for a process that must not go on. */
  endNow(): void
}

/** Lines for standard output. `onDrop` is called for each line that did not fit. */
export function standardOutput(onDrop: () => void): LogOutput {
  let triesLeft = Number.POSITIVE_INFINITY
  const stream = pino.destination({ dest: 1, sync: false, maxLength: logBytesMax, retryEAGAIN: () => triesLeft-- > 0 })
  stream.on('drop', onDrop)
  // Nobody reads any more: there is nowhere left to say so.
  stream.on('error', () => {})
  return {
    stream,
    async end(ms) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      stream.once('close', resolve)
      stream.end()
      await promise
      clearTimeout(timer)
      // Or the hook that pino runs at exit would wait for a pipe that nobody reads.
      stream.destroy()
    },
    endNow() {
      triesLeft = lastTries
      try {
        stream.flushSync()
      } catch {
        // The pipe stayed full: the lines are lost, the exit code still tells.
      }
      stream.destroy()
    }
  }
}
