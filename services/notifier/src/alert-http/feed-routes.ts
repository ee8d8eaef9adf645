// GET /v1/feed: pages of events, waits for the next, and an answer without a body to a reader who has the page already.

import { createHmac } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { reach } from '../cursor/position-headers.ts'
import type { Projection } from '../projection/projection.ts'
import { details } from '../reader/detail.ts'
import type { HolderQuota } from '../reader/holder-quota.ts'
import { scopeKeyOf, viewOf } from '../reader/reader-view.ts'
import type { AlertFeed, FeedPage, FeedReader } from './alert-feed.ts'
import { filterParameters, pageParameters, query, readFilter } from './list-queries.ts'

export interface FeedRoutesDeps {
  readonly projection: Projection
  readonly feed: AlertFeed
  readonly feedWaits: HolderQuota
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  /** How long ago it was last known that everything in the log is shown here. */
  readonly ageSeconds: () => number
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
}

interface FeedQuery extends Readonly<Record<string, unknown>> {
  readonly cursor?: string
  readonly limit: number
  readonly wait: number
  readonly snapshot: boolean
  readonly detail: FeedReader['detail']
}

const feedWaitMaxS = 30
/** Longest link to the next page, characters: a larger header does not pass every proxy, and `next` says the same. */
const linkLengthMax = 2_048

export function addFeedRoutes(app: FastifyInstance, deps: FeedRoutesDeps): void {
  const querystring = query({
    ...filterParameters,
    ...pageParameters,
    detail: { type: 'string', enum: details, default: 'full' },
    snapshot: { type: 'boolean', default: false },
    wait: { type: 'number', minimum: 0, maximum: feedWaitMaxS, default: 0 }
  })
  app.get<{ Querystring: FeedQuery }>(
    '/v1/feed',
    { config: { access: ['alerts:read'] }, schema: { querystring } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const audience = { view: viewOf(principal), filter: readFilter(request.query), holdsQuiet: false }
      const reader = { audience, detail: request.query.detail }
      return sendPage(deps, request, reply, reader, await readFeed(deps, principal, reader, request.query))
    }
  )
}

async function readFeed(
  { feed, feedWaits, projection, isStillGood }: FeedRoutesDeps,
  principal: Principal,
  reader: FeedReader,
  { cursor, limit, wait, snapshot }: FeedQuery
): Promise<FeedPage> {
  const { audience } = reader
  if (cursor === 'latest' && snapshot) return feed.restart(reader)
  const start = await feed.startAt(cursor, audience)
  if (start.kind === 'forged') throw new ProblemError('cursor-invalid', 'The cursor was not issued by this suite.')
  if (start.kind === 'lost') return feed.restart(reader)
  const first = await feed.page(start, reader, limit)
  if (first.items.length > 0 || first.snapshot !== undefined || wait === 0) return first
  if (!feedWaits.acquire(principal.id, 1))
    throw new ProblemError('too-many', 'Too many feed requests are waiting: retry without `wait`, or later.', {
      retryAfterS: feedWaitMaxS
    })
  try {
    await projection.views.alerts.until(() => feed.hasMore(start.positions, audience), wait * 1000)
  } finally {
    feedWaits.release(principal.id, 1)
  }
  if (!isStillGood(principal)) throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
  return feed.page(start, reader, limit)
}

/** The page, or 304 to a reader who has these very bytes. What changes with time alone is in a header. */
function sendPage(
  { cursorKey, ageSeconds }: FeedRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  reader: FeedReader,
  page: FeedPage
): FastifyReply {
  const body = JSON.stringify(page)
  const etag = tagOf(cursorKey, reader, body)
  reply.header('etag', etag).header('cache-control', 'private, no-cache').header('tocsin-age-seconds', ageSeconds())
  const link = nextLink(request.url, page.next)
  if (link.length <= linkLengthMax) reply.header('link', link)
  const held = String(request.headers['if-none-match'] ?? '').split(',')
  if (held.some(tag => tag.trim() === etag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** Keyed, and of the reader's reach and question too: equal tags of two readers would say that they were shown the same. */
function tagOf(key: Buffer, { audience, detail }: FeedReader, body: string): string {
  const asked = JSON.stringify([scopeKeyOf(audience.view), audience.filter, detail])
  const tag = createHmac('sha256', key).update(`feed ${asked.length} ${asked}`).update(body).digest('base64url')
  return `"${tag.slice(0, 27)}"`
}

/** The same question from where this page ends. */
function nextLink(url: string, cursor: string): string {
  const asked = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  asked.set('cursor', cursor)
  asked.delete('snapshot')
  return `</v1/feed?${asked}>; rel="next"`
}
