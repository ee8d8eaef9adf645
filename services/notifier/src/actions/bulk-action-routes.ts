// One act on many alerts in one request. Each runs the operation of the single routes, and gets
// that operation's answer; no decision covers all together.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { admitActs } from '@tocsin/auth/sign-in/usage-guard'
import {
  integer,
  listOf,
  type Members,
  optional,
  strict,
  text,
  type ValueOf
} from '@tocsin/contracts/format/format'
import { withoutKeywords } from '@tocsin/contracts/format/setting'
import { ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { makeProblem, problemBody } from '@tocsin/service/http/http-problems'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { makeView } from '../alerts/reader-view.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import { shownState } from '../alerts/shown-alert.ts'
import { alertActionResultsSchema } from './action-answers.ts'
import type { AlertOperations, OperatorAsk } from './alert-operations.ts'
import { type ActionBody, actions, problemIn, readAsk } from './asked-action.ts'
import { bulkMax, inTurns } from './in-turns.ts'

export interface BulkActionRoutesDeps {
  readonly operations: Pick<AlertOperations, 'ask'>
  readonly projection: Projection
  readonly positions: ReadPositions
}

type ActName = keyof typeof actions

interface Outcome {
  readonly item: object
  readonly appended: RecordPosition | null
  readonly isPending: boolean
}

interface Act {
  readonly principal: Principal
  readonly ask: OperatorAsk
  readonly retryKey: string | null
  readonly requestId: string
}

const seen = strict({
  alertId: text({ minLength: 1, maxLength: 128 }),
  operatorRevision: integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
})
type Seen = ValueOf<typeof seen>

/**
 * The bodies of the single routes under their names, which document them. A correction of a
 * response is about one alert.
 */
const acts = Object.fromEntries(
  Object.entries(actions).map(([name, { body }]) => {
    const { corrects: _one, withdrawn: _its, ...members }: Members = body
    return [name, optional(strict(withoutKeywords(members, ['description'])))]
  })
)

export function addBulkActionRoutes(app: FastifyInstance, deps: BulkActionRoutesDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:operate'] })({
    id: 'actOnAlerts',
    method: 'POST',
    path: '/v1/alerts/actions',
    summary: 'Act on up to 100 alerts',
    description:
      'One act on each alert that is named with the `operatorRevision` that was seen: with the body of the route of that name. Each is decided for itself, as that route would.',
    headers: ['idempotency-key'],
    body: strict(
      { alerts: listOf(seen, { minItems: 1, maxItems: bulkMax }), ...acts },
      // The alerts, and one act.
      { minProperties: 2, maxProperties: 2 }
    ),
    example: {
      alerts: [{ alertId: 'alr_5f3a91c2', operatorRevision: 2 }],
      resolution: { disposition: 'drill' }
    },
    answers: {
      200: answer(
        'What became of each, in the order of the request.',
        alertActionResultsSchema,
        'tocsin-cursor'
      )
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const { alerts, ...said } = request.body
      const act = {
        ask: askedIn(said),
        retryKey: findRetryKey(request),
        principal: getPrincipal(request),
        requestId: request.id
      }
      checkOnce(alerts)
      // Runs before any operation: an invalid body is refused whole.
      admitActs(request, reply, alerts.length, '/alerts')
      const outcomes = await inTurns(alerts, async (each, waitMs) => {
        const answered = await findOutcome(deps, act, each, waitMs)
        return { answer: answered, isPending: answered.isPending }
      })
      const appended = outcomes.flatMap(each => each.appended ?? [])
      const position = await deps.positions.behindAll(topics.incidents, appended)
      if (position !== null) reply.header(positionHeader, position)
      return reply.send({ items: outcomes.map(({ item }) => item) })
    }
  })
}

function askedIn(said: object): OperatorAsk {
  const [name, body] = Object.entries(said)[0] as [ActName, ActionBody]
  try {
    return readAsk(actions[name].action, body)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const errors = error.errors.map(({ pointer, detail }) => ({
      pointer: `/${name}${pointer}`,
      detail
    }))
    throw new ProblemError(error.code, error.message, { errors, cause: error })
  }
}

/** Of two acts on one alert the second would have seen an older revision. */
function checkOnce(alerts: readonly Seen[]): void {
  const known = new Set<string>()
  for (const [i, { alertId }] of alerts.entries()) {
    if (known.has(alertId)) {
      const [pointer, detail] = [
        `/alerts/${i}/alertId`,
        'is there before: each alert is named once'
      ]
      throw new ProblemError('body-invalid', `${pointer} ${detail}.`, {
        errors: [{ pointer, detail }]
      })
    }
    known.add(alertId)
  }
}

/**
 * The outcome for one alert. A failure for one, such as a full disk, does not affect the others.
 */
async function findOutcome(
  { operations, projection }: BulkActionRoutesDeps,
  { principal, ask, retryKey, requestId }: Act,
  { alertId, operatorRevision }: Seen,
  waitMs: number
): Promise<Outcome> {
  const view = makeView(principal)
  const refusedWith = (problem: ProblemError): Outcome => {
    const { status } = problems[problem.code]
    return {
      item: { alertId, status, problem: problemBody(problem, requestId) },
      appended: null,
      isPending: false
    }
  }
  try {
    const answer = await operations.ask(principal, alertId, operatorRevision, ask, retryKey, waitMs)
    if (answer.kind === 'pending') {
      const { actionId, appended } = answer
      return { item: { alertId, status: 202, actionId }, appended, isPending: true }
    }
    if (answer.kind !== 'done') return refusedWith(problemIn(projection, view, answer))
    const shown = shownState(projection, view, answer.entry)
    const item = { alertId, status: 200, operatorRevision: shown.operatorRevision }
    return { item, appended: answer.appended, isPending: false }
  } catch (error) {
    const problem = makeProblem(error)
    if (problem.code === 'internal') throw error
    return refusedWith(problem)
  }
}
