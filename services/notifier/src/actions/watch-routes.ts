// Rosters over HTTP: who is on until when, declared, changed, handed over, withdrawn. Whom one
// notifies is decided in notification/rosters.ts.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
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
import type { RecordPosition } from '@tocsin/event-log/port'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSame, mayChange } from '../admin/control-operations.ts'
import { computeLimit, makePlace, sealedCursor, sealPlace } from '../alerts/list-queries.ts'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { seenIn } from '../alerts/request-headers.ts'
import { mayKnow, mayMarkWatch, usualHandling } from '../alerts/shared-access.ts'
import { sendTagged } from '../alerts/tagged-list.ts'
import {
  namedSubscriptions,
  subscriberNameSchema,
  subscriberNames
} from '../webhook/subscriber-names.ts'
import type { ActingDeps } from './acts.ts'
import { handOver, makeShifts, type ShiftAsk } from './watch-shifts.ts'

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

export function addWatchRoutes(app: FastifyInstance, deps: ActingDeps): void {
  const { control, controlOperations, clock } = deps
  const find = (principal: Principal, id: string): WatchRecord => {
    const known = control.state.watches.get(id)
    if (!mayKnow(principal, known)) throw new ProblemError('not-found', 'There is no such watch.')
    return known
  }
  /** `seen`: the version that the caller has seen; null: any. */
  const findSeen = (principal: Principal, id: string, seen: number | null, mayHandOver = false) => {
    const watch = find(principal, id)
    if (!mayChange(principal, watch) && !mayHandOver)
      throw forbidden(
        'Only who declared the watch, or an administrator, may change it. An officer may hand it over.'
      )
    if (seen !== null && watch.version !== seen) throw changedFirst()
    return watch
  }
  /** Makes a change in turn, and answers with the roster after it. */
  const sendChanged = async (
    request: FastifyRequest,
    reply: FastifyReply,
    step: (principal: Principal) => Promise<Changed>,
    status: 200 | 201 = 200
  ) => {
    const principal = getPrincipal(request)
    const { watch, appended } = await controlOperations.change(() => step(principal))
    const { watchId, version } = watch
    if (appended !== null)
      request.log.info({ watch: watchId, version, by: principal.id }, 'a watch was changed')
    await tellPosition(reply, deps.positions, appended)
    if (status === 201) reply.header('location', `/v1/watches/${watchId}`)
    return reply.code(status).send(makeViewer(deps, principal)(watch))
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
      if (!mayUse(getPrincipal(request), ['subscriptions:manage']))
        throw forbidden('A watch is declared with subscriptions:manage or admin.')
      const { name, ...ask } = request.body
      const watchId = controlOperations.makeId('wat')
      const declare = async (principal: Principal) => {
        checkCount(principal, 'watches', watchLimits, control.state.watches.values())
        const { theatres, id: ownerKeyId } = principal
        const handling = checkHandling(principal, ask.handling)
        const base = { watchId, ownerKeyId, theatres, handling, name }
        return write(deps, principal, { ...base, lineMinutes: 5, shifts: [], version: 0 }, ask)
      }
      return sendChanged(request, reply, declare, 201)
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
      const inView = makeViewer(deps, principal)
      const items: ReturnType<typeof inView>[] = []
      let chars = 0
      for (const each of rest) {
        const item = inView(each)
        chars += JSON.stringify(item).length
        if (items.length === limit || (items.length > 0 && chars > pageCharsMax)) break
        items.push(item)
      }
      const last = items.at(-1)
      const isMore = rest.length > items.length && last !== undefined
      const next = isMore ? sealPlace(deps, watchList, { id: last.id }) : null
      return sendTagged(deps, request, reply, { items, next })
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
      return makeViewer(deps, principal)(find(principal, id))
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
      return sendChanged(request, reply, async principal => {
        const watch = findSeen(principal, request.params.id, seen)
        const handling = ask.handling && checkHandling(principal, ask.handling)
        return write(deps, principal, { ...watch, ...(handling && { handling }) }, ask)
      })
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
      return sendChanged(request, reply, async principal => {
        const watch = findSeen(principal, id, seen, mayUse(principal, ['alerts:operate']))
        const now = new Date(clock.nowMs()).toISOString()
        const { ended, next, from } = handOver(watch.shifts, ask, now, line =>
          isFollowing(deps, line, id)
        )
        const before = { ...watch, shifts: ended }
        return write(deps, principal, before, { shifts: next }, { from, to: ask.officer })
      })
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
        const { watchId } = findSeen(principal, id, seen)
        return controlOperations.write({ type: 'watch.withdrawn', data: { watchId } }, principal)
      })
      await tellPosition(reply, deps.positions, appended)
      return reply.code(204).send()
    }
  })
}

/** Subscriptions are looked up one time for all rosters that are shown. */
function makeViewer(deps: ActingDeps, principal: Principal) {
  const { dispatcher, clock, subscriptionOperations } = deps
  const nameOf = subscriberNames(subscriptionOperations, principal)
  /** Those that subscriptions follow which the reader may know of. */
  const followed = new Set(
    namedSubscriptions(subscriptionOperations, principal).map(({ policy }) => policy?.watch)
  )
  return (watch: WatchRecord) => {
    const { watchId: id, name, version, theatres, handling } = watch
    const now = new Date(clock.nowMs()).toISOString()
    const shifts = watch.shifts.toSorted((a, b) => (a.from < b.from ? -1 : 1))
    const onWatch = shifts.filter(({ from, until }) => from <= now && now < until)
    const isFollowed = followed.has(id)
    // The health of an endpoint is only for readers who may know the subscription.
    const knowsAll =
      isFollowed && onWatch.every(({ lines }) => lines.every(line => nameOf(line) !== null))
    const lines = new Set(shifts.flatMap(({ lines }) => lines))
    return {
      ...{ id, name, version, shifts, theatres, handling, onWatch },
      lineNames: [...lines].flatMap(line => nameOf(line) ?? []),
      next: shifts.find(({ from }) => from > now) ?? null,
      isFollowed,
      isUnstaffed: knowsAll && dispatcher.judging.rosters.isUnstaffed(id),
      mayChange: mayChange(principal, watch)
    }
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
  deps: ActingDeps,
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

function isFollowing({ control }: ActingDeps, line: string, watchId: string): boolean {
  return control.state.subscriptions.get(line)?.policy?.watch === watchId
}

function checkHandling(principal: Principal, asked: Handling = usualHandling): Handling {
  if (!mayMarkWatch(principal, asked))
    throw forbidden('A watch may not reach above the handling of the key that declares it.')
  return asked
}

function changedFirst(): ProblemError {
  return actionRefused('Another change of the watch came first. Read it again.')
}
