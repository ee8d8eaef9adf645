// GET /v1/feed: the same events in the same order and with the same cursors as on the stream, in pages;
// waits for the next, and an answer without a body to a reader who has the page already.

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
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ResumePlace } from './alert-cursors.ts'
import { behind, furthest, hasPassed, type Positions } from './alert-journal.ts'
import { type Detail, eventIn, headlineBytesBeside, prevIn } from './detail.ts'
import {
  computeLimit,
  cursorText,
  filterParameters,
  type GravePlace,
  readFilter
} from './list-queries.ts'
import { refuseWhileStale } from './liveness.ts'
import { listCandidates, makePart, type SnapshotPart } from './open-alerts.ts'
import { makeReadingRoutes, type ReadDeps } from './position-headers.ts'
import { type Audience, AudienceJudge, renderFor } from './record-judging.ts'
import { sendUnlessHeld } from './request-headers.ts'
import { PageSearch } from './scan-scheduler.ts'

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

export function addFeedRoutes(app: FastifyInstance, deps: ReadDeps): void {
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
  deps: ReadDeps,
  request: FastifyRequest<{ Querystring: FeedQuery }>,
  reader: FeedReader
): Promise<ReadPage> {
  const principal = getPrincipal(request)
  const { cursor, limit, bytes, wait, snapshot } = request.query
  const { clock, cursors, feedWaits, projection } = deps
  const { audience } = reader
  const size = { limit, bytes }
  if (cursor === 'latest' && snapshot) return restart(deps, reader, bytes)
  const start = await cursors.resume(cursor ?? 'earliest', audience.view)
  if (start.kind === 'forged')
    throw new ProblemError('cursor-invalid', `The cursor ${start.fault}.`)
  if (start.kind === 'lost') return restart(deps, reader, bytes)
  const isEmpty = ({ page }: ReadPage) => page.items.length === 0 && page.snapshot === undefined
  let read = await readPage(deps, start, reader, size)
  if (!isEmpty(read) || wait === 0) return read
  feedWaits.take(principal.id, 'waiting feed requests', feedWaitMaxS)
  request.endRead?.()
  try {
    const untilMs = clock.monotonicMs() + wait * 1000
    const place = { ...start, cursor: nameCursor(deps, start) }
    // What the filter rejects does not end the wait: else a reader of few alerts would ask again
    // with each alert of others.
    for (let came = true; came && isEmpty(read); ) {
      const { at: positions } = read
      const leftMs = Math.max(0, untilMs - clock.monotonicMs())
      const isNews = () => hasMore(deps, positions, audience)
      came = await projection.views.alerts.until(isNews, leftMs)
      if (!deps.isStillGood(principal))
        throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
      read = await readPage(deps, { ...place, positions }, reader, size)
    }
    return read
  } finally {
    feedWaits.release(principal.id)
  }
}

/**
 * The page, or 304 to a reader who has these very bytes. What changes with time alone is in a
 * header.
 */
function sendPage(
  deps: ReadDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { audience, detail }: FeedReader,
  { page, at }: ReadPage
): FastifyReply {
  const { ageSeconds, epoch, canaryAgeSeconds, complete } = deps.signs.make(audience.view)
  reply
    .header('cache-control', 'private, no-cache')
    .header('tocsin-age-seconds', ageSeconds)
    .header('tocsin-epoch', epoch)
  if (canaryAgeSeconds !== null) reply.header('tocsin-canary-age-seconds', canaryAgeSeconds)
  // What comes on later pages is not complete here.
  if (page.more !== true && !hasMore(deps, at, audience)) {
    reply.header('tocsin-complete-record', complete.record)
    if (complete.time !== null) reply.header('tocsin-complete-time', complete.time)
  }
  const link = nextLink(request.url, page.next)
  if (link.length <= linkLengthMax) reply.header('link', link)
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
  readonly recovered: boolean
  readonly items: readonly FeedRow[]
  readonly next: string
  readonly snapshot?: SnapshotPart['alerts']
  readonly more?: true
}

/** A page, and the positions of its `next`. */
interface ReadPage {
  readonly page: FeedPage
  readonly at: Positions
}

