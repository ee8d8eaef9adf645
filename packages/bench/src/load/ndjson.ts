// A client that posts one stream of reports as fast as it is accepted, and reads the results as
// they arrive.

import { once } from 'node:events'
import { request } from 'node:http'

export interface NdjsonOptions {
  readonly port: number
  readonly key: string
  readonly path: string
  /** Chunks of the stream. */
  readonly pieces: Iterable<Buffer> | AsyncIterable<Buffer>
  /** Called for each line of the answer, without its line end. Default: lines are only counted. */
  readonly onLine?: (line: string) => void
}

export interface NdjsonFigure {
  readonly seconds: number
  readonly bytesSent: number
  /** The last line of the answer. */
  readonly summary: Readonly<Record<string, unknown>>
}

/** Sends all chunks in one request. Rejects if the answer is not 200, or ends without a summary. */
export async function postStream({
  port,
  key,
  path,
  pieces,
  onLine
}: NdjsonOptions): Promise<NdjsonFigure> {
  const posting = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }
  })
  const beganMs = performance.now()
  const answered = (async () => {
    const [answer] = (await once(posting, 'response')) as [import('node:http').IncomingMessage]
    if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`)
    let rest = ''
    let last = ''
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() as string
      last = lines.at(-1) ?? last
      if (onLine) for (const line of lines) onLine(line)
    }
    return JSON.parse(last) as Readonly<Record<string, unknown>>
  })()
  let isAnswered = false
  const over = answered
    .catch(() => {})
    .then(() => {
      isAnswered = true
      posting.emit('drain')
    })
  let bytesSent = 0
  const sent = (async () => {
    for await (const piece of pieces) {
      bytesSent += piece.length
      if (isAnswered || posting.destroyed) break
      if (!posting.write(piece)) await new Promise(resolve => posting.once('drain', resolve))
    }
    posting.end()
  })()
  const summary = await answered
  await Promise.all([sent, over])
  return { seconds: (performance.now() - beganMs) / 1000, bytesSent, summary }
}
