// GET /v1/feed: pages of events, waits for the next, and an answer without a body to a reader who
// has the page already.

import type { Principal } from '@tocsin/auth/access/principal'
import type { Quota } from '@tocsin/auth/access/quota'
import { makeScopeKey, makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { detailSchema } from '@tocsin/contracts/answer/stream-frames'
import {
  integer,
  listOf,
  number,
  optional,
  part,
  ref,
  shape,
  text,
  truth,
  type ValuesOf
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AlertCursors, ResumePlace } from './alert-cursors.ts'
import {
  type AlertFeed,
  type FeedPage,
  type FeedReader,
  type PageSize,
  pageBytesMax
} from './alert-feed.ts'
import { computeLimit, cursorText, filterParameters, readFilter } from './list-queries.ts'
import { makeReadingRoutes } from './position-headers.ts'
import type { Projection } from './projection.ts'
import type { SignsOfLife } from './sign-of-life.ts'
import { sendUnlessHeld } from './tagged-list.ts'

export interface FeedRoutesDeps {
  readonly projection: Projection
  readonly feed: AlertFeed
  readonly cursors: AlertCursors
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly feedWaits: Quota
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly signs: SignsOfLife
  readonly isStillGood: (principal: Principal) => boolean
}

const feedWaitMaxS = 30
const pageBytesMin = 1_024
/**
 * Longest link to the next page, characters: a larger header does not pass every proxy, and `next`
 * has the same content.
 */
const linkLengthMax = 2_048

const query = {
  ...filterParameters,
  cursor: optional(cursorText('`earliest`, `latest`, or a cursor from the stream or the feed.')),
  limit: computeLimit('Maximum number of rows per page.', 500, 50),
  bytes: optional(
    integer(
      'Maximum bytes of its rows, and of its part of a snapshot. The first is on the page whatever its size.',
      { minimum: pageBytesMin, maximum: pageBytesMax }
    )
  ),
  detail: detailSchema,
  snapshot: truth('With `cursor=latest`: begin with the open alerts, as the stream does.', {
    default: false
  }),
  wait: number('Seconds to wait for a first row if there is none.', {
    minimum: 0,
    maximum: feedWaitMaxS,
    default: 0
  })
}

const feedPageSchema = shape(
  'FeedPage',
  '`prev` of each row is the cursor of the previous row: a break in that chain is a gap.',
  {
    recovered: truth(
      'False: the position cannot be resumed. `snapshot` is then the state at `next`, or its first part.'
    ),
    items: listOf(
      part('One event.', {
        event: ref('ShownEvent'),
        cursor: text('The position after it, equal on stream and feed.'),
        prev: text(
          'The previous cursor in this answer, at first that of the request. With `headline` and `ids` its first 8 characters.'
        )
      })
    ),
    next: text('Where to continue, also without rows.'),
    snapshot: listOf(
      ref('ShownAlert'),
      'Open alerts as of `next`, most severe first. With `recovered` true, a further part of the snapshot.'
    ),
    more: truth('True if further parts of the snapshot follow after `next`.')
  },
  ['snapshot', 'more']
)

type FeedQuery = ValuesOf<typeof query>
const headers = [
  ...['etag of an answer', 'link', 'tocsin-age-seconds', 'tocsin-epoch'],
  ...['tocsin-canary-age-seconds', 'tocsin-complete-record', 'tocsin-complete-time']
]

export function addFeedRoutes(app: FastifyInstance, deps: FeedRoutesDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Streams', access: ['alerts:read'] })({
    id: 'readFeed',
    method: 'GET',
    path: '/v1/feed',
    summary: 'Read alert events in pages',
    description:
      'The events, order and cursors of the stream. `prev` of a row is the cursor of the previous row: a break is a gap. Begin without `cursor`, then continue from `next`. If `recovered` is false, `snapshot` has the open alerts, most severe first; with `more`, the next pages have the rest.',
    query,
    headers: ['if-none-match'],
    answers: {
      200: answer('A page of events.', feedPageSchema, ...headers),
      304: answer('The reader has it already.', undefined, ...headers)
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const view = makeView(getPrincipal(request))
      const audience = { view, filter: readFilter(request.query), holdsQuiet: false }
      const reader = { audience, detail: request.query.detail }
      return sendPage(deps, request, reply, reader, await readFeed(deps, request, reader))
    }
  })
}

