// Rosters over HTTP: who is on until when, declared, changed, handed over, withdrawn. Whom one
// notifies is decided in notification/watch.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { mayUse } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  buildPage,
  component,
  count,
  instant,
  integer,
  listOf,
  nullable,
  optional,
  orNull,
  ref,
  shape,
  strict,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import {
  actionRefused,
  bodyInvalid,
  forbidden,
  ProblemError
} from '@tocsin/contracts/problem/problem-catalogue'
import {
  type WatchDeclared,
  type WatchRecord,
  watchLinesMax,
  watchShiftsMax
} from '@tocsin/contracts/record/control-record'
import { saidLinePattern, saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import { compareText } from '@tocsin/domain/compare-text'
import type { Clock } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ControlOperations, mayChange } from '../admin/control-operations.ts'
import { makePlace, sealPlace } from '../alerts/list-places.ts'
import { computeLimit, sealedCursor } from '../alerts/list-queries.ts'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { seenIn } from '../alerts/request-headers.ts'
import { mayKnow, mayMarkWatch, usualHandling } from '../alerts/shared-access.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { sendTagged } from '../alerts/tagged-list.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import {
  namedSubscriptions,
  type SubscriberName,
  subscriberNameSchema,
  subscriberNames
} from '../webhook/subscriber-names.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import { handOver, makeShifts, type ShiftAsk } from './watch-shifts.ts'

export interface WatchRoutesDeps {
  readonly controlOperations: ControlOperations
  readonly subscriptionOperations: SubscriptionOperations
  readonly dispatcher: Dispatcher
  readonly control: ControlView
  readonly shared: SharedKnowledge
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly clock: Clock
}

export const watchLimits = { total: 100, perKey: 25 }

const shiftSchema = shape('Shift', 'One turn of a watch.', {
  officer: text('Who has the watch.'),
  from: instant(),
  until: instant(),
  lines: listOf(text(), 'Subscriptions, in the order in which alerts go on to them.'),
  note: nullable(text('What was handed over.'))
})
const watchSchema = shape('Watch', 'Who is on until when, and whom alerts go to.', {
  id: text(),
  name: text(),
  version: count('Counts changes.'),
  shifts: listOf(shiftSchema, 'In order of their beginnings; those that are over for a month.'),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  lineNames: listOf(
    subscriberNameSchema,
    'Of the subscriptions in `lines` of its shifts those that you may know.'
  ),
  onWatch: listOf(shiftSchema, 'Those that are on now.'),
  next: nullable(shiftSchema),
  isFollowed: truth('Whether a subscription that you may know of follows it.'),
  isUnstaffed: truth(
    'Nobody on shift can be reached: all subscriptions that follow it are told. False if you may not know.'
  ),
  mayChange: truth('Whether the reader may change and withdraw it.')
})
const watchListSchema = component(
  'WatchList',
  buildPage(watchSchema, 'A page of those that you may know of.')
)

