// Shared views over HTTP. What may be done is decided in view-operations.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  buildPage,
  component,
  nullable,
  optional,
  shape,
  strict,
  text,
  truth
} from '@tocsin/contracts/format/format'
import type { ViewRecord } from '@tocsin/contracts/record/control-record'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import { sendTagged } from '../alerts/tagged-list.ts'
import type { ViewOperations } from './view-operations.ts'

export interface ViewRoutesDeps {
  readonly views: ViewOperations
  readonly control: Pick<ControlView, 'state'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
}

const whatItShows = "Search, filters and order, as the query of the console's address says them."
const viewShown = shape('View', 'A view of the list of alerts that officers share.', {
  id: text(),
  name: text(),
  query: text(whatItShows),
  by: nullable(text('Name of the key that saved it first; null: not known any more.')),
  mayChange: truth('Whether the reader may change and delete it.')
})
const viewList = component(
  'ViewList',
  buildPage(viewShown, 'Those that you may know of, in order of their names.')
)

const params = { id: idText('Id of the view.') }
const name = text('As officers call it.', { minLength: 1, maxLength: 80, pattern: saidLinePattern })
const query = text(whatItShows, { maxLength: 2_000 })
const changing = ['alerts:operate'] as const

export function addViewRoutes(app: FastifyInstance, deps: ViewRoutesDeps): void {
  const { views, positions } = deps
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })

  add({
    id: 'listViews',
    method: 'GET',
    path: '/v1/views',
    summary: 'List shared views',
    description:
      'Views of the list of alerts that officers share: yours, and with `internal` handling those that were saved within your theatres.',
    headers: ['if-none-match'],
    answers: { 200: answer('Views.', viewList, 'etag of an answer'), 304: unchanged },
    handle(request, reply) {
      const principal = getPrincipal(request)
      const items = views.list(principal).map(each => shown(deps, principal, each))
      return sendTagged(deps, request, reply, { items, next: null })
    }
  })

  add({
    id: 'saveView',
    method: 'POST',
    path: '/v1/views',
    access: changing,
    summary: 'Save a shared view',
    headers: ['idempotency-key of an act'],
    body: strict({ name, query }),
    example: { name: 'Night desk, Mali', query: 'severity=extreme%2Csevere&country=ML' },
    answers: { 201: answer('The view.', viewShown, 'tocsin-cursor') },
    problems: writeProblems,
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { view, appended } = await views.create(principal, request.body, findRetryKey(request))
      await tellPosition(reply, positions, appended)
      return reply.code(201).send(shown(deps, principal, view))
    }
  })

  add({
    id: 'changeView',
    method: 'PATCH',
    path: '/v1/views/:id',
    access: changing,
    summary: 'Change a shared view',
    description: 'Members left out stay as they are. By who saved it, or an administrator.',
    params,
    body: strict({ name: optional(name), query: optional(query) }),
    example: { name: 'Night desk' },
    answers: { 200: answer('The view.', viewShown, 'tocsin-cursor') },
    problems: writeProblems,
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { view, appended } = await views.change(principal, request.params.id, request.body)
      await tellPosition(reply, positions, appended)
      return shown(deps, principal, view)
    }
  })

  add({
    id: 'deleteView',
    method: 'DELETE',
    path: '/v1/views/:id',
    access: changing,
    summary: 'Delete a shared view',
    params,
    answers: { 204: answer('It is deleted.', undefined, 'tocsin-cursor') },
    problems: writeProblems,
    async handle(request, reply) {
      const appended = await views.delete(getPrincipal(request), request.params.id)
      await tellPosition(reply, positions, appended)
      return reply.code(204).send()
    }
  })
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