async function readFeed(
  deps: FeedRoutesDeps,
  request: FastifyRequest<{ Querystring: FeedQuery }>,
  reader: FeedReader
): Promise<FeedPage> {
  const principal = getPrincipal(request)
  const { cursor, limit, bytes, wait, snapshot } = request.query
  const { feed, feedWaits } = deps
  const { audience } = reader
  const size = { limit, bytes }
  if (cursor === 'latest' && snapshot) return feed.restart(reader, size)
  const start = await deps.cursors.resume(cursor ?? 'earliest', audience.view)
  if (start.kind === 'forged')
    throw new ProblemError('cursor-invalid', `The cursor ${start.fault}.`)
  if (start.kind === 'lost') return feed.restart(reader, size)
  const first = await feed.page(start, reader, size)
  if (first.items.length > 0 || first.snapshot !== undefined || wait === 0) return first
  feedWaits.take(principal.id, 'waiting feed requests', feedWaitMaxS)
  request.endRead?.()
  try {
    const untilMs = deps.clock.monotonicMs() + wait * 1000
    return await waitForPage(deps, principal, reader, { start, first, size, untilMs })
  } finally {
    feedWaits.release(principal.id)
  }
}

interface Waiting {
  readonly start: ResumePlace
  readonly first: FeedPage
  readonly size: PageSize
  readonly untilMs: number
}

/**
 * The first page with something on it, or an empty one when the time is over. What the filter
 * rejects does not end the wait: else a reader of few alerts would ask again with each alert of
 * others.
 */
async function waitForPage(
  { feed, cursors, projection, isStillGood, clock }: FeedRoutesDeps,
  principal: Principal,
  reader: FeedReader,
  { start, first, size, untilMs }: Waiting
): Promise<FeedPage> {
  const { audience } = reader
  const cursor = feed.makeCursor(start)
  for (let page = first; ; ) {
    const reached = await cursors.resume(page.next, audience.view)
    if (reached.kind !== 'from') return page
    const leftMs = Math.max(0, untilMs - clock.monotonicMs())
    const hasMore = () => feed.hasMore(reached.positions, audience)
    const came = await projection.views.alerts.until(hasMore, leftMs)
    if (!isStillGood(principal))
      throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
    page = await feed.page({ ...reached, cursor }, reader, size)
    if (!came || page.items.length > 0 || page.snapshot !== undefined) return page
  }
}

/**
 * The page, or 304 to a reader who has these very bytes. What changes with time alone is in a
 * header.
 */
function sendPage(
  deps: FeedRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  reader: FeedReader,
  page: FeedPage
): FastifyReply {
  const { feed, signs } = deps
  const { ageSeconds, epoch, canaryAgeSeconds, complete } = signs.make(reader.audience.view)
  reply
    .header('cache-control', 'private, no-cache')
    .header('tocsin-age-seconds', ageSeconds)
    .header('tocsin-epoch', epoch)
  if (canaryAgeSeconds !== null) reply.header('tocsin-canary-age-seconds', canaryAgeSeconds)
  // What comes on later pages is not complete here.
  if (feed.isAtEnd(page, reader.audience)) {
    reply.header('tocsin-complete-record', complete.record)
    if (complete.time !== null) reply.header('tocsin-complete-time', complete.time)
  }
  const link = nextLink(request.url, page.next)
  if (link.length <= linkLengthMax) reply.header('link', link)
  const { audience, detail } = reader
  const asked = JSON.stringify([makeScopeKey(audience.view), audience.filter, detail])
  const question = `feed ${asked.length} ${asked}`
  return sendUnlessHeld(deps, request, reply, { question, body: JSON.stringify(page) })
}

function nextLink(url: string, cursor: string): string {
  const asked = new URLSearchParams(url.replace(/^[^?]*\??/, ''))
  asked.set('cursor', cursor)
  asked.delete('snapshot')
  return `</v1/feed?${asked}>; rel="next"`
}
