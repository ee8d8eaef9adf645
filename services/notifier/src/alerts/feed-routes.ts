// GET /v1/feed: the same events in the same order and with the same cursors as on the stream, in pages;
// waits for the next, and an answer without a body to a reader who has the page already.

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
import type { Audience } from './audience.ts'
import { type Detail, eventIn, headlineBytesBeside, prevIn } from './detail.ts'
import {
  computeLimit,
  cursorText,
  filterParameters,
  type GravePlace,
  readFilter
} from './list-queries.ts'
import { refuseWhileStale, type Stale } from './liveness.ts'
import { listCandidates, makePart, type SnapshotPart } from './open-alerts.ts'
import { makeReadingRoutes } from './position-headers.ts'
import { behind, furthest, hasPassed, type Positions } from './positions.ts'
import type { Projection } from './projection.ts'
import { AudienceJudge, renderFor } from './record-judging.ts'
import { PageSearch, type ScanScheduler } from './scan-scheduler.ts'
import type { SignsOfLife } from './sign-of-life.ts'
import { sendUnlessHeld } from './tagged-list.ts'

export interface AlertFeedDeps {
  readonly clock: Clock
  readonly projection: Projection
  readonly cursors: AlertCursors
  readonly scans: ScanScheduler
  readonly stale: () => Stale | null
}

export interface FeedRoutesDeps extends AlertFeedDeps {
  readonly feed: AlertFeed
  readonly feedWaits: Quota
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly signs: SignsOfLife
  readonly isStillGood: (principal: Principal) => boolean
}

/** Records read before others have their turn. */
const stepMax = 100
const partAlertsMax = 500
const pageBytesMax = 1_048_576
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

interface FeedRow {
  readonly event: ReturnType<typeof eventIn>
  readonly cursor: string
  readonly prev: string
}

interface FeedPage {
  /**
   * False: the position can't be resumed. The snapshot is then the first part of the state to start
   * from, at `next`.
   */
  readonly recovered: boolean
  readonly items: readonly FeedRow[]
  readonly next: string
  /**
   * Open alerts as of `next`, after all items. With `recovered: true`, a further part of the
   * snapshot in progress.
   */
  readonly snapshot?: SnapshotPart['alerts']
  readonly more?: true
}

interface FeedReader {
  readonly audience: Audience
  readonly detail: Detail
}

/**
 * Limits of one page. The first row, or first alert of a snapshot, is included whatever its size.
 */
interface PageSize {
  readonly limit: number
  /**
   * Bytes of its rows, and of its part of a snapshot; omitted: a part has its own limit, rows have
   * none.
   */
  readonly bytes?: number | undefined
}

export class AlertFeed {
  readonly #deps: AlertFeedDeps

  constructor(deps: AlertFeedDeps) {
    this.#deps = deps
  }

  /**
   * The cursor of a place: what its reader gave, which the first row names as the one before it.
   */
  makeCursor({ cursor, positions, rest }: ResumePlace): string {
    return cursor ?? this.#deps.cursors.seal(positions, rest)
  }

  /** Whether no event and no part of a snapshot follows a page. */
  isAtEnd({ next, more }: FeedPage, audience: Audience): boolean {
    const opened = this.#deps.cursors.open(next)
    return more !== true && opened.kind === 'from' && !this.hasMore(opened.positions, audience)
  }

  /** True if an event after these positions might concern the audience. */
  hasMore(positions: Positions, { view }: Audience): boolean {
    const { journal } = this.#deps.projection
    return !hasPassed(positions, journal.endInView(view)) && !hasPassed(positions, journal.end)
  }

  /**
   * As many rows from a place as fit, then the next missing part of the snapshot. Rejects with an
   * EventLogError if the log can't be read, and with `projection-behind` while this instance is cut
   * off from it: an empty page would claim that there is no news.
   */
  async page(
    place: ResumePlace,
    reader: FeedReader,
    { limit, bytes }: PageSize
  ): Promise<FeedPage> {
    refuseWhileStale(this.#deps.stale())
    const { positions: from, rest } = place
    const { audience, detail } = reader
    const { cursors, scans, clock, projection } = this.#deps
    const { alerts, journal } = projection
    const items: FeedRow[] = []
    const judge = new AudienceJudge(alerts, audience)
    const search = new PageSearch(clock)
    let [scanned, at, prev] = [from, from, this.makeCursor(place)]
    let [room, isFull] = [bytes ?? Number.POSITIVE_INFINITY, false]
    while (!isFull && search.goesOn(items.length) && this.hasMore(scanned, audience)) {
      if (search.looked > 0) await scans.next()
      // Steps grow while no row is found: the next row may be thousands of records away.
      const step = Math.min(stepMax, Math.max(limit - items.length, search.looked))
      const page = await journal.read(scanned, step, audience.view)
      for (const record of page.records) {
        const verdict = judge.judge(record)
        if (verdict === null) continue
        const next = behind(furthest(at, scanned), record.partition, record.position)
        const event = renderFor(alerts, audience, verdict, record)
        const row = {
          event: eventIn(event, detail, this.#headlineBytes),
          cursor: cursors.seal(next, rest),
          prev: prevIn(detail, prev)
        }
        room -= bytes === undefined ? 0 : Buffer.byteLength(JSON.stringify(row))
        isFull = room < 0 && items.length > 0
        if (isFull) break
        items.push(row)
        at = next
        prev = row.cursor
        isFull = items.length === limit
        if (isFull) break
      }
      search.looked += Math.max(1, page.records.length)
      scanned = isFull ? furthest(scanned, at) : page.next
    }
    // A part shows the state after all earlier events were sent: rows that arrived meanwhile go
    // first, on the next page.
    if (rest !== null && !this.hasMore(scanned, audience)) await scans.next()
    const hasMore = this.hasMore(scanned, audience)
    // For a reader that is up to date the end of its view, for others where the reading stopped.
    const next = furthest(at, hasMore ? scanned : journal.endInView(audience.view))
    if (rest === null || hasMore) return { recovered: true, items, next: cursors.seal(next, rest) }
    return { recovered: true, items, ...this.#makePart(reader, rest, bytes, next) }
  }

  /**
   * The first matching open alerts, gravest first, and the position of that state. Rejects with
   * `projection-behind` as `page` does.
   */
  async restart(reader: FeedReader, { bytes }: PageSize): Promise<FeedPage> {
    refuseWhileStale(this.#deps.stale())
    await this.#deps.scans.next()
    const end = this.#deps.projection.journal.endInView(reader.audience.view)
    return { recovered: false, items: [], ...this.#makePart(reader, null, bytes, end) }
  }

  #makePart(
    reader: FeedReader,
    after: GravePlace | null,
    bytesMax = pageBytesMax,
    positions: Positions
  ) {
    const { alerts } = this.#deps.projection
    const candidates = listCandidates(alerts, reader.audience, after, partAlertsMax)
    const limits = { countMax: partAlertsMax, bytesMax, headlineBytes: this.#headlineBytes }
    const { alerts: snapshot, next } = makePart(alerts, reader, candidates, limits)
    const more = next === null ? {} : { more: true as const }
    return { next: this.#deps.cursors.seal(positions, next), snapshot, ...more }
  }

  get #headlineBytes(): number {
    return headlineBytesBeside(this.#deps.cursors.length)
  }
}
