// The pull feed by long polls: works where plain HTTP works. One loop for each subscription.

import type { Detail, DetailedEvents, SnapshotAlerts } from './alert.ts'
import type { Ending, OpenChannel, Request } from './channel.ts'
import type { Frame, SignOfLife } from './frame.ts'
import { buildAddress, openLoops, readText, request } from './http-request.ts'
import { isCursor } from './subscription.ts'

/**
 * How long a request may wait for news, s; less where heartbeats are asked for,
 * since an empty page is one.
 */
const waitMostS = 15
const rowsMax = 200
/** Bytes of the first page: 8 s at 4 kB/s. */
export const firstPageBytes = 32_768
export const pageBytesMax = 1_048_576
/**
 * A page that came in less time may be followed by one of twice the size, ms; after a slower one
 * they halve.
 */
const quickMs = 2_000

/** How many bytes the next page may have. Pure. */
export function nextPageBytes(bytes: number, tookMs: number): number {
  return tookMs < quickMs
    ? Math.min(pageBytesMax, bytes * 2)
    : Math.max(firstPageBytes, Math.floor(bytes / 2))
}

/**
 * A page that comes this much later than the longest wait was delayed by the network, ms: it shows
 * an earlier state, as a page from before a cut does when the link is back.
 */
const lateMs = 8_000

interface FeedPage {
  /** From its header, if present. */
  readonly life?: SignOfLife
  readonly recovered: boolean
  readonly items: readonly {
    readonly event: DetailedEvents[Detail]
    readonly cursor: string
    readonly prev: string
  }[]
  readonly next: string
  readonly snapshot?: readonly SnapshotAlerts[Detail][]
  readonly more?: true
}

export const openPull: OpenChannel = options => {
  const { url, token, ports, events } = options
  let bytes = firstPageBytes

  const fetchPage = async (
    wanted: Request,
    cursor: string,
    waitS: number,
    signal: AbortSignal
  ): Promise<(FeedPage & { readonly isLate: boolean }) | Ending> => {
    // As the stream begins: with the open alerts.
    const snapshot = cursor === 'latest' ? 'true' : undefined
    const members = { cursor, snapshot, limit: rowsMax, bytes, wait: waitS }
    const address = buildAddress(url, '/v1/feed', wanted, members)
    const askedMs = ports.nowMs()
    const answer = await request(ports, address, { token, accept: 'application/json', signal })
    if (!answer.ok) return answer.ending
    events.heard()
    const beganMs = ports.nowMs()
    const isLate = beganMs - askedMs > waitS * 1000 + lateMs
    let text = ''
    for await (const piece of readText(answer.response.body, events.heard)) text += piece
    bytes = nextPageBytes(bytes, ports.nowMs() - beganMs)
    const life = readLife(answer.response.headers)
    return { ...(JSON.parse(text) as FeedPage), life, isLate }
  }

  return openLoops(options, async (wanted, signal) => {
    const waitS = Math.min(waitMostS, wanted.heartbeatSeconds ?? waitMostS)
    let cursor = wanted.from
    let isFirst = true
    // No wait before the first empty or whole page: an empty one means that all has come.
    let isBehind = isCursor(cursor) || cursor === 'earliest'
    for (;;) {
      const page = await fetchPage(wanted, cursor, isBehind ? 0 : waitS, signal)
      if ('kind' in page) return page
      for (const frame of splitPage(page, cursor, isFirst, page.isLate)) {
        if (signal.aborted) break
        await events.frame(wanted.id, frame)
      }
      cursor = page.next
      isBehind = page.isLate || (isBehind && page.items.length > 0)
      isFirst = false
    }
  })
}

function readLife(headers: Headers): SignOfLife {
  const [age, record] = [headers.get('tocsin-age-seconds'), headers.get('tocsin-complete-record')]
  const canary = headers.get('tocsin-canary-age-seconds')
  const time = headers.get('tocsin-complete-time')
  return {
    ...(age === null ? {} : { ageSeconds: Number(age) }),
    canaryAgeSeconds: canary === null ? null : Number(canary),
    ...(record === null ? {} : { complete: { record: Number(record), time } })
  }
}

/** A page as the frames that other transports would have sent. */
export function* splitPage(
  page: FeedPage,
  asked: string,
  isFirst: boolean,
  isLate = false
): Generator<Frame> {
  const { recovered, items, next, snapshot, life = {} } = page
  const more = page.more === true
  if (!recovered)
    return yield { type: 'subscribed', recovered, cursor: next, snapshot: snapshot ?? [], more }
  let prev = isCursor(asked) ? asked : (items[0]?.prev ?? next)
  if (isFirst) yield { type: 'subscribed', recovered, cursor: prev }
  for (const { event, ...link } of items) {
    yield { type: 'alert', event, ...link }
    prev = link.cursor
  }
  if (snapshot !== undefined) yield { type: 'snapshot', cursor: next, prev, snapshot, more }
  else if (isLate) yield { type: 'heartbeat', cursor: next, prev, isLate }
  else yield { type: 'heartbeat', cursor: next, prev, ...life, ...(items[0] && { isOfPage: true }) }
}
