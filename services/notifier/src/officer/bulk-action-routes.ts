// One act on many alerts in one request. Each is asked for by the operation of the single routes,
// and answered as they would answer it; nothing is decided of all together.

import { ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { topics } from '@tocsin/event-log/topics'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { problemBody, problemOf } from '@tocsin/service-kit/http/http-problems'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import { admitActs } from '@tocsin/service-kit/sign-in/usage-guard'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { FastifyInstance } from 'fastify'
import { shownState } from '../alert-http/shown-alert.ts'
import { reach } from '../cursor/position-headers.ts'
import { retryKeyOf } from '../cursor/request-headers.ts'
import type { Projection } from '../projection/projection.ts'
import { viewOf } from '../reader/reader-view.ts'
import type { AlertOperations, OperatorAsk } from './alert-operations.ts'
import { type ActionBody, actions, askOf, problemIn } from './asked-action.ts'
import { bulkMax, inTurns } from './in-turns.ts'

export interface BulkActionRoutesDeps {
  readonly operations: Pick<AlertOperations, 'ask'>
  readonly projection: Projection
  readonly positions: ReadPositions
}

interface Seen {
  readonly alertId: string
  readonly operatorRevision: number
}
type ActName = keyof typeof actions
type BulkBody = { readonly alerts: readonly Seen[] } & { readonly [name in ActName]?: ActionBody }

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

const seen = {
  type: 'object',
  additionalProperties: false,
  required: ['alertId', 'operatorRevision'],
  properties: {
    alertId: { type: 'string', minLength: 1, maxLength: 128 },
    operatorRevision: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
  }
} as const

/**
 * The bodies of the single routes under their names. What corrects a response is about one alert.
 */
const acts = Object.fromEntries(
  Object.entries(actions).map(([name, { body }]) => {
    const {
      corrects: _one,
      withdrawn: _its,
      ...properties
    } = body.properties as Readonly<Record<string, object>>
    return [
      name,
      { type: 'object', additionalProperties: false, required: body.required, properties }
    ]
  })
)

const bulkBody = {
  type: 'object',
  additionalProperties: false,
  required: ['alerts'],
  // The alerts, and one act.
  minProperties: 2,
  maxProperties: 2,
  properties: { alerts: { type: 'array', minItems: 1, maxItems: bulkMax, items: seen }, ...acts }
} as const

export function addBulkActionRoutes(app: FastifyInstance, deps: BulkActionRoutesDeps): void {
  app.post<{ Body: BulkBody }>(
    '/v1/alerts/actions',
    { config: { access: ['alerts:operate'] }, schema: { body: bulkBody } },
    async (request, reply) => {
      const { alerts, ...said } = request.body
      const act = {
        ask: askedIn(said),
        retryKey: retryKeyOf(request),
        principal: principalOf(request),
        requestId: request.id
      }
      checkOnce(alerts)
      // Nothing is asked for before: what does not fit is refused whole.
      admitActs(request, reply, alerts.length, '/alerts')
      await reach(deps, request)
      const outcomes = await inTurns(alerts, async (each, waitMs) => {
        const answer = await outcomeOf(deps, act, each, waitMs)
        return { answer, isPending: answer.isPending }
      })
      const appended = outcomes.flatMap(each => each.appended ?? [])
      const position = await deps.positions.behindAll(topics.incidents, appended)
      if (position !== null) reply.header(positionHeader, position)
      return reply.send({ items: outcomes.map(({ item }) => item) })
    }
  )
}

function askedIn(said: Omit<BulkBody, 'alerts'>): OperatorAsk {
  const [name, body] = Object.entries(said)[0] as [ActName, ActionBody]
  try {
    return askOf(actions[name].action, body)
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

/** What became of one. What fails for one, such as a full disk, is told of that one alone. */
async function outcomeOf(
  { operations, projection }: BulkActionRoutesDeps,
  { principal, ask, retryKey, requestId }: Act,
  { alertId, operatorRevision }: Seen,
  waitMs: number
): Promise<Outcome> {
  const view = viewOf(principal)
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
    const problem = problemOf(error)
    if (problem.code === 'internal') throw error
    return refusedWith(problem)
  }
}