const params = { id: idText('Id of the watch.') }
const lineText = { minLength: 1, maxLength: 200, pattern: saidLinePattern }
const noteText = { maxLength: 2_000, pattern: saidTextPattern }
const lineList = { minItems: 1, maxItems: watchLinesMax, uniqueItems: true }
const lineId = text({ minLength: 1, maxLength: 128 })
const versionSeen = (description: string) => integer({ description, minimum: 1 })
const shift = strict({
  officer: text(lineText),
  from: text({ maxLength: 40 }),
  until: text({ maxLength: 40 }),
  lines: listOf(lineId, lineList),
  note: optional(orNull(text(noteText)))
})
const name = text('As officers call it.', lineText)
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
  const { control, controlOperations, clock } = deps
  const find = (principal: Principal, id: string): WatchRecord => {
    const known = control.state.watches.get(id)
    if (!mayKnow(principal, known)) throw new ProblemError('not-found', 'There is no such watch.')
    return known
  }
  const findOwn = (principal: Principal, id: string, seen: number | null): WatchRecord => {
    const watch = find(principal, id)
    checkOwner(principal, watch)
    if (seen !== null) checkVersion(watch, seen)
    return watch
  }
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
      const principal = getPrincipal(request)
      if (!mayUse(principal, ['subscriptions:manage']))
        throw forbidden('A watch is declared with subscriptions:manage or admin.')
      const { name, ...ask } = request.body
      const watchId = controlOperations.makeId('wat')
      const changed = await controlOperations.change(() => {
        checkCount(principal, 'watches', watchLimits, control.state.watches.values())
        const { theatres, id: ownerKeyId } = principal
        const handling = findHandling(principal, ask.handling)
        const base = { watchId, ownerKeyId, theatres, handling, name }
        return write(deps, principal, { ...base, lineMinutes: 5, shifts: [], version: 0 }, ask)
      })
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
      const rest = [...control.state.watches.values()]
        .filter(each => mayKnow(principal, each))
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
      const { id } = request.params
      await deps.shared.find(['control'], () => control.state.watches.get(id))
      return shownTo(deps, find(principal, id), principal)
    }
  })

  add({
    id: 'changeWatch',
    method: 'PATCH',
    path: '/v1/watches/:id',
    summary: 'Change a watch',
    description: 'Members left out stay as they are. By who declared it, or an administrator.',
    params,
    body: strict({ ...members, version: versionSeen('The one that you have seen.') }),
    example: { version: 1, name: 'Joint desk' },
    answers,
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { version: seen, ...ask } = request.body
      const { id } = request.params
      const principal = getPrincipal(request)
      const changed = await controlOperations.change(() => {
        const watch = findOwn(principal, id, seen)
        const handling = ask.handling && findHandling(principal, ask.handling)
        return write(deps, principal, { ...watch, ...(handling && { handling }) }, ask)
      })
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
      version: versionSeen(
        'The one that you have seen: of two that take it at once the first has it.'
      ),
      officer: text('Who has it from now on.', lineText),
      relieves: optional(text(lineText)),
      until: text('An instant, at most 31 days away.', { maxLength: 40 }),
      lines: optional(listOf(lineId, 'Left out: those of the shift that ends.', lineList)),
      note: optional(orNull(text('What the next one should know.', noteText)))
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
      const principal = getPrincipal(request)
      const changed = await controlOperations.change(() => {
        const watch = find(principal, id)
        if (!mayUse(principal, ['alerts:operate'])) checkOwner(principal, watch)
        checkVersion(watch, seen)
        const now = new Date(clock.nowMs()).toISOString()
        const { ended, next, from } = handOver(watch.shifts, ask, now, line =>
          isFollowing(deps, line, id)
        )
        const before = { ...watch, shifts: ended }
        return write(deps, principal, before, { shifts: next }, { from, to: ask.officer })
      })
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
      const principal = getPrincipal(request)
      const seen = seenIn(request)
      const appended = await controlOperations.change(() => {
        const { watchId } = findOwn(principal, id, seen)
        return controlOperations.write({ type: 'watch.withdrawn', data: { watchId } }, principal)
      })
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
  { watch, appended }: Changed
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

function makeReader({ subscriptionOperations }: WatchRoutesDeps, principal: Principal): Shown {
  const followed = new Set(
    namedSubscriptions(subscriptionOperations, principal).map(({ policy }) => policy?.watch ?? null)
  )
  return { principal, nameOf: subscriberNames(subscriptionOperations, principal), followed }
}

interface Shown {
  readonly principal: Principal
  readonly nameOf: (subscriptionId: string) => SubscriberName | null
  /** Watches that subscriptions follow which the reader may know of. */
  readonly followed: ReadonlySet<string | null>
}

function shown(
  { dispatcher, clock }: WatchRoutesDeps,
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
    isUnstaffed: knowsAll && dispatcher.judging.watches.isUnstaffed(watchId),
    mayChange: mayChange(principal, watch)
  }
}

interface Changed {
  readonly watch: WatchRecord
  /** Null: it was done before, or there is no change. */
  readonly appended: RecordPosition | null
}

/**
 * Writes the roster with what is asked of it; without an actual change there is no new version.
 * `handedOver`: of a hand-over, which has no list of shifts in its body.
 */
async function write(
  deps: WatchRoutesDeps,
  principal: Principal,
  before: WatchRecord,
  ask: { readonly name?: string; readonly shifts?: readonly ShiftAsk[] },
  handedOver?: WatchDeclared['handOver']
): Promise<Changed> {
  const { control, controlOperations, clock } = deps
  const at = (i: number) => (handedOver === undefined ? `/shifts/${i}/` : '/')
  const asked = ask.shifts ?? before.shifts
  const shifts = makeShifts(asked, before.shifts, clock.nowMs(), at)
  if (handedOver === undefined && asked.length > watchShiftsMax)
    throw bodyInvalid('/shifts', `must be at most ${watchShiftsMax}`)
  const known = new Set(before.shifts.flatMap(({ lines }) => lines))
  for (const [i, { lines }] of asked.entries())
    for (const [n, line] of lines.entries())
      if (
        !known.has(line) &&
        !isFollowing(deps, line, before.watchId) &&
        deps.subscriptionOperations.known(principal, line) === undefined
      )
        throw bodyInvalid(
          `${at(i)}lines/${n}`,
          'must be a subscription that you manage, or that follows the watch'
        )
  const { name = before.name } = ask
  const watch: WatchRecord = { ...before, name, shifts, version: before.version + 1 }
  const earlier = control.state.watches.get(before.watchId)
  if (earlier !== undefined && isSame({ ...watch, version: earlier.version }, earlier))
    return { watch: earlier, appended: null }
  const data = handedOver === undefined ? watch : { ...watch, handOver: handedOver }
  const appended = await controlOperations.write({ type: 'watch.declared', data }, principal)
  const standing = control.state.watches.get(watch.watchId)
  if (standing === undefined || !isSame(standing, watch)) throw changedFirst()
  return { watch, appended }
}

function isSame(a: WatchRecord, b: WatchRecord): boolean {
  return toCanonicalJson(a) === toCanonicalJson(b)
}

function isFollowing({ control }: WatchRoutesDeps, line: string, watchId: string): boolean {
  return control.state.subscriptions.get(line)?.policy?.watch === watchId
}

function checkOwner(principal: Principal, watch: WatchRecord): void {
  if (!mayChange(principal, watch))
    throw forbidden(
      'Only who declared the watch, or an administrator, may change it. An officer may hand it over.'
    )
}

function findHandling(principal: Principal, asked: Handling = usualHandling): Handling {
  if (!mayMarkWatch(principal, asked))
    throw forbidden('A watch may not reach above the handling of the key that declares it.')
  return asked
}

function checkVersion({ version }: WatchRecord, seen: number): void {
  if (version !== seen) throw changedFirst()
}

function changedFirst(): ProblemError {
  return actionRefused('Another change of the watch came first. Read it again.')
}
