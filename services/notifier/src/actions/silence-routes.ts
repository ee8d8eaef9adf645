// Silences over HTTP: make, list, read, end. Validation is in silence-operations.ts.

import { reaches } from '@tocsin/auth/access/authority'
import { mayUse, type Principal, seesAll } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { filterBody } from '@tocsin/contracts/answer/filter-schema'
import {
  integer,
  makeFormat,
  optional,
  orNull,
  readAs,
  strict,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { compareText } from '@tocsin/domain/compare-text'
import type { Clock } from '@tocsin/domain/ports'
import { computeStanding, type SilenceState } from '@tocsin/service/control/silence-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { AlertIndex } from '../alerts/alert-index.ts'
import { makePlace, sealPlace } from '../alerts/list-places.ts'
import { computeLimit, sealedCursor } from '../alerts/list-queries.ts'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { makeView } from '../alerts/reader-view.ts'
import { findRetryKey, seenIn } from '../alerts/request-headers.ts'
import { sendTagged } from '../alerts/tagged-list.ts'
import { makeSilence, silenceMaxMs } from '../notification/silence.ts'
import { isHolding } from '../notification/silence-book.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import { mayNameAny, namedSubscriptions } from '../webhook/subscriber-names.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import { silenceListSchema, silenceSchema } from './silence-answers.ts'
import { silenceViewer } from './silence-in-view.ts'
import { countMatches, countOneMatches } from './silence-matches.ts'
import type { SilenceOperations } from './silence-operations.ts'

export interface SilenceRoutesDeps {
  readonly silences: SilenceOperations
  readonly subscriptions: SubscriptionOperations
  readonly dispatcher: Pick<Dispatcher, 'of'>
  readonly alerts: AlertIndex
  readonly control: Pick<ControlView, 'state'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly clock: Pick<Clock, 'nowMs'>
}

const instant = (description: string) => optional(text({ description, maxLength: 40 }))
const silenceBody = strict({
  reason: text('Why. Officers read it.', {
    minLength: 1,
    maxLength: 500,
    pattern: saidTextPattern
  }),
  alertId: optional(orNull(idText('Only this alert.'))),
  subscriptionId: optional(
    orNull(idText('Only this subscription. Left out or null: every one that has a policy.'))
  ),
  // Filters have their own reader, which names the faulty part.
  filter: optional(readAs(makeFormat({}), filterBody)),
  startsAt: instant('An instant. Left out: now.'),
  endsAt: instant('An instant, at most 30 days from now; with a token, a day.'),
  minutes: optional(
    integer('Instead of `endsAt`: how long it lasts.', {
      minimum: 1,
      maximum: silenceMaxMs / 60_000
    })
  ),
  includesExtreme: truth('Extreme alerts too.', { default: false }),
  handling: optional(
    words(
      handlings,
      'Nothing above it is held back, and readers below it do not read why. Left out: that of the alert, else `internal`; between that of the alert and that of your key.'
    )
  )
})
const params = { id: idText('Id of the silence.') }

export function addSilenceRoutes(app: FastifyInstance, deps: SilenceRoutesDeps): void {
  const { silences, positions, clock } = deps
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
      const { silence, appended } = await silences.create(
        principal,
        request.body,
        findRetryKey(request),
        seenIn(request)
      )
      if (appended !== null)
        request.log.info(
          { silence: silence.silenceId, by: principal.id, endsAt: silence.endsAt },
          'a silence was made'
        )
      await tellPosition(reply, positions, appended)
      const [shown] = await shownTo(deps, principal, [silence])
      return reply.code(201).header('location', `/v1/silences/${silence.silenceId}`).send(shown)
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
      const rest = silences
        .list(principal)
        .filter(each => (computeStanding(each, nowMs) === 'over') === (standing === 'over'))
        .filter(each => after === null || computeRank(each) < after)
        .sort((a, b) => compareText(computeRank(b), computeRank(a)))
      const page = rest.slice(0, limit)
      const last = page.at(-1)
      const next =
        rest.length > limit && last ? sealPlace(deps, list, { rank: computeRank(last) }) : null
      const items = await shownTo(deps, principal, page)
      return sendTagged(deps, request, reply, { items, next })
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
      const found = await silences.find(principal, request.params.id)
      return (await shownTo(deps, principal, [found]))[0]
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
      const appended = await silences.end(principal, request.params.id)
      if (appended !== null)
        request.log.info({ silence: request.params.id, by: principal.id }, 'a silence was ended')
      await tellPosition(reply, positions, appended)
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
async function shownTo(
  deps: SilenceRoutesDeps,
  principal: Principal,
  all: readonly SilenceState[]
) {
  const { silences, control, clock } = deps
  const nowMs = clock.nowMs()
  const matching = await matchingIn(deps, principal, all)
  const held = heldBy(deps, principal, all)
  const inView = silenceViewer(deps, principal)
  return all.map(each => {
    const { silenceId, endedAt, createdAt, alertId, filter, handling, theatres } = each
    const standing = computeStanding(each, nowMs)
    const shown = inView(each)
    const isNamed = !shown.isForOne || shown.subscriptionId !== null
    const what = silences.mayReadWords(principal, each)
      ? { alertId, filter, theatres, handling }
      : { alertId: null, filter: null, theatres: null, handling: null }
    return {
      ...{ standing, isBacked: standing !== 'holding' || isHolding(control.state, each, clock) },
      ...{ ...shown, endedAt, createdAt, ...what },
      matches: matching.get(silenceId) ?? null,
      holds: held === null || !isNamed ? null : standing === 'over' ? 0 : (held.get(silenceId) ?? 0)
    }
  })
}

/**
 * By silence, how many open alerts it is for: alerts that the reader sees, or that its only
 * subscription is notified of, if the reader may know that one. None for readers of no alerts, and
 * for silences that are over.
 */
async function matchingIn(
  deps: SilenceRoutesDeps,
  principal: Principal,
  all: readonly SilenceState[]
): Promise<ReadonlyMap<string, number>> {
  if (!mayUse(principal, ['alerts:read'])) return new Map()
  const { silences, subscriptions, dispatcher, clock } = deps
  const judged = all.filter(
    each =>
      computeStanding(each, clock.nowMs()) !== 'over' && silences.mayReadWords(principal, each)
  )
  const ofAll = judged.filter(each => each.subscriptionId === null)
  const counts = new Map(
    ofAll.length === 0
      ? []
      : await countMatches(deps.alerts, makeView(principal), ofAll.map(makeSilence))
  )
  const ofOne = judged.filter(each => each.subscriptionId !== null)
  const named = ofOne.length === 0 ? [] : namedSubscriptions(subscriptions, principal)
  for (const { subscriptionId, theatres, handling } of named) {
    const its = ofOne.filter(each => each.subscriptionId === subscriptionId)
    if (its.length === 0 || !reaches(principal, { theatres, handling })) continue
    const subscription = {
      view: { theatres, handling },
      told: dispatcher.of(subscriptionId).alerts
    }
    for (const [id, count] of await countOneMatches(
      deps.alerts,
      subscription,
      its.map(makeSilence)
    ))
      counts.set(id, count)
  }
  return counts
}

/**
 * By silence, how many delayed deliveries the reader could read in who was notified; null if there
 * can be none. Costs a lookup for each silence and subscription, and for readers of a part of the
 * alerts one for each delayed alert.
 */
function heldBy(
  { silences, subscriptions, dispatcher }: SilenceRoutesDeps,
  principal: Principal,
  shown: readonly SilenceState[]
): ReadonlyMap<string, number> | null {
  if (!mayNameAny(principal)) return null
  const counts = new Map<string, number>()
  const managed = new Set(subscriptions.list(principal).map(each => each.subscriptionId))
  const isSeen = rememberingEach((alertId: string) => silences.isInView(principal, alertId))
  for (const { subscriptionId } of namedSubscriptions(subscriptions, principal)) {
    const { kept } = dispatcher.of(subscriptionId)
    for (const { silenceId } of shown) {
      const { count, byAlert } = kept.heldBySilence(silenceId)
      if (count === 0) continue
      const isWhole = seesAll(principal) || managed.has(subscriptionId)
      const seen = isWhole
        ? count
        : computeSum([...byAlert].filter(([alertId]) => isSeen(alertId)).map(([, each]) => each))
      counts.set(silenceId, (counts.get(silenceId) ?? 0) + seen)
    }
  }
  return counts
}

/** Several subscriptions are notified of one alert: it is judged one time. */
function rememberingEach(judge: (alertId: string) => boolean): (alertId: string) => boolean {
  const known = new Map<string, boolean>()
  return alertId => {
    const isKnown = known.get(alertId)
    if (isKnown !== undefined) return isKnown
    const judged = judge(alertId)
    known.set(alertId, judged)
    return judged
  }
}

function computeSum(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each, 0)
}
