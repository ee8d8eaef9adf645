// GET /v1/alerts/:id/decisions: what a stream with a policy tells of an alert, when and why. The
// query is that of /v1/events.

import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { Clock } from '@tocsin/domain/ports'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance } from 'fastify'
import { filterParameters, query, readFilter } from '../alert-http/list-queries.ts'
import { visibleAlert, visibleNow } from '../alert-http/shown-alert.ts'
import { reach } from '../cursor/position-headers.ts'
import type { SharedKnowledge } from '../cursor/shared-knowledge.ts'
import { unmetBy } from '../preview/why-told.ts'
import type { Projection } from '../projection/projection.ts'
import { viewOf } from '../reader/reader-view.ts'
import type { SilenceOperations } from '../silence/silence-operations.ts'
import { policyInQuery, policyText } from '../stream/asked-policy.ts'
import type { PolicyBooks } from '../stream/policy-books.ts'
import { streamDecisionsOf } from './stream-decisions.ts'

export interface StreamDecisionRoutesDeps {
  readonly hub: { readonly books: Pick<PolicyBooks, 'decisionsOf'> }
  readonly silenceOperations: Pick<SilenceOperations, 'known'>
  readonly projection: Projection
  readonly shared: SharedKnowledge
  readonly positions: ReadPositions
  readonly clock: Pick<Clock, 'nowMs'>
}

interface DecisionsQuery extends Readonly<Record<string, unknown>> {
  readonly policy: string
}

const params = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 } }
} as const
const querystring = { ...query({ ...filterParameters, policy: policyText }), required: ['policy'] }

export function addStreamDecisionRoutes(
  app: FastifyInstance,
  deps: StreamDecisionRoutesDeps
): void {
  app.get<{ Params: { id: string }; Querystring: DecisionsQuery }>(
    '/v1/alerts/:id/decisions',
    { config: { access: ['alerts:read'] }, schema: { params, querystring } },
    async request => {
      await reach(deps, request)
      const filter = readFilter(request.query)
      const policy = policyInQuery(request.query.policy)
      const principal = principalOf(request)
      const view = viewOf(principal)
      const entry = await visibleAlert(deps, view, request.params.id)
      const { alertId } = entry
      // As a stream of this key is told.
      const decided = deps.hub.books.decisionsOf(
        { view, filter, holdsQuiet: false },
        policy,
        alertId
      )
      const said = streamDecisionsOf(decided, {
        nowMs: deps.clock.nowMs(),
        unmet: unmetBy(filter, { facts: visibleNow(view, entry).outline }),
        mayKnowSilence: id => deps.silenceOperations.known(principal, id) !== undefined
      })
      return { alertId, ...said }
    }
  )
}
