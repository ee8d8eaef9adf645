// Watches over HTTP: who is on until when, and handing over. Validation is in watch-operations.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  integer,
  listOf,
  optional,
  orNull,
  strict,
  text,
  words
} from '@tocsin/contracts/format/format'
import type { WatchRecord } from '@tocsin/contracts/record/control-record'
import { watchLinesMax, watchShiftsMax } from '@tocsin/contracts/record/control-record'
import { saidLinePattern, saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { compareText } from '@tocsin/domain/compare-text'
import type { Clock } from '@tocsin/domain/ports'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { makePlace, sealPlace } from '../alerts/list-places.ts'
import { computeLimit, sealedCursor } from '../alerts/list-queries.ts'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { findRetryKey, seenIn } from '../alerts/request-headers.ts'
import { sendTagged } from '../alerts/tagged-list.ts'
import type { WatchBook } from '../notification/watch-book.ts'
import {
  namedSubscriptions,
  type SubscriberName,
  subscriberNames
} from '../webhook/subscriber-names.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import { watchListSchema, watchSchema } from './watch-answers.ts'
import type { WatchChanged, WatchOperations } from './watch-operations.ts'

export interface WatchRoutesDeps {
  readonly watches: WatchOperations
  readonly subscriptions: Pick<SubscriptionOperations, 'within' | 'list' | 'findHolder'>
  readonly book: Pick<WatchBook, 'isUnstaffed'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly clock: Pick<Clock, 'nowMs'>
}

const params = { id: idText('Id of the watch.') }
const formatLine = (description?: string) =>
  text({
    ...(description === undefined ? {} : { description }),
    ...{ minLength: 1, maxLength: 200, pattern: saidLinePattern }
  })
const computeInstant = (description?: string) =>
  text({ ...(description === undefined ? {} : { description }), maxLength: 40 })
const findNote = (description?: string) =>
  optional(
    orNull(
      text({
        ...(description === undefined ? {} : { description }),
        ...{ maxLength: 2_000, pattern: saidTextPattern }
      })
    )
  )
const listLines = (description?: string) =>
  listOf(text({ minLength: 1, maxLength: 128 }), {
    ...(description === undefined ? {} : { description }),
    ...{ minItems: 1, maxItems: watchLinesMax, uniqueItems: true }
  })
const makeVersion = (description: string) => integer({ description, minimum: 1 })
const shift = strict({
  ...{ officer: formatLine(), from: computeInstant(), until: computeInstant() },
  ...{ lines: listLines(), note: findNote() }
})
const name = formatLine('As officers call it.')
const members = {
  name: optional(name),
  shifts: optional(
    listOf(
      shift,
      'Who is on shift until when. `lines`: the subscriptions that are notified meanwhile, all at once.',
      { maxItems: watchShiftsMax }
    )
  ),
  handling: optional(
    words(handlings, 'Who may know of it, beside who declared it. Left out: `internal`.')
  )
}
const answers = { 200: answer('The watch.', watchSchema, 'tocsin-cursor') }

const watchList = 'watches'
/** Of the items of a page: a full roster has 330,000 and more. */
export const pageCharsMax = 1_000_000

export function addWatchRoutes(app: FastifyInstance, deps: WatchRoutesDeps): void {
  const { watches } = deps
  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage', 'alerts:operate']
  })

  add({
    id: 'createWatch',
    method: 'POST',
    path: '/v1/watches',
    summary: 'Declare a watch',
    description:
      'A roster. Subscriptions follow it by the `watch` of their policy: they are told while they are a line of the current shift. While nobody is on, all are told. Needs `subscriptions:manage` or `admin`.',
    headers: ['idempotency-key of an act'],
    body: strict({ ...members, name }),
    example: {
      name: 'Joint desk',
      shifts: [
        {
          officer: 'Ama',
          from: '2026-03-01T06:00:00Z',
          until: '2026-03-01T14:00:00Z',
          lines: ['sub_1', 'sub_2']
        }
      ]
    },
    answers: { 201: answer('The watch.', watchSchema, 'tocsin-cursor', 'location') },
    problems: writeProblems,
    async handle(request, reply) {
      const changed = await watches.create(
        getPrincipal(request),
        request.body,
        findRetryKey(request)
      )
      reply.code(201).header('location', `/v1/watches/${changed.watch.watchId}`)
      return sendChanged(deps, request, reply, changed)
    }
  })

  add({
    id: 'listWatches',
    method: 'GET',
    path: '/v1/watches',
    summary: 'List watches',
    description:
      'Those within your theatres that you declared, or within your handling, in order of their ids.',
    query: {
      cursor: optional(sealedCursor('The `next` of the page before.')),
      limit: computeLimit('At most so many. A page of large rosters has fewer.', 50, 50)
    },
    headers: ['if-none-match'],
    answers: {
      200: answer('Watches.', watchListSchema, 'etag of an answer'),
      304: unchanged
    },
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { cursor, limit } = request.query
      const after =
        cursor === undefined ? null : makePlace<{ readonly id: string }>(deps, watchList, cursor).id
      // In order of their ids, which stay: one that is withdrawn or declared between two pages
      // moves no other.
      const rest = watches
        .list(principal)
        .filter(({ watchId }) => after === null || watchId > after)
        .sort((a, b) => compareText(a.watchId, b.watchId))
      const page = makePage(deps, rest, limit, makeReader(deps, principal))
      return sendTagged(deps, request, reply, page)
    }
  })

  add({
    id: 'getWatch',
    method: 'GET',
    path: '/v1/watches/:id',
    summary: 'Read a watch',
    params,
    answers: { 200: answer('The watch.', watchSchema) },
    async handle(request) {
      const principal = getPrincipal(request)
      return shownTo(deps, await watches.find(principal, request.params.id), principal)
    }
  })

  add({
    id: 'changeWatch',
    method: 'PATCH',
    path: '/v1/watches/:id',
    summary: 'Change a watch',
    description: 'Members left out stay as they are. By who declared it, or an administrator.',
    params,
    body: strict({ ...members, version: makeVersion('The one that you have seen.') }),
    example: { version: 1, name: 'Joint desk' },
    answers,
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { version: seen, ...ask } = request.body
      const { id } = request.params
      const changed = await watches.change(getPrincipal(request), id, ask, seen)
      return sendChanged(deps, request, reply, changed)
    }
  })

  add({
    id: 'handOverWatch',
    method: 'POST',
    path: '/v1/watches/:id/hand-over',
    summary: 'Hand a watch over',
    description: 'Ends the current shift and begins the next one now. Officers may.',
    params,
    headers: ['idempotency-key of an act'],
    body: strict({
      version: makeVersion(
        'The one that you have seen: of two that take it at once the first has it.'
      ),
      officer: formatLine('Who has it from now on.'),
      relieves: optional(formatLine()),
      until: computeInstant('An instant, at most 31 days away.'),
      lines: optional(listLines('Left out: those of the shift that ends.')),
      note: findNote('What the next one should know.')
    }),
    example: {
      version: 3,
      officer: 'Kofi',
      until: '2026-03-01T22:00:00Z',
      note: 'Two alerts near Mopti are open.'
    },
    answers,
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { version: seen, ...ask } = request.body
      const { id } = request.params
      const key = findRetryKey(request)
      const changed = await watches.handOver(getPrincipal(request), id, ask, seen, key)
      return sendChanged(deps, request, reply, changed)
    }
  })

  add({
    id: 'withdrawWatch',
    method: 'DELETE',
    path: '/v1/watches/:id',
    summary: 'Withdraw a watch',
    description: 'Subscriptions that follow it are told at once, as if they named none.',
    params,
    headers: ['if-match of a version'],
    answers: { 204: answer('It is withdrawn.', undefined, 'tocsin-cursor') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { id } = request.params
      const appended = await watches.withdraw(getPrincipal(request), id, seenIn(request))
      await tellPosition(reply, deps.positions, appended)
      return reply.code(204).send()
    }
  })
}

