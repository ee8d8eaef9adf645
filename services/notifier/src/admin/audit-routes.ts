// The audit over HTTP: who changed what of the suite, and who did what with alerts, newest first,
// limited to what the reader may see. Each is a trail of its own: administration comes from the
// control view, acts on alerts from the projection.

import { mayReadTheatre, mayUse, type Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { alertFormats } from '@tocsin/contracts/alert/alert'
import {
  buildPage,
  component,
  instant,
  nullable,
  optional,
  part,
  shape,
  text,
  type ValuesOf,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { auditedTypes } from '@tocsin/contracts/record/audited-types'
import { maySee } from '@tocsin/contracts/theatre/handling'
import {
  type AuditEntry,
  type AuditQuestion,
  isAskedFor
} from '@tocsin/service/control/audit-trail'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { type ActPlace, type AlertAct, findActPlace } from '../alerts/act-trail.ts'
import { makePlace, sealPlace } from '../alerts/list-places.ts'
import { computeLimit, makeSpan, readSpan, sealedCursor } from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { shownTo } from '../alerts/record-judging.ts'

const auditEntrySchema = shape(
  'AuditEntry',
  'A change and its author. Its content is in the control log, or with the alert.',
  {
    id: text('Of its record.'),
    at: instant(),
    type: words([...auditedTypes, ...Object.keys(alertFormats)]),
    subject: text('Id of what was changed; for a session, of its owner.'),
    by: nullable(
      part('The author; null if the suite did it itself, or if not recorded.', {
        id: text(
          'Id of the key, `owner` or `oidc:<subject>`; from earlier versions also `session:<id>`.'
        ),
        name: text('Its name at that time; the id if not recorded.')
      })
    ),
    handOver: part(
      'Of `watch.handed-over`, which the log has as a `watch.declared` that says so.',
      {
        from: nullable(text('The officer whose shift ended; null: nobody was on.')),
        to: text('The officer who has the watch.')
      }
    )
  },
  ['handOver']
)
const auditListSchema = component(
  'AuditList',
  buildPage(auditEntrySchema, 'Changes, newest first.')
)

interface AuditRoutesDeps {
  readonly control: Pick<ControlView, 'audit'>
  readonly projection: Projection
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
}

const word = (description: string) =>
  optional(text({ description, ...{ minLength: 1, maxLength: 256 } }))
const query = {
  of: words(
    ['administration', 'alerts'],
    '`administration`: changes of the suite; `alerts`: acts on alerts.',
    { default: 'administration' }
  ),
  by: word('Only by the key with this id, or by those of this name.'),
  subject: word('Only of what has this id.'),
  type: optional(words([...auditedTypes, ...Object.keys(alertFormats)], 'Only of this type.')),
  ...makeSpan(
    'Only from this time on: a day, or an instant with its offset.',
    'Only before this time.'
  ),
  cursor: optional(sealedCursor('The `next` of the previous page.')),
  limit: computeLimit('Maximum number of items per page.', 500, 50)
}
type AuditQuery = ValuesOf<typeof query>

export function addAuditRoutes(app: FastifyInstance, deps: AuditRoutesDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Administration', access: ['audit:read'] })({
    id: 'listAudit',
    method: 'GET',
    path: '/v1/audit',
    summary: 'List who changed what, and who did what with alerts',
    description:
      'Changes of theatres, sources, rules, keys and subscriptions, erasures, and ended sessions, newest first, within the theatres and the handling of the key: the newest 50,000. With `of=alerts` instead what officers and partners did with alerts, refused actions among them, as far as the key may read; it needs `alerts:read` as well.',
    query,
    answers: { 200: answer('A page of changes.', auditListSchema) },
    async handle(request) {
      const asked = request.query
      const principal = getPrincipal(request)
      const { by = null, type = null, subject = null } = asked
      const question = { by, type, subject, ...readSpan({ ...asked }) }
      return asked.of === 'alerts'
        ? actsPage(deps, principal, question, asked)
        : changesPage(deps, principal, question, asked)
    }
  })
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
      : makePlace<{ readonly ordinal: number }>(deps, 'audit', cursor).ordinal
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
  const after = cursor === undefined ? null : makePlace<ActPlace>(deps, 'audit-acts', cursor)
  const mayKnow = knowsActs(deps, principal)
  const isWanted = (act: AlertAct) => isAskedFor(act, question) && mayKnow(act)
  const found = deps.projection.acts.newestFirst(isWanted, after, limit + 1)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const next =
    found.length > limit && last ? sealPlace(deps, 'audit-acts', findActPlace(last)) : null
  return {
    items: shown.map(({ id, at, type, subject, by }) => ({ id, at, type, subject, by })),
    next
  }
}

/**
 * Readers who could read the name at that time and may see the alert now. An act on an alert that is
 * hidden from them by now is not listed.
 */
function knowsActs(
  { projection }: AuditRoutesDeps,
  principal: Principal
): (act: AlertAct) => boolean {
  const view = makeView(principal)
  return ({ theatre, handling, subject }) => {
    if (!mayReadTheatre(view, theatre) || !maySee(view.level, handling)) return false
    const entry = projection.alerts.get(subject)
    return entry === undefined || shownTo(view, entry) !== null
  }
}

function shownEntry({ id, at, type, subject, by, handOver }: AuditEntry) {
  return { id, at, type, subject, by, ...(handOver === undefined ? {} : { handOver }) }
}
