// An export as a stream of text: as fast as its client reads it, and cut off without its end if the
// client stops reading for too long, or if this instance loses the log.

import { Readable } from 'node:stream'
import type { Clock } from '@tocsin/domain/ports'
import type { ExportWriter } from './export-formats.ts'

export interface ExportStreamOptions {
  readonly clock: Clock
  readonly slowMs: number
  /** Throws once the export must not go on. */
  readonly check: () => void
}

/**
 * Destroyed with an error, the stream ends without the last piece: the answer is then cut off, and
 * recognisably so.
 */
export function exportStream<T>(
  rows: AsyncIterable<readonly T[]>,
  writer: ExportWriter<T>,
  { clock, slowMs, check }: ExportStreamOptions
): Readable {
  const stream = Readable.from(guarded(), { objectMode: false })
  return stream

  async function* guarded(): AsyncGenerator<string> {
    for await (const text of formatText(rows, writer)) {
      check()
      const taken = new AbortController()
      clock.sleep(slowMs, taken.signal).then(() => {
        if (!taken.signal.aborted)
          stream.destroy(new Error(`the client read nothing of its export for ${slowMs} ms`))
      })
      try {
        yield text
      } finally {
        taken.abort()
      }
    }
  }
}

async function* formatText<T>(
  rows: AsyncIterable<readonly T[]>,
  writer: ExportWriter<T>
): AsyncGenerator<string> {
  let count = 0
  let text = writer.head()
  for await (const batch of rows) {
    for (const item of batch) text += writer.row(item, count++)
    yield text
    text = ''
  }
  yield text + writer.end(count)
}
