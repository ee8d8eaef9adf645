// Silences over HTTP: made, listed, read, ended. What one holds back is decided in
// notification/silences.ts, who may know of it in silence-access.ts.

import { holdsToken, mayUse, type Principal, reaches } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  type AlertFilter,
  filterBody,
  filterSchema,
  parseFilter
} from '@tocsin/contracts/alert/alert-filter'
import {
  buildPage,
  component,
  count,
  instant,
  integer,
  makeFormat,
  nullable,
  optional,
  orNull,
  readAs,
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
import type { SilenceRecord } from '@tocsin/contracts/record/control-record'
import { maySee } from '@tocsin/contracts/theatre/handling'
import { textPattern } from '@tocsin/contracts/theatre/written-text'
import { compareText } from '@tocsin/domain/compare-text'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import {
  computeStanding,
  type SilenceState,
  silenceStandings
} from '@tocsin/service/control/silence-state'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { answerChange, instantIn } from '../admin/control-operations.ts'
import {
  askedFilter,
  computeLimit,
  makePage,
  makePlace,
  sealedCursor
} from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findShown } from '../alerts/record-judging.ts'
import { headerInvalid, seenIn, sendTagged } from '../alerts/request-headers.ts'
import { staleProblem } from '../alerts/shown-alert.ts'
import { countSilenced, isHolding, silenceMaxMs } from '../notification/silences.ts'
import { namedSubscriptions } from '../webhook/subscriber-names.ts'
import { type ActingDeps, noAlert, talkMember } from './acts.ts'
import {
  findSilence,
  mayKnowSilence,
  mayReadWords,
  silenceMembers,
  silenceViewer
} from './silence-access.ts'

/** Silences that are not over: each is asked at each decision. */
export const silenceLimits = { total: 500, perKey: 100 }
/**
 * With a token of an identity provider it lasts no longer: later it is uncertain whether the
 * provider still knows the token's user.
 */
const tokenSilenceMaxMs = dayMs
/** A request takes its time. */
const pastSlackMs = 60_000

const silenceSchema = shape(
  'Silence',
  'For a time, matching alerts are held back from subscriptions with a policy. Members are null for readers who may only know that it holds.',
  {
    ...silenceMembers,
    standing: words([...silenceStandings], '`waiting`: it begins later.'),
    isBacked: truth(
      'False: the key that made it is no longer valid, so that it holds nothing back.'
    ),
    endedAt: nullable(instant('When it was ended before its time; null: it was not.')),
    createdAt: instant(),
    alertId: nullable(text('The only alert that it is for; null: all that pass the filter.')),
    filter: nullable(filterSchema),
    theatres: nullable(ref('TheatresHeld')),
    handling: nullable(ref('Handling')),
    matches: nullable(
      count(
        'Open alerts whose notifications it stops: of those that you may see, or that its only subscription gets; null if you may not know, or it is over.'
      )
    )
  }
)
const silenceListSchema = component('SilenceList', buildPage(silenceSchema, 'The newest first.'))

const askedInstant = (description: string) => optional(text({ description, maxLength: 40 }))
const silenceBody = strict({
  reason: text('Why. Officers read it.', {
    minLength: 1,
    maxLength: 500,
    pattern: textPattern
  }),
  alertId: optional(orNull(idText('Only this alert.'))),
  subscriptionId: optional(
    orNull(idText('Only this subscription. Left out or null: every one that has a policy.'))
  ),
  // Filters have their own reader, which names the faulty part.
  filter: optional(readAs(makeFormat({}), filterBody)),
  startsAt: askedInstant('An instant. Left out: now.'),
  endsAt: askedInstant('An instant, at most 30 days from now; with a token, a day.'),
  minutes: optional(
    integer('Instead of `endsAt`: how long it lasts.', {
      minimum: 1,
      maximum: silenceMaxMs / 60_000
    })
  ),
  includesExtreme: truth('Extreme alerts too.', { default: false }),
  handling: talkMember(
    'Nothing above it is held back, and readers below it do not read why. Left out: that of the alert, else `internal`; between that of the alert and that of your key.'
  )
})
type SilenceAsk = ValueOf<typeof silenceBody>
const params = { id: idText('Id of the silence.') }

