// HTTP routes of the quarantine. Rules are in quarantine-operations.ts.

import type { Lane } from '@tocsin/contracts/theatre/report'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { positionHeader } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyPluginAsync } from 'fastify'
import type { Answer } from '../report/report-answer.ts'
import { laneQuery } from '../report/report-schemas.ts'
import {
  entryAsSeen,
  type QuarantineOperations,
  type QuarantineState
} from './quarantine-operations.ts'

export interface QuarantineRoutesOptions {
  readonly operations: QuarantineOperations
  /** The sealed cursor behind what was written. */
  readonly cursorBehind: (places: Answer['places']) => string
}

const admin = { access: ['admin'] } as const
/** Counts for the key's quota like any report. */
const adminReport = { access: ['admin'], counts: 'reports' } as const
const listQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    state: { type: 'string', enum: ['open', 'settled', 'all'], default: 'open' },
    limit: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
    cursor: { type: 'string', minLength: 1, maxLength: 64 }
  }
} as const
const entryParams = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^[0-9a-f]{32}$' } }
} as const

interface WithId {
  readonly Params: { readonly id: string }
}

/** The routes of the quarantine, to be registered on a host's app. */
export function quarantineRoutes({
  operations,
  cursorBehind
}: QuarantineRoutesOptions): FastifyPluginAsync {
  return async app => {
    app.get<{ Querystring: { state: QuarantineState; limit: number; cursor?: string } }>(
      '/v1/quarantine',
      { config: admin, schema: { querystring: listQuery } },
      async request => {
        const { state, limit, cursor } = request.query
        const { items, next } = await operations.list(state, limit, cursor ?? null)
        return { items: items.map(entry => entryAsSeen(entry, principalOf(request))), next }
      }
    )
    app.get<WithId>(
      '/v1/quarantine/:id',
      { config: admin, schema: { params: entryParams } },
      request => operations.read(request.params.id, principalOf(request))
    )
    app.post<WithId & { Querystring: { lane: Lane } }>(
      '/v1/quarantine/:id/replay',
      { config: adminReport, schema: { params: entryParams, querystring: laneQuery } },
      async (request, reply) => {
        const { params, query, body } = request
        const { places, ...answer } = await operations.replay(
          params.id,
          body,
          query.lane,
          principalOf(request)
        )
        const cursor = cursorBehind(places)
        return reply
          .code(202)
          .header(positionHeader, cursor)
          .send({ ...answer, cursor })
      }
    )
    app.delete<WithId>(
      '/v1/quarantine/:id',
      { config: admin, schema: { params: entryParams } },
      request => operations.dismiss(request.params.id, principalOf(request))
    )
  }
}
