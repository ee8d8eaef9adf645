// Watches over HTTP: who is on until when, and handing over. Validation is in watch-operations.ts.

import type { WatchRecord } from '@tocsin/contracts/record/control-record'
import { watchLinesMax, watchShiftsMax } from '@tocsin/contracts/record/control-record'
import { saidLinePattern, saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { compareText } from '@tocsin/domain/compare-text'
import type { Clock } from '@tocsin/domain/ports'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { retryKeyOf, seenIn } from '../cursor/request-headers.ts'
import { sendTagged } from '../cursor/tagged-list.ts'
import type { WatchBook } from '../policy/watch-book.ts'
import {
  namedSubscriptions,
  type SubscriberName,
  subscriberNames
} from '../subscriber/subscriber-names.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import type { HandOverAsk, WatchAsk, WatchChanged, WatchOperations } from './watch-operations.ts'

export interface WatchRoutesDeps {
  readonly watches: WatchOperations
  readonly subscriptions: Pick<SubscriptionOperations, 'within' | 'list' | 'holderOf'>
  readonly book: Pick<WatchBook, 'isUnstaffed'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly clock: Pick<Clock, 'nowMs'>
}

const config = { access: ['subscriptions:manage', 'alerts:operate'] } as const
const id = { type: 'string', minLength: 1, maxLength: 128 } as const
const params = { type: 'object', required: ['id'], properties: { id } } as const
const instant = { type: 'string', maxLength: 40 } as const
const line = { type: 'string', minLength: 1, maxLength: 200, pattern: saidLinePattern } as const
const note = { type: ['string', 'null'], maxLength: 2_000, pattern: saidTextPattern } as const
const version = { type: 'integer', minimum: 1 } as const
const lines = {
  type: 'array',
  minItems: 1,
  maxItems: watchLinesMax,
  uniqueItems: true,
  items: id
} as const

const members = {
  name: line,
  shifts: {
    type: 'array',
    maxItems: watchShiftsMax,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['officer', 'from', 'until', 'lines'],
      properties: { officer: line, from: instant, until: instant, lines, note }
    }
  },
  handling: { enum: handlings }
} as const
const madeBody = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: members
} as const
const changeBody = {
  type: 'object',
  additionalProperties: false,
  required: ['version'],
  properties: { ...members, version }
} as const
const handOverBody = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'officer', 'until'],
  properties: { version, officer: line, relieves: line, until: instant, lines, note }
} as const

interface ListAsk {
  readonly cursor?: string
  readonly limit: number
}
const listQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    cursor: { type: 'string', minLength: 1, maxLength: 1024 },
    limit: { type: 'integer', minimum: 1, maximum: 50, default: 50 }
  }
} as const
const watchList = 'watches'
/** Of the items of a page: a full roster has 330,000 and more. */
export const pageCharsMax = 1_000_000

export function addWatchRoutes(app: FastifyInstance, deps: WatchRoutesDeps): void {
  const { watches } = deps

  app.post<{ Body: WatchAsk & { readonly name: string } }>(
    '/v1/watches',
    { config, schema: { body: madeBody } },
    async (request, reply) => {
      await reach(deps, request)
      const changed = await watches.create(principalOf(request), request.body, retryKeyOf(request))
      return answer(
        deps,
        request,
        reply.code(201).header('location', `/v1/watches/${changed.watch.watchId}`),
        changed
      )
    }
  )

  app.get<{ Querystring: ListAsk }>(
    '/v1/watches',
    { config, schema: { querystring: listQuery } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { cursor, limit } = request.query
      const after =
        cursor === undefined ? null : placeOf<{ readonly id: string }>(deps, watchList, cursor).id
      // In order of their ids, which stay: one that is withdrawn or declared between two pages
      // moves no other.
      const rest = watches
        .list(principal)
        .filter(({ watchId }) => after === null || watchId > after)
        .sort((a, b) => compareText(a.watchId, b.watchId))
      const page = pageOf(deps, rest, limit, readerOf(deps, principal))
      return sendTagged(deps, request, reply, page)
    }
  )

  app.get<{ Params: { id: string } }>(
    '/v1/watches/:id',
    { config, schema: { params } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      return shownTo(deps, await watches.find(principal, request.params.id), principal)
    }
  )

  app.patch<{ Params: { id: string }; Body: WatchAsk & { readonly version: number } }>(
    '/v1/watches/:id',
    { config, schema: { params, body: changeBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { version: seen, ...ask } = request.body
      return answer(
        deps,
        request,
        reply,
        await watches.change(principalOf(request), request.params.id, ask, seen)
      )
    }
  )

  app.post<{ Params: { id: string }; Body: HandOverAsk & { readonly version: number } }>(
    '/v1/watches/:id/hand-over',
    { config, schema: { params, body: handOverBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { version: seen, ...ask } = request.body
      const changed = await watches.handOver(
        principalOf(request),
        request.params.id,
        ask,
        seen,
        retryKeyOf(request)
      )
      return answer(deps, request, reply, changed)
    }
  )

  app.delete<{ Params: { id: string } }>(
    '/v1/watches/:id',
    { config, schema: { params } },
    async (request, reply) => {
      await reach(deps, request)
      await tellPosition(
        reply,
        deps.positions,
        await watches.withdraw(principalOf(request), request.params.id, seenIn(request))
      )
      return reply.code(204).send()
    }
  )
}

/** At most `limit` watches, and fewer if they are large: one at least. */
function pageOf(deps: WatchRoutesDeps, rest: readonly WatchRecord[], limit: number, reader: Shown) {
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

async function answer(
  deps: WatchRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { watch, appended }: WatchChanged
) {
  const { watchId, version: written } = watch
  if (appended !== null)
    request.log.info(
      { watch: watchId, version: written, by: principalOf(request).id },
      'a watch was changed'
    )
  await tellPosition(reply, deps.positions, appended)
  return reply.send(shownTo(deps, watch, principalOf(request)))
}

function shownTo(deps: WatchRoutesDeps, watch: WatchRecord, principal: Principal) {
  return shown(deps, watch, readerOf(deps, principal))
}

function readerOf({ subscriptions }: WatchRoutesDeps, principal: Principal): Shown {
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
  // How an endpoint does, and that it follows, is for who may know of it.
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
