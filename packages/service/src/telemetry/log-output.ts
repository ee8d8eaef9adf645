// Standard output as the destination of log lines. A reader that stalls must not stall the suite:
// lines wait in a bounded buffer; lines that do not fit are dropped and counted.

import { writeSync } from 'node:fs'
import { pino } from 'pino'

/** Maximum bytes of lines that wait to be written. */
const logBytesMax = 4 * 1024 * 1024
export interface LogOutput {
  readonly stream: ReturnType<typeof pino.destination>
  /**
   * True once all lines are written, or no reader is left; false after `ms`: a write without a
   * reader would keep the process from exiting. Later lines are dropped.
   */
  end(ms: number): Promise<boolean>
}

/** Lines for standard output. `onDrop` is called for each dropped line. */
export function standardOutput(onDrop: () => void): LogOutput {
  const stream = pino.destination({ dest: 1, sync: false, maxLength: logBytesMax })
  stream.on('drop', onDrop)
  // The reader is gone, or the disk of the file is full: there is nowhere left to report it. The
  // next line tries again.
  stream.on('error', () => {})
  const flushSync = stream.flushSync.bind(stream)
  stream.flushSync = () => {
    if (isWritable()) flushSync()
  }
  return {
    stream,
    async end(ms) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => resolve(false), ms)
      stream.once('close', () => resolve(true))
      stream.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' && resolve(true))
      // Writing to a closed stream throws, and remaining code may still log.
      stream.write = () => true
      stream.end()
      const written = await promise
      clearTimeout(timer)
      // If not, pino's exit hook would wait for the reader too.
      stream.destroy()
      return written
    }
  }
}

/**
 * False where lines cannot be written at all, as on a full disk. When the process exits, pino tries
 * to write the waiting lines until it succeeds. Such a process does not end or serve, and no other
 * one can use its port and its folder.
 */
function isWritable(): boolean {
  try {
    writeSync(1, '\n')
    return true
  } catch (error) {
    // A reader who is slow.
    return ['EAGAIN', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}
