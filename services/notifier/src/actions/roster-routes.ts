// Rosters, in routes and records `watches`, over HTTP: who is on shift until when, declared, changed,
// handed over, withdrawn. Whom one notifies is decided in notification/rosters.ts.

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
  type ValueOf,
  words
} from '@tocsin/contracts/format/format'
import {
  actionRefused,
  bodyInvalid,
  forbidden,
  ProblemError
} from '@tocsin/contracts/problem/problem-catalogue'
import {
  type ShiftRecord,
  type WatchDeclared,
  type WatchRecord,
  watchLinesMax,
  watchShiftsMax
} from '@tocsin/contracts/record/control-record'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import { linePattern, textPattern } from '@tocsin/contracts/theatre/written-text'
import { compareText } from '@tocsin/domain/compare-text'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerChange, instantIn, isSame, mayChange } from '../admin/control-operations.ts'
import { computeLimit, makePage, makePlace, sealedCursor } from '../alerts/list-queries.ts'
import { mayKnow, mayMarkWatch, usualHandling } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { seenIn, sendTagged } from '../alerts/request-headers.ts'
import { listOnShift } from '../notification/rosters.ts'
import {
  namedSubscriptions,
  subscriberNameSchema,
  subscriberNames
} from '../webhook/subscriber-names.ts'
import type { ActingDeps } from './acts.ts'

const watchLimits = { total: 100, perKey: 25 }

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
    'Nobody on shift can be reached: all subscriptions that follow it are notified. False if you may not know.'
  ),
  mayChange: truth('Whether the reader may change and withdraw it.')
})
const watchListSchema = component(
  'WatchList',
  buildPage(watchSchema, 'A page of those that you may know of.')
)

const params = { id: idText('Id of the watch.') }
const lineText = { minLength: 1, maxLength: 200, pattern: linePattern }
const noteText = { maxLength: 2_000, pattern: textPattern }
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

const handOverBody = strict({
  version: versionSeen('The one that you have seen: of two that take it at once the first has it.'),
  officer: text('Who has it from now on.', lineText),
  relieves: optional(text(lineText)),
  until: text('An instant, at most 31 days away.', { maxLength: 40 }),
  lines: optional(listOf(lineId, 'Left out: those of the shift that ends.', lineList)),
  note: optional(orNull(text('What the next one should know.', noteText)))
})
type ShiftAsk = ValueOf<typeof shift>

const answers = { 200: answer('The watch.', watchSchema, 'tocsin-cursor') }

