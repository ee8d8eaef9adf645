// The route of who was notified of an alert, and why not.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { makeView } from '../alerts/reader-view.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { visibleAlert } from '../alerts/shown-alert.ts'
import { type AlertToldDeps, alertTold } from './alert-told.ts'
import { alertToldListSchema } from './told-answers.ts'

interface ToldRoutesDeps extends AlertToldDeps {
  readonly projection: Projection
  readonly positions: ReadPositions
  readonly shared: SharedKnowledge
}

export function addToldRoutes(app: FastifyInstance, deps: ToldRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })

  add({
    id: 'listAlertTold',
    method: 'GET',
    path: '/v1/alerts/:id/told',
    access: ['alerts:operate', 'subscriptions:manage'],
    summary: 'List who was told of an alert, and why not',
    description:
      'A row for each webhook subscription: for officers, who act and are `internal`, of all within the theatres and the handling of the key; else of those that the key manages. By whom it is held, whom to contact, whether it has the present state, and why.',
    params: { id: idText('The `alertId`.') },
    answers: { 200: answer('All of them.', alertToldListSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const principal = getPrincipal(request)
      const alert = await visibleAlert(deps, makeView(principal), request.params.id)
      return alertTold(deps, principal, alert)
    }
  })
}
