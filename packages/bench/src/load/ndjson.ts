// A client that posts one stream of reports as fast as it is accepted, and reads the results as
// they arrive.

import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { request } from 'undici'

export interface NdjsonOptions {
  readonly port: number
  readonly key: string
  readonly path: string
  /** Chunks of the stream. */
  readonly pieces: Iterable<Buffer>
  /** Called for each line of the answer, without its line end. */
  readonly onLine?: (line: string) => void
}

export interface NdjsonFigure {
  readonly seconds: number
  readonly bytesSent: number
  /** The last line of the answer. */
  readonly summary: Readonly<Record<string, unknown>>
}

/** Sends all chunks in one request. Rejects if the answer is not 200, or ends without a summary. */
export async function postStream(options: NdjsonOptions): Promise<NdjsonFigure> {
  const { port, key, path, pieces, onLine } = options
  let bytesSent = 0
  function* countBytes(): Generator<Buffer> {
    for (const piece of pieces) {
      bytesSent += piece.length
      yield piece
    }
  }
  const beganMs = performance.now()
  const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: Readable.from(countBytes())
  })
  if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
  let last = ''
  for await (const line of createInterface({ input: body })) {
    onLine?.(line)
    last = line
  }
  const summary = JSON.parse(last) as Readonly<Record<string, unknown>>
  return { seconds: (performance.now() - beganMs) / 1000, bytesSent, summary }
}
