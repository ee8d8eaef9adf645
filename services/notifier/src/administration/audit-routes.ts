// The audit over HTTP: who changed what, newest first, limited to what the reader may see. The trail comes from the control view.

import type { AuditEntry } from '@tocsin/domain/control/audit-trail'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance } from 'fastify'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import { reach } from '../cursor/position-headers.ts'

export interface AuditRoutesDeps {
  readonly control: Pick<ControlView, 'audit'>
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
}

const auditQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    cursor: { type: 'string', minLength: 1, maxLength: 1024 },
    limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 }
  }
} as const

export function addAuditRoutes(app: FastifyInstance, deps: AuditRoutesDeps): void {
  const { control } = deps
  app.get<{ Querystring: { cursor?: string; limit: number } }>(
    '/v1/audit',
    { config: { access: ['audit:read'] }, schema: { querystring: auditQuery } },
    async request => {
      const { cursor, limit } = request.query
      await reach(deps, request)
      const before = cursor === undefined ? null : placeOf<{ readonly ordinal: number }>(deps, 'audit', cursor).ordinal
      const found = control.audit.newestFirst(principalOf(request), before, limit + 1)
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      const next = found.length > limit && last ? sealPlace(deps, 'audit', { ordinal: last.ordinal }) : null
      return { items: shown.map(shownEntry), next }
    }
  )
}

function shownEntry({ id, at, type, subject, by, handOver }: AuditEntry) {
  return { id, at, type, subject, by, ...(handOver === undefined ? {} : { handOver }) }
}
