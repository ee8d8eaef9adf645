// Silences over HTTP: make, list, read, end. Validation is in silence-operations.ts.

import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { compareText } from '@tocsin/domain/compare-text'
import type { Clock } from '@tocsin/domain/ports'
import { reaches } from '@tocsin/service-kit/access/authority'
import { mayUse, type Principal, seesAll } from '@tocsin/service-kit/access/principal'
import { type SilenceState, standingOf } from '@tocsin/service-kit/control/silence-state'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import { silenceMaxMs, silenceOf } from '../notification/silence.ts'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { retryKeyOf, seenIn } from '../cursor/request-headers.ts'
import { sendTagged } from '../cursor/tagged-list.ts'
import { isHolding } from '../policy/silence-book.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { ScanScheduler } from '../projection/scan-scheduler.ts'
import { viewOf } from '../reader/reader-view.ts'
import { mayNameAny, namedSubscriptions } from '../subscriber/subscriber-names.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import { silenceViewer } from './silence-in-view.ts'
import { areaCountsOf, type MatchesDeps, matchesOf, matchesOfOne } from './silence-matches.ts'
import type { SilenceAsk, SilenceOperations } from './silence-operations.ts'

export interface SilenceRoutesDeps {
  readonly silences: SilenceOperations
  readonly subscriptions: SubscriptionOperations
  readonly dispatcher: Pick<Dispatcher, 'of'>
  readonly alerts: AlertIndex
  readonly scans: ScanScheduler
  readonly control: Pick<ControlView, 'state'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly clock: Pick<Clock, 'nowMs'>
}

const config = { access: ['subscriptions:manage', 'alerts:operate'] } as const
const id = { type: 'string', minLength: 1, maxLength: 128 } as const
const params = { type: 'object', required: ['id'], properties: { id } } as const
const instant = { type: 'string', maxLength: 40 } as const

const silenceBody = {
  type: 'object',
  additionalProperties: false,
  required: ['reason'],
  properties: {
    reason: { type: 'string', minLength: 1, maxLength: 500, pattern: saidTextPattern },
    alertId: { anyOf: [id, { type: 'null' }] },
    subscriptionId: { anyOf: [id, { type: 'null' }] },
    // Filters have their own reader, which names the faulty part.
    filter: {},
    startsAt: instant,
    endsAt: instant,
    minutes: { type: 'integer', minimum: 1, maximum: silenceMaxMs / 60_000 },
    includesExtreme: { type: 'boolean', default: false },
    handling: { enum: handlings }
  }
} as const

const standings = ['standing', 'over'] as const
interface ListAsk {
  readonly standing: (typeof standings)[number]
  readonly cursor?: string
  readonly limit: number
}
const listQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    standing: { enum: standings, default: 'standing' },
    cursor: { type: 'string', minLength: 1, maxLength: 1024 },
    limit: { type: 'integer', minimum: 1, maximum: 50, default: 20 }
  }
} as const

type Deps = SilenceRoutesDeps & Pick<MatchesDeps, 'areas'>

export function addSilenceRoutes(app: FastifyInstance, given: SilenceRoutesDeps): void {
  const deps: Deps = { ...given, areas: areaCountsOf(given.alerts) }
  const { silences, positions, clock } = deps

  app.post<{ Body: SilenceAsk }>(
    '/v1/silences',
    { config, schema: { body: silenceBody } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { silence, appended } = await silences.create(
        principal,
        request.body,
        retryKeyOf(request),
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
  )

  app.get<{ Querystring: ListAsk }>(
    '/v1/silences',
    { config, schema: { querystring: listQuery } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { standing, cursor, limit } = request.query
      const nowMs = clock.nowMs()
      const list = `silences ${standing}`
      // One that was listed may be over by now: the list goes on behind where it stood.
      const after =
        cursor === undefined ? null : placeOf<{ readonly rank: string }>(deps, list, cursor).rank
      const rest = silences
        .list(principal)
        .filter(each => (standingOf(each, nowMs) === 'over') === (standing === 'over'))
        .filter(each => after === null || rankOf(each) < after)
        .sort((a, b) => compareText(rankOf(b), rankOf(a)))
      const page = rest.slice(0, limit)
      const last = page.at(-1)
      const next =
        rest.length > limit && last ? sealPlace(deps, list, { rank: rankOf(last) }) : null
      const items = await shownTo(deps, principal, page)
      return sendTagged(deps, request, reply, { items, next })
    }
  )

  app.get<{ Params: { id: string } }>(
    '/v1/silences/:id',
    { config, schema: { params } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      const [shown] = await shownTo(deps, principal, [
        await silences.find(principal, request.params.id)
      ])
      return shown
    }
  )

  app.delete<{ Params: { id: string } }>(
    '/v1/silences/:id',
    { config, schema: { params } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const appended = await silences.end(principal, request.params.id)
      if (appended !== null)
        request.log.info({ silence: request.params.id, by: principal.id }, 'a silence was ended')
      await tellPosition(reply, positions, appended)
      return reply.code(204).send()
    }
  )
}

/**
 * The list falls by it: of those made in the same moment too, none is left out between two pages.
 */
function rankOf({ createdAt, silenceId }: SilenceState): string {
  return `${createdAt} ${silenceId}`
}

/** As a reader gets them, with what they hold back now as far as the reader may know it. */
async function shownTo(deps: Deps, principal: Principal, all: readonly SilenceState[]) {
  const { silences, control, clock } = deps
  const nowMs = clock.nowMs()
  const matching = await matchingIn(deps, principal, all)
  const held = heldBy(deps, principal, all)
  const inView = silenceViewer(deps, principal)
  return all.map(each => {
    const { silenceId, endedAt, createdAt, alertId, filter, handling, theatres } = each
    const standing = standingOf(each, nowMs)
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
 * By silence, how many open alerts it is for: of those that the reader sees, or of those that its
 * only subscription is told of, if the reader may know of that one. None for readers of no alerts,
 * and of those that are over.
 */
async function matchingIn(
  deps: Deps,
  principal: Principal,
  all: readonly SilenceState[]
): Promise<ReadonlyMap<string, number>> {
  if (!mayUse(principal, ['alerts:read'])) return new Map()
  const { silences, subscriptions, dispatcher, clock } = deps
  const judged = all.filter(
    each => standingOf(each, clock.nowMs()) !== 'over' && silences.mayReadWords(principal, each)
  )
  const ofAll = judged.filter(each => each.subscriptionId === null)
  const counts = new Map(
    ofAll.length === 0 ? [] : await matchesOf(deps, viewOf(principal), ofAll.map(silenceOf))
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
    for (const [id, count] of await matchesOfOne(deps, subscription, its.map(silenceOf)))
      counts.set(id, count)
  }
  return counts
}

/**
 * By silence, how many deliveries it holds that the reader could read of who was told; null if
 * there can be none. It costs a look for each silence and subscription, and for readers of a part
 * of the alerts one for each alert that is held.
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
        : sumOf([...byAlert].filter(([alertId]) => isSeen(alertId)).map(([, each]) => each))
      counts.set(silenceId, (counts.get(silenceId) ?? 0) + seen)
    }
  }
  return counts
}

/** Several subscriptions are told of one alert. */
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

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each, 0)
}
