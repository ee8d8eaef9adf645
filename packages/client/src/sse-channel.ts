// Server-sent events: one stream for each subscription. By `fetch` and not EventSource, which can
// send no token.

import {
  buildApiUrl,
  classifyClose,
  type Ending,
  type OpenChannel,
  type Request
} from './channel.ts'
import { filterQuery } from './filter-query.ts'
import { frameTypes, parseFrame, parseNotice, readObject } from './frame.ts'
import { describeError, readText, request } from './http-request.ts'
import { type SseEvent, SseReader } from './sse-events.ts'

export const openSse: OpenChannel = ({ url, token, ports, events }) => {
  const streams = new Map<string, AbortController>()
  let isOver = false
  const end = (ending: Ending) => {
    if (isOver) return
    close()
    events.ended(ending)
  }
  const close = () => {
    isOver = true
    for (const stream of streams.values()) stream.abort()
    streams.clear()
  }

  /** Follows one subscription until it ends; resolves with why. */
  const readEvents = async (wanted: Request, signal: AbortSignal): Promise<Ending> => {
    const address = buildApiUrl(url, '/v1/events')
    address.search = String(filterQuery(wanted.filter))
    address.searchParams.set('cursor', wanted.from)
    if (wanted.detail !== 'full') address.searchParams.set('detail', wanted.detail)
    if (wanted.heartbeatSeconds !== undefined)
      address.searchParams.set('heartbeatSeconds', String(wanted.heartbeatSeconds))
    const answer = await request(ports, address, { token, accept: 'text/event-stream', signal })
    if (!answer.ok) return answer.ending
    const { body, headers } = answer.response
    if (body === null || !headers.get('content-type')?.startsWith('text/event-stream'))
      return { kind: 'unsupported', detail: 'the answer is no stream of events' }
    const reader = new SseReader()
    for await (const text of readText(body, events.heard)) {
      for (const event of reader.read(text)) {
        const ending = await take(wanted.id, event)
        if (ending !== null) return ending
      }
    }
    return { kind: 'again', detail: 'the stream of events ended', leastMs: 0, staleSince: null }
  }

  const take = async (id: string, event: SseEvent): Promise<Ending | null> => {
    const said = { ...readObject(event.data), type: event.name, cursor: event.id }
    if (event.name === 'notice') {
      const notice = parseNotice(said)
      return classifyClose(notice.code, '', notice)
    }
    if (event.name === 'changed') events.changed(String(readObject(event.data).list))
    // A newer server may have events of other names.
    if (!isOver && frameTypes.has(event.name)) await events.frame(id, parseFrame(said))
    return null
  }

  return {
    add(wanted) {
      const stream = new AbortController()
      streams.set(wanted.id, stream)
      readEvents(wanted, stream.signal)
        .catch(
          (error: unknown): Ending => ({
            kind: 'again',
            detail: describeError(error),
            leastMs: 0,
            staleSince: null
          })
        )
        .then(ending => {
          if (!stream.signal.aborted) end(ending)
        })
    },
    remove(id) {
      streams.get(id)?.abort()
      streams.delete(id)
    },
    close
  }
}