interface FeedReader {
  readonly audience: Audience
  readonly detail: Detail
}

/** The cursor of a place: what its reader gave, which the first row names as the one before it. */
function nameCursor({ cursors }: ReadDeps, { cursor, positions, rest }: ResumePlace): string {
  return cursor ?? cursors.seal(positions, rest)
}

/** True if an event after these positions might concern the audience. */
function hasMore({ projection }: ReadDeps, positions: Positions, { view }: Audience): boolean {
  const { journal } = projection
  return !hasPassed(positions, journal.endInView(view)) && !hasPassed(positions, journal.end)
}

/**
 * As many rows from a place as fit, then the next missing part of the snapshot; the first row or
 * alert whatever its size. `bytes`: of the rows, and of the part; omitted: a part has its own limit,
 * rows have none. Rejects with an EventLogError if the log can't be read, and with
 * `projection-behind` while this instance is cut off from it: an empty page would claim that there is
 * no news.
 */
export async function readPage(
  deps: ReadDeps,
  place: ResumePlace,
  reader: FeedReader,
  { limit, bytes }: { readonly limit: number; readonly bytes?: number | undefined }
): Promise<ReadPage> {
  refuseWhileStale(deps.stale())
  const { positions: from, rest } = place
  const { audience, detail } = reader
  const { cursors, scans, clock, projection } = deps
  const { alerts, journal } = projection
  const headlineBytes = headlineBytesBeside(cursors.length)
  const items: FeedRow[] = []
  const judge = new AudienceJudge(alerts, audience)
  const search = new PageSearch(clock)
  let [scanned, at, prev] = [from, from, nameCursor(deps, place)]
  let [room, isFull] = [bytes ?? Number.POSITIVE_INFINITY, false]
  while (!isFull && search.goesOn(items.length) && hasMore(deps, scanned, audience)) {
    if (search.looked > 0) await scans.next()
    // Steps grow while no row is found: the next row may be thousands of records away.
    const step = Math.min(stepMax, Math.max(limit - items.length, search.looked))
    const page = await journal.read(scanned, step, audience.view)
    for (const record of page.records) {
      const verdict = judge.judge(record)
      if (verdict === null) continue
      const next = behind(furthest(at, scanned), record.partition, record.position)
      const event = eventIn(renderFor(alerts, audience, verdict, record), detail, headlineBytes)
      const row = { event, cursor: cursors.seal(next, rest), prev: prevIn(detail, prev) }
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
  // A part shows the state after all earlier events were sent: rows that arrived meanwhile go first,
  // on the next page.
  if (rest !== null && !hasMore(deps, scanned, audience)) await scans.next()
  const isMore = hasMore(deps, scanned, audience)
  // For a reader that is up to date the end of its view, for others where the reading stopped.
  at = furthest(at, isMore ? scanned : journal.endInView(audience.view))
  const page =
    rest === null || isMore
      ? { next: cursors.seal(at, rest) }
      : readPart(deps, reader, rest, bytes, at)
  return { page: { recovered: true, items, ...page }, at }
}

/** The first matching open alerts, gravest first, and the position of that state. Rejects as `readPage` does. */
async function restart(
  deps: ReadDeps,
  reader: FeedReader,
  bytes: number | undefined
): Promise<ReadPage> {
  refuseWhileStale(deps.stale())
  await deps.scans.next()
  const at = deps.projection.journal.endInView(reader.audience.view)
  return { page: { recovered: false, items: [], ...readPart(deps, reader, null, bytes, at) }, at }
}

/** The open alerts after a place, as of a position. */
function readPart(
  { projection: { alerts }, cursors }: ReadDeps,
  reader: FeedReader,
  after: GravePlace | null,
  bytesMax = pageBytesMax,
  at: Positions
) {
  const headlineBytes = headlineBytesBeside(cursors.length)
  const candidates = listCandidates(alerts, reader.audience, after, partAlertsMax)
  const limits = { countMax: partAlertsMax, bytesMax, headlineBytes }
  const { alerts: snapshot, next } = makePart(alerts, reader, candidates, limits)
  return {
    next: cursors.seal(at, next),
    snapshot,
    ...(next === null ? {} : { more: true as const })
  }
}
