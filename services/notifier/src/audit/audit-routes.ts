// The audit over HTTP: who changed what of the suite, and who did what with alerts, newest first,
// limited to what the reader may see. Each is a trail of its own: administration comes from the
// control view, acts on alerts from the projection.

import { alertFormats } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { auditedTypes } from '@tocsin/contracts/record/audited-types'
import { maySee } from '@tocsin/contracts/theatre/handling'
import { mayUse, type Principal } from '@tocsin/service-kit/access/principal'
import {
  type AuditEntry,
  type AuditQuestion,
  isAskedFor
} from '@tocsin/service-kit/control/audit-trail'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { query, readSpan, spanParameters } from '../alert-http/list-queries.ts'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import { reach } from '../cursor/position-headers.ts'
import type { Projection } from '../projection/projection.ts'
import { shownTo } from '../projection/record-judging.ts'
import { type ActPlace, type AlertAct, placeOfAct } from '../reader/act-trail.ts'
import { isTheatreInView, viewOf } from '../reader/reader-view.ts'

export interface AuditRoutesDeps {
  readonly control: Pick<ControlView, 'audit'>
  readonly projection: Pick<Projection, 'acts' | 'alerts'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
}

const word = { type: 'string', minLength: 1, maxLength: 256 } as const
const auditParameters = {
  of: { enum: ['administration', 'alerts'], default: 'administration' },
  ...{ by: word, subject: word },
  type: { enum: [...auditedTypes, ...Object.keys(alertFormats)] },
  ...spanParameters,
  cursor: { type: 'string', minLength: 1, maxLength: 1024 },
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 }
} as const

interface AuditQuery {
  readonly of: 'administration' | 'alerts'
  readonly by?: string
  readonly type?: string
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
  readonly limit: number
}

export function addAuditRoutes(app: FastifyInstance, deps: AuditRoutesDeps): void {
  app.get<{ Querystring: AuditQuery }>(
    '/v1/audit',
    { config: { access: ['audit:read'] }, schema: { querystring: query(auditParameters) } },
    async request => {
      const asked = request.query
      const principal = principalOf(request)
      const { by = null, type = null, subject = null } = asked
      const question = { by, type, subject, ...readSpan({ ...asked }) }
      await reach(deps, request)
      return asked.of === 'alerts'
        ? actsPage(deps, principal, question, asked)
        : changesPage(deps, principal, question, asked)
    }
  )
}

function changesPage(
  deps: AuditRoutesDeps,
  principal: Principal,
  question: AuditQuestion,
  { cursor, limit }: AuditQuery
) {
  const before =
    cursor === undefined
      ? null
      : placeOf<{ readonly ordinal: number }>(deps, 'audit', cursor).ordinal
  const found = deps.control.audit.newestFirst(principal, question, before, limit + 1)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const next =
    found.length > limit && last ? sealPlace(deps, 'audit', { ordinal: last.ordinal }) : null
  return { items: shown.map(shownEntry), next }
}

function actsPage(
  deps: AuditRoutesDeps,
  principal: Principal,
  question: AuditQuestion,
  { cursor, limit }: AuditQuery
) {
  if (!mayUse(principal, ['alerts:read']))
    throw new ProblemError(
      'forbidden',
      'What was done with alerts tells of alerts: it needs alerts:read or admin as well.'
    )
  const after = cursor === undefined ? null : placeOf<ActPlace>(deps, 'audit-acts', cursor)
  const mayKnow = knowsActs(deps, principal)
  const isWanted = (act: AlertAct) => isAskedFor(act, question) && mayKnow(act)
  const found = deps.projection.acts.newestFirst(isWanted, after, limit + 1)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const next = found.length > limit && last ? sealPlace(deps, 'audit-acts', placeOfAct(last)) : null
  return {
    items: shown.map(({ id, at, type, subject, by }) => ({ id, at, type, subject, by })),
    next
  }
}

/**
 * Whoever may read the name, then as now: an alert that is hidden from a reader by now is none to
 * them.
 */
function knowsActs(
  { projection }: AuditRoutesDeps,
  principal: Principal
): (act: AlertAct) => boolean {
  const view = viewOf(principal)
  return ({ theatre, handling, subject }) => {
    if (!isTheatreInView(view, theatre) || !maySee(view.handling, handling)) return false
    const entry = projection.alerts.get(subject)
    return entry === undefined || shownTo(view, entry) !== null
  }
}

function shownEntry({ id, at, type, subject, by, handOver }: AuditEntry) {
  return { id, at, type, subject, by, ...(handOver === undefined ? {} : { handOver }) }
}