/** At most `limit` watches, and fewer if they are large: one at least. */
function makePage(
  deps: WatchRoutesDeps,
  rest: readonly WatchRecord[],
  limit: number,
  reader: Shown
) {
  const items: ReturnType<typeof shown>[] = []
  let chars = 0
  for (const each of rest) {
    const next = shown(deps, each, reader)
    chars += JSON.stringify(next).length
    if (items.length === limit || (items.length > 0 && chars > pageCharsMax)) break
    items.push(next)
  }
  const last = items.at(-1)
  return {
    items,
    next: rest.length > items.length && last ? sealPlace(deps, watchList, { id: last.id }) : null
  }
}

async function sendChanged(
  deps: WatchRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { watch, appended }: WatchChanged
) {
  const { watchId, version: written } = watch
  if (appended !== null)
    request.log.info(
      { watch: watchId, version: written, by: getPrincipal(request).id },
      'a watch was changed'
    )
  await tellPosition(reply, deps.positions, appended)
  return reply.send(shownTo(deps, watch, getPrincipal(request)))
}

function shownTo(deps: WatchRoutesDeps, watch: WatchRecord, principal: Principal) {
  return shown(deps, watch, makeReader(deps, principal))
}

function makeReader({ subscriptions }: WatchRoutesDeps, principal: Principal): Shown {
  const followed = new Set(
    namedSubscriptions(subscriptions, principal).map(({ policy }) => policy?.watch ?? null)
  )
  return { principal, nameOf: subscriberNames(subscriptions, principal), followed }
}

interface Shown {
  readonly principal: Principal
  readonly nameOf: (subscriptionId: string) => SubscriberName | null
  /** Watches that subscriptions follow which the reader may know of. */
  readonly followed: ReadonlySet<string | null>
}

function shown(
  { book, clock, watches }: WatchRoutesDeps,
  watch: WatchRecord,
  { principal, nameOf, followed }: Shown
) {
  const { watchId, name, shifts, version: written, theatres, handling } = watch
  const now = new Date(clock.nowMs()).toISOString()
  const sorted = shifts.toSorted((a, b) => (a.from < b.from ? -1 : 1))
  const onWatch = sorted.filter(({ from, until }) => from <= now && now < until)
  // The health of an endpoint, and that it follows, is only for readers who may know the
  // subscription.
  const knowsAll =
    followed.has(watchId) &&
    onWatch.every(({ lines: all }) => all.every(line => nameOf(line) !== null))
  return {
    ...{ id: watchId, name, version: written, shifts: sorted, theatres, handling },
    onWatch,
    lineNames: [...new Set(sorted.flatMap(({ lines: all }) => all))].flatMap(
      line => nameOf(line) ?? []
    ),
    next: sorted.find(({ from }) => from > now) ?? null,
    isFollowed: followed.has(watchId),
    isUnstaffed: knowsAll && book.isUnstaffed(watchId),
    mayChange: watches.mayChange(principal, watch)
  }
}
