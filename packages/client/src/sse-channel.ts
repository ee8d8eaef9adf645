// Server-sent events: one stream for each subscription. By `fetch` and not EventSource, which can
// send no token.

import { classifyClose, type Ending, type OpenChannel } from './channel.ts'
import { frameTypes, parseFrame, parseNotice, readObject } from './frame.ts'
import { again, buildAddress, openLoops, readText, request } from './http-request.ts'
import { type SseEvent, SseReader } from './sse-events.ts'

export const openSse: OpenChannel = options => {
  const { url, token, ports, events } = options
  const take = async (id: string, event: SseEvent): Promise<Ending | null> => {
    const said = { ...readObject(event.data), type: event.name, cursor: event.id }
    if (event.name === 'notice') {
      const notice = parseNotice(said)
      return classifyClose(notice.code, '', notice)
    }
    if (event.name === 'changed') events.changed(String(readObject(event.data).list))
    // A newer server may have events of other names.
    if (frameTypes.has(event.name)) await events.frame(id, parseFrame(said))
    return null
  }
  return openLoops(options, async (wanted, signal) => {
    const { from: cursor, heartbeatSeconds } = wanted
    const address = buildAddress(url, '/v1/events', wanted, { cursor, heartbeatSeconds })
    const answer = await request(ports, address, { token, accept: 'text/event-stream', signal })
    if (!answer.ok) return answer.ending
    const { body, headers } = answer.response
    if (body === null || !headers.get('content-type')?.startsWith('text/event-stream'))
      return { kind: 'unsupported', detail: 'the answer is no stream of events' }
    const reader = new SseReader()
    for await (const text of readText(body, events.heard)) {
      for (const event of reader.read(text)) {
        if (signal.aborted) break
        const ending = await take(wanted.id, event)
        if (ending !== null) return ending
      }
    }
    return again('the stream of events ended')
  })
}
