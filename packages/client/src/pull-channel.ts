// The pull feed by long polls: works wherever plain HTTP does. One loop for each subscription.

import type { Detail, DetailedEvents, SnapshotAlerts } from './alert.ts'
import { apiUrl, type Ending, type OpenChannel, type Request } from './channel.ts'
import { filterQuery } from './filter-query.ts'
import type { Frame } from './frame.ts'
import { request, wordsOf } from './http-request.ts'

/** How long the server may hold a request without news, s. */
const waitS = 15
const rowsMax = 200

interface FeedPage {
  readonly recovered: boolean
  readonly items: readonly { readonly event: DetailedEvents[Detail]; readonly cursor: string; readonly prev: string }[]
  readonly next: string
  readonly snapshot?: readonly SnapshotAlerts[Detail][]
  readonly more?: true
}

export const openPull: OpenChannel = ({ url, token, ports, events }) => {
  const loops = new Map<string, AbortController>()
  let isOver = false
  const end = (ending: Ending) => {
    if (isOver) return
    close()
    events.ended(ending)
  }
  const close = () => {
    isOver = true
    for (const loop of loops.values()) loop.abort()
    loops.clear()
  }

  const pageFrom = async ({ filter, detail }: Request, cursor: string, signal: AbortSignal): Promise<FeedPage | Ending> => {
    const address = apiUrl(url, '/v1/feed')
    address.search = String(filterQuery(filter))
    address.searchParams.set('cursor', cursor)
    // As the stream begins: with the open alerts.
    if (cursor === 'latest') address.searchParams.set('snapshot', 'true')
    address.searchParams.set('limit', String(rowsMax))
    address.searchParams.set('wait', String(waitS))
    if (detail !== 'full') address.searchParams.set('detail', detail)
    const answer = await request(ports, address, { token, accept: 'application/json', signal })
    return answer.ok ? ((await answer.response.json()) as FeedPage) : answer.ending
  }

  const follow = async (wanted: Request, signal: AbortSignal): Promise<Ending> => {
    const { id } = wanted
    let cursor = wanted.from
    let isFirst = true
    for (;;) {
      const page = await pageFrom(wanted, cursor, signal)
      if ('kind' in page) return page
      for (const frame of framesOf(page, cursor, isFirst)) {
        if (signal.aborted) break
        await events.frame(id, frame)
      }
      cursor = page.next
      isFirst = false
    }
  }

  return {
    add(wanted) {
      const loop = new AbortController()
      loops.set(wanted.id, loop)
      follow(wanted, loop.signal)
        .catch((error: unknown): Ending => ({ kind: 'again', detail: wordsOf(error), leastMs: 0, staleSince: null }))
        .then(ending => {
          if (!loop.signal.aborted) end(ending)
        })
    },
    remove(id) {
      loops.get(id)?.abort()
      loops.delete(id)
    },
    close
  }
}

/** A page as the frames that other transports would have sent. */
export function* framesOf(page: FeedPage, asked: string, isFirst: boolean): Generator<Frame> {
  const { recovered, items, next, snapshot, more } = page
  if (!recovered) {
    yield { type: 'subscribed', recovered, cursor: next, snapshot: snapshot ?? [], more: more === true }
    return
  }
  let prev = items[0]?.prev ?? (isFirst ? next : asked)
  if (isFirst) yield { type: 'subscribed', recovered, cursor: prev }
  for (const { event, ...link } of items) {
    yield { type: 'alert', event, ...link }
    prev = link.cursor
  }
  if (snapshot !== undefined) yield { type: 'snapshot', cursor: next, prev, snapshot, more: more === true }
  else yield { type: 'heartbeat', cursor: next, prev }
}
