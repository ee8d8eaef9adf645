// Shared views over HTTP. What may be done is decided in view-operations.ts.

import type { ViewRecord } from '@tocsin/contracts/record/control-record'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { retryKeyOf } from '../cursor/request-headers.ts'
import { sendTagged } from '../cursor/tagged-list.ts'
import type { ViewAsk, ViewOperations } from './view-operations.ts'

export interface ViewRoutesDeps {
  readonly views: ViewOperations
  readonly control: Pick<ControlView, 'state'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
}

const reading = { access: ['alerts:read'] } as const
const changing = { access: ['alerts:operate'] } as const
const id = { type: 'string', minLength: 1, maxLength: 128 } as const
const params = { type: 'object', required: ['id'], properties: { id } } as const
const properties = {
  name: { type: 'string', minLength: 1, maxLength: 80, pattern: saidLinePattern },
  query: { type: 'string', maxLength: 2_000 }
} as const
const body = { type: 'object', additionalProperties: false, properties } as const

export function addViewRoutes(app: FastifyInstance, deps: ViewRoutesDeps): void {
  const { views, positions } = deps

  app.get('/v1/views', { config: reading }, async (request, reply) => {
    await reach(deps, request)
    const principal = principalOf(request)
    const items = views.list(principal).map(each => shown(deps, principal, each))
    return sendTagged(deps, request, reply, { items, next: null })
  })

  app.post<{ Body: ViewAsk }>(
    '/v1/views',
    { config: changing, schema: { body: { ...body, required: ['name', 'query'] } } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { view, appended } = await views.create(principal, request.body, retryKeyOf(request))
      await tellPosition(reply, positions, appended)
      return reply.code(201).send(shown(deps, principal, view))
    }
  )

  app.patch<{ Params: { id: string }; Body: Partial<ViewAsk> }>(
    '/v1/views/:id',
    { config: changing, schema: { params, body } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { view, appended } = await views.change(principal, request.params.id, request.body)
      await tellPosition(reply, positions, appended)
      return shown(deps, principal, view)
    }
  )

  app.delete<{ Params: { id: string } }>(
    '/v1/views/:id',
    { config: changing, schema: { params } },
    async (request, reply) => {
      await reach(deps, request)
      await tellPosition(
        reply,
        positions,
        await views.delete(principalOf(request), request.params.id)
      )
      return reply.code(204).send()
    }
  )
}

function shown({ views, control }: ViewRoutesDeps, principal: Principal, view: ViewRecord) {
  const { viewId, name, query, ownerKeyId } = view
  return {
    ...{ id: viewId, name, query },
    by:
      ownerKeyId === principal.id
        ? principal.name
        : (control.state.keys.get(ownerKeyId)?.name ?? null),
    mayChange: views.mayChange(principal, view)
  }
}