export function addSilenceRoutes(app: FastifyInstance, deps: ActingDeps): void {
  const { control, controlOperations, shared, clock } = deps
  const findNow = async (principal: Principal, id: string): Promise<SilenceState> => {
    const found = await shared.find(['control'], () => findSilence(deps, principal, id))
    if (found === undefined) throw new ProblemError('not-found', 'There is no such silence.')
    return found
  }
  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage', 'alerts:operate']
  })

  add({
    id: 'createSilence',
    method: 'POST',
    path: '/v1/silences',
    summary: 'Silence alerts for a time',
    description:
      'Until its end, matching alerts are held back from subscriptions with a policy; what still stands then is sent. For a subscription that you manage you may name anything; for all: one alert with `alerts:operate`, more with `admin`. Lists, feeds and streams go on.',
    headers: ['if-match of a silenced alert', 'idempotency-key of an act'],
    body: silenceBody,
    example: {
      reason: 'Exercise in Mopti until noon',
      filter: { admin1: ['ML-5'] },
      minutes: 240,
      subscriptionId: 'sub_1'
    },
    answers: { 201: answer('The silence.', silenceSchema, 'tocsin-cursor', 'location') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const [ask, seen] = [request.body, seenIn(request)]
      const silenceId = controlOperations.makeId('sil')
      await answerChange(deps, reply, async () => {
        const data = await makeRecord(deps, principal, silenceId, ask, seen)
        const payload = { type: 'silence.created', data } as const
        return { appended: await controlOperations.write(payload, principal) }
      })
      const silence = control.state.silences.get(silenceId) as SilenceState
      const { endsAt } = silence
      request.log.info({ silence: silenceId, by: principal.id, endsAt }, 'a silence was made')
      const [shown] = await showAll(deps, principal, [silence])
      return reply.code(201).header('location', `/v1/silences/${silenceId}`).send(shown)
    }
  })

  add({
    id: 'listSilences',
    method: 'GET',
    path: '/v1/silences',
    summary: 'List silences',
    description:
      'The newest first: your own, those of subscriptions that you manage, and for officers and administrators all within their theatres and handling. One that is over is listed for a week.',
    query: {
      standing: words(
        ['standing', 'over'],
        '`standing`: those that hold or will hold. `over`: those that ended.',
        { default: 'standing' }
      ),
      cursor: optional(sealedCursor('The `next` of the page before.')),
      limit: computeLimit('At most so many.', 50, 20)
    },
    headers: ['if-none-match'],
    answers: {
      200: answer('Silences.', silenceListSchema, 'etag of an answer'),
      304: unchanged
    },
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { standing, cursor, limit } = request.query
      const nowMs = clock.nowMs()
      const list = `silences ${standing}`
      // A listed silence may be over by now: the list continues after its position.
      const after =
        cursor === undefined ? null : makePlace<{ readonly rank: string }>(deps, list, cursor).rank
      const rest = [...control.state.silences.values()]
        .filter(each => mayKnowSilence(deps, principal, each))
        .filter(each => (computeStanding(each, nowMs) === 'over') === (standing === 'over'))
        .filter(each => after === null || computeRank(each) < after)
        .sort((a, b) => compareText(computeRank(b), computeRank(a)))
      const page = makePage(deps, list, rest, limit, each => ({ rank: computeRank(each) }))
      const items = await showAll(deps, principal, page.items)
      return sendTagged(deps, request, reply, { items, next: page.next })
    }
  })

  add({
    id: 'getSilence',
    method: 'GET',
    path: '/v1/silences/:id',
    summary: 'Read a silence',
    params,
    answers: { 200: answer('The silence.', silenceSchema) },
    async handle(request) {
      const principal = getPrincipal(request)
      const found = await findNow(principal, request.params.id)
      return (await showAll(deps, principal, [found]))[0]
    }
  })

  add({
    id: 'endSilence',
    method: 'DELETE',
    path: '/v1/silences/:id',
    summary: 'End a silence now',
    description:
      'What it held back and still stands is sent within seconds. Whoever may know of a silence may end it.',
    params,
    answers: { 204: answer('It is over.', undefined, 'tocsin-cursor') },
    problems: writeProblems,
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { id: silenceId } = request.params
      const { appended } = await answerChange(deps, reply, async () => {
        const silence = await findNow(principal, silenceId)
        if (computeStanding(silence, clock.nowMs()) === 'over') return { appended: null }
        const payload = { type: 'silence.ended', data: { silenceId } } as const
        return { appended: await controlOperations.write(payload, principal) }
      })
      if (appended !== null)
        request.log.info({ silence: silenceId, by: principal.id }, 'a silence was ended')
      return reply.code(204).send()
    }
  })
}

