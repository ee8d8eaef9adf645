// Views of the list of alerts that officers share: listed, saved, changed, deleted.

import type { Principal } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
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
import { forbidden, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ViewRecord } from '@tocsin/contracts/record/control-record'
import { linePattern } from '@tocsin/contracts/theatre/written-text'
import { compareText } from '@tocsin/domain/compare-text'
import { answer, idText, unchanged, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type AdminDeps, answerChange, mayChange } from '../admin/control-operations.ts'
import { mayKnow, usualHandling } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { sendTagged } from '../alerts/request-headers.ts'

const viewLimits = { total: 60, perKey: 20 }

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
const name = text('As officers call it.', { minLength: 1, maxLength: 80, pattern: linePattern })
const query = text(whatItShows, { maxLength: 2_000 })
const changing = ['alerts:operate'] as const

export function addViewRoutes(app: FastifyInstance, deps: AdminDeps): void {
  const { control, controlOperations } = deps
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })
  const findOwn = (principal: Principal, id: string): ViewRecord => {
    const known = control.state.views.get(id)
    if (!mayKnow(principal, known)) throw new ProblemError('not-found', 'There is no such view.')
    if (mayChange(principal, known)) return known
    throw forbidden('Only who saved the view, or an administrator, may change it.')
  }
  /** Saves a view in turn, unless it is as it was, and answers with it. */
  const sendSaved = async (
    request: FastifyRequest,
    reply: FastifyReply,
    make: (principal: Principal) => ViewRecord
  ) => {
    const principal = getPrincipal(request)
    const { view } = await answerChange(deps, reply, async () => {
      const view = make(principal)
      const known = control.state.views.get(view.viewId)
      const payload = { type: 'view.saved', data: view } as const
      return { view, appended: await controlOperations.declare(payload, known, principal) }
    })
    return reply.send(shown(deps, principal, view))
  }

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
      const items = [...control.state.views.values()]
        .filter(each => mayKnow(principal, each))
        .sort((a, b) => compareText(a.name, b.name) || compareText(a.viewId, b.viewId))
        .map(each => shown(deps, principal, each))
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
      const viewId = controlOperations.makeId('view')
      return sendSaved(request, reply.code(201), ({ id: ownerKeyId, theatres }) => {
        checkCount({ id: ownerKeyId }, 'views', viewLimits, control.state.views.values())
        return { viewId, ...request.body, ownerKeyId, theatres, handling: usualHandling }
      })
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
      return sendSaved(request, reply, principal => ({
        ...findOwn(principal, request.params.id),
        ...request.body
      }))
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
      const principal = getPrincipal(request)
      await answerChange(deps, reply, async () => {
        const { viewId } = findOwn(principal, request.params.id)
        const payload = { type: 'view.deleted', data: { viewId } } as const
        return { appended: await controlOperations.write(payload, principal) }
      })
      return reply.code(204).send()
    }
  })
}

function shown({ control }: AdminDeps, principal: Principal, view: ViewRecord) {
  const { viewId, name, query, ownerKeyId } = view
  return {
    ...{ id: viewId, name, query },
    by:
      ownerKeyId === principal.id
        ? principal.name
        : (control.state.keys.get(ownerKeyId)?.name ?? null),
    mayChange: mayChange(principal, view)
  }
}
