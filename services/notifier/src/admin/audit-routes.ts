// The audit over HTTP: who changed what of the suite, and who did what with alerts, newest first,
// limited to what the reader may see. Each is a trail of its own: administration comes from the
// control view, acts on alerts from the projection.

import { mayReadTheatre, mayUse } from '@tocsin/auth/access/principal'
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
  words
} from '@tocsin/contracts/format/format'
import { forbidden } from '@tocsin/contracts/problem/problem-catalogue'
import { auditedTypes } from '@tocsin/contracts/record/control-record'
import { maySee } from '@tocsin/contracts/theatre/handling'
import type { ActPosition, AlertAct } from '@tocsin/read-model/alerts/event-table'
import { type AuditEntry, isAskedFor } from '@tocsin/service/control/audit-trail'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import {
  computeLimit,
  makePage,
  makePlace,
  makeSpan,
  readSpan,
  sealedCursor
} from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { shownTo } from '../alerts/record-judging.ts'
import type { AdminDeps } from './control-operations.ts'

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

export function addAuditRoutes(app: FastifyInstance, deps: AdminDeps): void {
  const { control, projection } = deps
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
      const { of, by = null, type = null, subject = null, cursor, limit } = request.query
      const principal = getPrincipal(request)
      const question = { by, type, subject, ...readSpan(request.query) }
      const list = of === 'alerts' ? 'audit-acts' : 'audit'
      const after = cursor === undefined ? null : makePlace(deps, list, cursor)
      if (of === 'administration') {
        const before = (after as { readonly ordinal: number } | null)?.ordinal ?? null
        const found = control.audit.newestFirst(principal, question, before, limit + 1)
        const { items, next } = makePage(deps, list, found, limit, ({ ordinal }) => ({
          ordinal
        }))
        return {
          items: items.map(entry => ({
            ...shownEntry(entry),
            ...(entry.handOver && { handOver: entry.handOver })
          })),
          next
        }
      }
      if (!mayUse(principal, ['alerts:read']))
        throw forbidden(
          'What was done with alerts tells of alerts: it needs alerts:read or admin as well.'
        )
      const view = makeView(principal)
      // Readers who could read the name at that time and may see the alert now.
      const isWanted = (act: AlertAct) => {
        if (!isAskedFor(act, question) || !mayReadTheatre(view, act.theatre)) return false
        if (!maySee(view.level, act.handling)) return false
        const entry = projection.alerts.get(act.subject)
        return entry === undefined || shownTo(view, entry) !== null
      }
      const before = after as ActPosition | null
      const acts = projection.alerts.events.listActs(
        before && { ...before, position: BigInt(before.position) }
      )
      const found = acts
        .filter(isWanted)
        .take(limit + 1)
        .toArray()
      const { items, next } = makePage(deps, list, found, limit, ({ at, partition, position }) => ({
        ...{ at, partition, position: String(position) }
      }))
      return { items: items.map(shownEntry), next }
    }
  })
}

function shownEntry({ id, at, type, subject, by }: AuditEntry | AlertAct) {
  return { id, at, type, subject, by }
}