/**
 * The list descends by it. Silences made at the same time differ too, so that none is left out
 * between two pages.
 */
function computeRank({ createdAt, silenceId }: SilenceState): string {
  return `${createdAt} ${silenceId}`
}

/** Silences as shown to a reader, with what they delay now if the reader may know it. */
async function showAll(deps: ActingDeps, principal: Principal, all: readonly SilenceState[]) {
  const nowMs = deps.clock.nowMs()
  const inView = silenceViewer(deps, principal)
  const shown: object[] = []
  for (const each of all) {
    const { endedAt, createdAt, alertId, filter, handling, theatres } = each
    const standing = computeStanding(each, nowMs)
    const mayRead = mayReadWords(deps, principal, each)
    const isCounted = mayRead && standing !== 'over' && mayUse(principal, ['alerts:read'])
    shown.push({
      ...{ standing, isBacked: standing !== 'holding' || isHolding(deps, each) },
      ...{ ...inView(each), endedAt, createdAt },
      ...(mayRead
        ? { alertId, filter, theatres, handling }
        : { alertId: null, filter: null, theatres: null, handling: null }),
      matches: isCounted ? await countMatches(deps, principal, each) : null
    })
  }
  return shown
}

/** Of open alerts that the reader sees, or that its only subscription is notified of. */
async function countMatches(
  { projection: { alerts }, dispatcher, subscriptionOperations }: ActingDeps,
  principal: Principal,
  silence: SilenceState
): Promise<number | null> {
  const { subscriptionId } = silence
  if (subscriptionId === null) return countSilenced(alerts, makeView(principal), silence)
  const subscription = namedSubscriptions(subscriptionOperations, principal).find(
    each => each.subscriptionId === subscriptionId
  )
  if (subscription === undefined || !reaches(principal, subscription)) return null
  const deliveries = dispatcher.of(subscriptionId)
  return countSilenced(alerts, makeView(subscription), silence, id => deliveries.isKnown(id))
}

/**
 * What is recorded of a new silence. Throws a ProblemError that names the field, `forbidden` beyond
 * the caller's rights, `not-found` for an alert or a subscription that the caller may not know,
 * `action-refused` if the alert is no longer at the `operatorRevision` that was seen, and
 * `too-many`. `seen` null: any revision of the alert.
 */