export function addRosterRoutes(app: FastifyInstance, deps: ActingDeps): void {
  const { control, controlOperations, clock } = deps
  const find = (principal: Principal, id: string): WatchRecord => {
    const known = control.state.watches.get(id)
    if (!mayKnow(principal, known)) throw new ProblemError('not-found', 'There is no such watch.')
    return known
  }
  /** `seen`: the version that the caller has seen; null: any. */
  const findSeen = (principal: Principal, id: string, seen: number | null, mayHandOver = false) => {
    const roster = find(principal, id)
    if (!mayChange(principal, roster) && !mayHandOver)
      throw forbidden(
        'Only who declared the watch, or an administrator, may change it. An officer may hand it over.'
      )
    if (seen !== null && roster.version !== seen) throw changedFirst()
    return roster
  }
  /** Makes a change in turn, and answers with the roster after it. */
  const sendChanged = async (
    request: FastifyRequest,
    reply: FastifyReply,
    make: (principal: Principal) => Change,
    status: 200 | 201 = 200
  ) => {
    const principal = getPrincipal(request)
    const { roster, appended } = await answerChange(deps, reply, () =>
      write(deps, principal, make(principal))
    )
    const { watchId, version } = roster
    if (appended !== null)
      request.log.info({ watch: watchId, version, by: principal.id }, 'a watch was changed')
    if (status === 201) reply.header('location', `/v1/watches/${watchId}`)
    return reply.code(status).send(makeViewer(deps, principal)(roster))
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
      'A roster. Subscriptions follow it by the `watch` of their policy: they are notified while they belong to the current shift. While nobody is on shift, all are notified. Needs `subscriptions:manage` or `admin`.',
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
    handle(request, reply) {
      if (!mayUse(getPrincipal(request), ['subscriptions:manage']))
        throw forbidden('A watch is declared with subscriptions:manage or admin.')
      const { shifts = [], handling: asked, name } = request.body
      const watchId = controlOperations.makeId('wat')
      const declare = (principal: Principal) => {
        checkCount(principal, 'watches', watchLimits, control.state.watches.values())
        const { theatres, id: ownerKeyId } = principal
        const handling = checkHandling(principal, asked)
        const base = { watchId, ownerKeyId, theatres, handling, name, lineMinutes: 5 }
        return { before: { ...base, shifts: [], version: 0 }, shifts }
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
      limit: computeLimit('At most so many.', 50, 50)
    },
    headers: ['if-none-match'],
    answers: {
      200: answer('Watches.', watchListSchema, 'etag of an answer'),
      304: unchanged
    },
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { cursor, limit } = request.query
      const list = 'watches'
      const after =
        cursor === undefined ? null : makePlace<{ readonly id: string }>(deps, list, cursor).id
      // In order of their ids, which stay: one that is withdrawn or declared between two pages
      // moves no other.
      const rest = [...control.state.watches.values()]
        .filter(each => mayKnow(principal, each))
        .filter(({ watchId }) => after === null || watchId > after)
        .sort((a, b) => compareText(a.watchId, b.watchId))
      const page = makePage(deps, list, rest, limit, ({ watchId }) => ({ id: watchId }))
      const items = page.items.map(makeViewer(deps, principal))
      return sendTagged(deps, request, reply, { items, next: page.next })
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
    handle(request, reply) {
      const { version, shifts, handling: asked, name } = request.body
      return sendChanged(request, reply, principal => {
        const known = findSeen(principal, request.params.id, version)
        const handling = asked === undefined ? known.handling : checkHandling(principal, asked)
        const before = { ...known, handling, name: name ?? known.name }
        return { before, shifts: shifts ?? known.shifts }
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
    body: handOverBody,
    example: {
      version: 3,
      officer: 'Kofi',
      until: '2026-03-01T22:00:00Z',
      note: 'Two alerts near Mopti are open.'
    },
    answers,
    problems: [...writeProblems, 'action-refused'],
    handle(request, reply) {
      const { body } = request
      return sendChanged(request, reply, principal => {
        const mayHandOver = mayUse(principal, ['alerts:operate'])
        const known = findSeen(principal, request.params.id, body.version, mayHandOver)
        return handOver(known, body, new Date(clock.nowMs()).toISOString(), line =>
          isFollowing(deps, line, known.watchId)
        )
      })
    }
  })

  add({
    id: 'withdrawWatch',
    method: 'DELETE',
    path: '/v1/watches/:id',
    summary: 'Withdraw a watch',
    description: 'Subscriptions that follow it are notified at once, as if they named none.',
    params,
    headers: ['if-match of a version'],
    answers: { 204: answer('It is withdrawn.', undefined, 'tocsin-cursor') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const [principal, seen] = [getPrincipal(request), seenIn(request)]
      await answerChange(deps, reply, async () => {
        const { watchId } = findSeen(principal, request.params.id, seen)
        const payload = { type: 'watch.withdrawn', data: { watchId } } as const
        return { appended: await controlOperations.write(payload, principal) }
      })
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
  return (roster: WatchRecord) => {
    const { watchId: id, name, version, theatres, handling } = roster
    const now = new Date(clock.nowMs()).toISOString()
    const shifts = roster.shifts.toSorted((a, b) => (a.from < b.from ? -1 : 1))
    const onWatch = listOnShift(shifts, now)
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
      isUnstaffed: knowsAll && dispatcher.deps.rosters.isUnstaffed(id),
      mayChange: mayChange(principal, roster)
    }
  }
}

/** A roster as it is to be. */
interface Change {
  /** With its version before, all else as asked but the shifts. */
  readonly before: WatchRecord
  readonly shifts: readonly ShiftAsk[]
  /** Of a hand-over, which has no list of shifts in its body. */
  readonly handedOver?: NonNullable<WatchDeclared['handOver']>
}

/** `appended` null: without an actual change there is no new version. */
async function write(
  deps: ActingDeps,
  principal: Principal,
  { before, shifts: asked, handedOver }: Change
) {
  const { control, controlOperations, clock } = deps
  const { watchId } = before
  const at = (i: number) => (handedOver === undefined ? `/shifts/${i}/` : '/')
  const earlier = control.state.watches.get(watchId)
  const shifts = makeShifts(asked, earlier?.shifts ?? [], clock.nowMs(), at)
  const known = new Set(earlier?.shifts.flatMap(({ lines }) => lines))
  const mayName = (line: string) =>
    known.has(line) ||
    isFollowing(deps, line, watchId) ||
    deps.subscriptionOperations.known(principal, line) !== undefined
  for (const [i, { lines }] of asked.entries()) {
    const unknown = lines.findIndex(line => !mayName(line))
    if (unknown >= 0)
      throw bodyInvalid(
        `${at(i)}lines/${unknown}`,
        'must be a subscription that you manage, or that follows the watch'
      )
  }
  const roster: WatchRecord = { ...before, shifts, version: before.version + 1 }
  if (earlier !== undefined && isSame({ ...roster, version: earlier.version }, earlier))
    return { roster: earlier, appended: null }
  const data = handedOver === undefined ? roster : { ...roster, handOver: handedOver }
  const appended = await controlOperations.write({ type: 'watch.declared', data }, principal)
  if (!isSame(control.state.watches.get(watchId), roster)) throw changedFirst()
  return { roster, appended }
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

/** Longest shift, and how long one that is over is stored, ms. */
const shiftMaxMs = 31 * dayMs
/**
 * How far ahead one may begin, ms: ten years. A later one is a wrong year, and would stay in the
 * roster for ever.
 */
const shiftAheadMs = 3_653 * dayMs

/**
 * The shifts as they are recorded, without those that are long over. `before`: the recorded ones;
 * `at`: where a shift is in the body. Throws a ProblemError that names the field.
 */
function makeShifts(
  asked: readonly ShiftAsk[],
  before: readonly ShiftRecord[],
  nowMs: number,
  at: (i: number) => string
): readonly ShiftRecord[] {
  const keptFrom = new Date(nowMs - shiftMaxMs).toISOString()
  const shifts = asked.map(({ officer, lines, note = null, ...ask }, i) => {
    const from = instantIn(`${at(i)}from`, ask.from)
    const until = instantIn(`${at(i)}until`, ask.until)
    const isKnown = before.some(
      each => each.officer === officer && each.from === from && each.until === until
    )
    const refuse = (member: 'from' | 'until', detail: string) =>
      bodyInvalid(`${at(i)}${member}`, detail)
    if (until <= from) throw refuse('until', 'must be after its beginning')
    if (Date.parse(until) - Date.parse(from) > shiftMaxMs)
      throw refuse('until', 'must be within 31 days of its beginning')
    if (!isKnown && Date.parse(from) > nowMs + shiftAheadMs)
      throw refuse('from', 'must be within ten years from now')
    if (!isKnown && until <= keptFrom)
      throw refuse('until', 'was more than 31 days ago: such a shift is not kept')
    return { officer, from, until, lines, note }
  })
  return shifts.filter(({ until }) => until > keptFrom)
}

/**
 * A roster after a hand-over at a time. `isFollowed`: whether a line still follows the roster.
 * Throws a ProblemError that names the field.
 */
function handOver(
  before: WatchRecord,
  ask: ValueOf<typeof handOverBody>,
  from: string,
  isFollowed: (line: string) => boolean
): Change {
  const { shifts } = before
  const until = instantIn('/until', ask.until)
  const relieved = findRelieved(listOnShift(shifts, from), ask.relieves)
  // Who comes early or is named as planned must not be on twice.
  const planned = shifts.filter(
    each => each.officer === ask.officer && from < each.from && each.from < until
  )
  // On an unstaffed roster the lines of the shift that ended last are kept.
  const left = listOver(shifts, from).at(-1)?.lines.filter(isFollowed) ?? []
  const lines =
    ask.lines ?? planned[0]?.lines ?? relieved[0]?.lines ?? (left.length === 0 ? undefined : left)
  if (lines === undefined)
    throw bodyInvalid('/lines', 'is required: nobody is or was on whose lines could be kept')
  const ended = shifts.flatMap(each => {
    if (relieved.includes(each)) return each.from === from ? [] : [{ ...each, until: from }]
    if (!planned.includes(each)) return [each]
    return each.until <= until ? [] : [{ ...each, from: until }]
  })
  const all = [...ended, { officer: ask.officer, from, until, lines, note: ask.note ?? null }]
  // It never fails for want of room: of the shifts that are over the oldest make it.
  const gone = new Set(listOver(all, from).slice(0, Math.max(0, all.length - watchShiftsMax)))
  const handedOver = { from: relieved[0]?.officer ?? null, to: ask.officer }
  return { before, shifts: all.filter(each => !gone.has(each)), handedOver }
}

/** Those that end, of those who are on. */
function findRelieved(
  on: readonly ShiftRecord[],
  relieves: string | undefined
): readonly ShiftRecord[] {
  const names = [...new Set(on.map(({ officer }) => officer))]
  const known =
    names.length === 0
      ? 'nobody is on'
      : `on are ${names.map(name => JSON.stringify(name)).join(', ')}`
  if (relieves === undefined && names.length > 1)
    throw bodyInvalid('/relieves', `is required, to name who is relieved: ${known}`)
  const relieved = relieves === undefined ? on : on.filter(({ officer }) => officer === relieves)
  if (relieves !== undefined && relieved.length === 0)
    throw bodyInvalid('/relieves', `must be an officer who is on: ${known}`)
  return relieved
}

/** Shifts that ended by a time, the one that ended last at the end. */
function listOver(shifts: readonly ShiftRecord[], now: string): readonly ShiftRecord[] {
  return shifts.filter(({ until }) => until <= now).toSorted((a, b) => (a.until < b.until ? -1 : 1))
}
