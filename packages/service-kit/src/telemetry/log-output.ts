// Standard output as the place of log lines. A reader that stalls must not stall the suite: lines wait in a bounded buffer, and what does not fit
// is dropped and counted.

import { pino } from 'pino'

/** Most bytes of lines that wait to be written. */
export const logBytesMax = 4 * 1024 * 1024
export interface LogOutput {
  readonly stream: ReturnType<typeof pino.destination>
  /**
   * True once all lines are written, false when that took longer than `ms`: then a write that nobody reads would hold even the exit of the process.
   * Lines that come later are dropped.
   */
  end(ms: number): Promise<boolean>
}

/** Lines for standard output. `onDrop` is called for each line that did not fit. */
export function standardOutput(onDrop: () => void): LogOutput {
  const stream = pino.destination({ dest: 1, sync: false, maxLength: logBytesMax })
  stream.on('drop', onDrop)
  // Nobody reads any more: there is nowhere left to say so.
  stream.on('error', () => {})
  return {
    stream,
    async end(ms) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => resolve(false), ms)
      stream.once('close', () => resolve(true))
      // A closed stream throws at a write, and what still runs may say something yet.
      stream.write = () => true
      stream.end()
      const written = await promise
      clearTimeout(timer)
      // Or the hook that pino runs at exit would wait for the reader too.
      stream.destroy()
      return written
    }
  }
}