async function makeRecord(
  deps: ActingDeps,
  principal: Principal,
  silenceId: string,
  ask: SilenceAsk,
  seen: number | null
): Promise<SilenceRecord> {
  const nowMs = deps.clock.nowMs()
  const span = makeSpan(principal, ask, nowMs)
  const filter = readFilter(ask.filter)
  const { alertId = null, subscriptionId = null, includesExtreme, reason } = ask
  if (alertId === null && subscriptionId === null && Object.keys(filter).length === 0)
    throw bodyInvalid(
      '/filter',
      'must name something: name an alert, a subscription, or a part of a filter'
    )
  if (subscriptionId !== null) {
    const { policy = null, order } = await deps.subscriptionOperations.find(
      principal,
      subscriptionId
    )
    // A silence for one without a policy would be believed, and have no effect.
    if (policy === null || order === 'strict')
      throw actionRefused(
        'The subscription has no policy: a silence would not hold there. Give it one first.'
      )
  }
  const alert = alertId === null ? null : await findAlert(deps, principal, alertId, seen)
  if (alert === null && seen !== null)
    throw headerInvalid('if-match', 'is for a silence of one alert')
  // For one subscription its manager decides; for all, an officer for one alert, and an
  // administrator for more, or for extreme alerts.
  if (subscriptionId === null && !principal.scopes.has('admin')) {
    if (alertId === null || !mayUse(principal, ['alerts:operate']))
      throw forbidden(
        'A silence for every subscription needs an alert and alerts:operate, or admin. Name a subscription of yours.'
      )
    if (includesExtreme)
      throw forbidden('A silence for every subscription that includes what is extreme needs admin.')
  }
  const standing = [...deps.control.state.silences.values()].filter(
    each => computeStanding(each, nowMs) !== 'over'
  )
  checkCount(principal, 'silences', silenceLimits, standing)
  const usual = alert?.handling ?? 'internal'
  const handling = ask.handling ?? (maySee(principal.handling, usual) ? usual : principal.handling)
  if (!maySee(principal.handling, handling))
    throw forbidden('A silence may not reach above the handling of the key that makes it.')
  // Below its alert's handling it would delay no alert, and be shown to readers who may not see
  // that alert.
  if (alert !== null && !maySee(handling, alert.handling))
    throw bodyInvalid('/handling', `must be at least ${alert.handling}, as that of the alert is`)
  const theatres = alert === null ? principal.theatres : [alert.theatre]
  return {
    ...{ silenceId, filter, alertId, subscriptionId, ...span, includesExtreme, reason },
    ...{ ownerKeyId: principal.id, theatres, handling }
  }
}

function makeSpan(principal: Principal, ask: SilenceAsk, nowMs: number) {
  const startsMs =
    ask.startsAt === undefined ? nowMs : Date.parse(instantIn('/startsAt', ask.startsAt))
  if (startsMs < nowMs - pastSlackMs) throw bodyInvalid('/startsAt', 'must not be in the past')
  if (startsMs > nowMs + silenceMaxMs)
    throw bodyInvalid('/startsAt', `must be within ${formatDays(silenceMaxMs)}`)
  if ((ask.endsAt === undefined) === (ask.minutes === undefined))
    throw bodyInvalid(
      '/endsAt',
      'or minutes is required, but not both: no silence lasts until somebody remembers it'
    )
  const [pointer, endsMs] =
    ask.endsAt === undefined
      ? ['/minutes', startsMs + (ask.minutes ?? 0) * 60_000]
      : ['/endsAt', Date.parse(instantIn('/endsAt', ask.endsAt))]
  if (endsMs <= Math.max(nowMs, startsMs))
    throw bodyInvalid(pointer, 'must end after it begins, and not in the past')
  const mostMs = holdsToken(principal) ? tokenSilenceMaxMs : silenceMaxMs
  if (endsMs - nowMs > mostMs)
    throw bodyInvalid(pointer, `must end within ${formatDays(mostMs)} from now`)
  return { startsAt: new Date(startsMs).toISOString(), endsAt: new Date(endsMs).toISOString() }
}

/** An alert as the caller sees it; it may have escalated since: then the silence is refused. */
async function findAlert(
  { projection: { alerts }, shared }: ActingDeps,
  principal: Principal,
  alertId: string,
  seen: number | null
) {
  const view = makeView(principal)
  const found = mayUse(principal, ['alerts:read', 'alerts:operate'])
    ? await shared.find(['alerts'], () => findShown(alerts, view, alertId)?.state)
    : undefined
  const entry = alerts.get(alertId)
  if (found === undefined || entry === undefined) throw noAlert()
  const { operatorRevision } = found
  if (seen !== null && operatorRevision !== seen)
    throw staleProblem({ entry, operatorRevision }, view.level)
  return found
}

function readFilter(value: unknown = {}): AlertFilter {
  const parsed = askedFilter(parseFilter(value))
  if (parsed.ok) return parsed.filter
  const errors = parsed.errors.map(({ pointer, detail }) => ({
    pointer: `/filter${pointer}`,
    detail
  }))
  throw new ProblemError('body-invalid', 'The filter is invalid.', { errors })
}

function formatDays(ms: number): string {
  return ms === dayMs ? 'a day' : `${ms / dayMs} days`
}
