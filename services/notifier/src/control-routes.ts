// Administration over HTTP: theatres, their ticks, sources, keys. What makes sense is decided at the desk.

import type { KeyRecord } from '@tocsin/domain/control-record'
import { scopes } from '@tocsin/domain/control-record'
import type { KeyState } from '@tocsin/domain/control-state'
import { handlings } from '@tocsin/domain/handling'
import { retentionDaysMin } from '@tocsin/domain/theatre-fold'
import { type SourceConfig, type TheatreConfig, undeclaredSource } from '@tocsin/domain/theatre-record'
import type { Appended } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { principalOf } from '@tocsin/service-kit/authentication'
import type { ControlView } from '@tocsin/service-kit/control-view'
import '@tocsin/service-kit/fastify-augmentation'
import { mayReadTheatre } from '@tocsin/service-kit/principal'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { reach } from './alert-routes.ts'
import type { ControlDesk, KeyAsk, TheatreAsk } from './control-desk.ts'
import type { Projection } from './projection.ts'
import { positionHeader, type ReadPositions } from './read-positions.ts'

export interface ControlRoutesDeps {
  readonly desk: ControlDesk
  readonly control: ControlView
  readonly projection: Projection
  readonly positions: ReadPositions
}

const admin = { access: ['admin'] } as const
const readers = { access: ['alerts:read', 'reports:read', 'reports:write'] } as const
const named = (pattern: string) =>
  ({ type: 'object', required: ['id'], properties: { id: { type: 'string', minLength: 1, maxLength: 128, pattern } } }) as const
const theatreId = named('^[a-z0-9_][a-z0-9_-]{0,62}$')
// Ids of sources are the reporters' own; only what could not stand in a path or a log line is refused.
const sourceId = named('^[^\\u0000-\\u001f\\u007f/]+$')
const anyId = named('.')

const theatreBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    countries: { type: ['array', 'null'], minItems: 1, maxItems: 250, items: { type: 'string', minLength: 2, maxLength: 2 } },
    // GeoJSON has its own reader, which names what is wrong.
    polygon: {},
    clock: { enum: ['wall', 'replay'] },
    retentionDays: { type: 'integer', minimum: retentionDaysMin, maximum: 36_500 }
  }
} as const

const sourceBody = {
  type: 'object',
  additionalProperties: false,
  required: ['reliability'],
  properties: {
    reliability: { enum: ['A', 'B', 'C', 'D', 'E', 'F'] },
    latenessDays: { type: 'number', minimum: 0, maximum: 36_500, default: undeclaredSource.latenessDays },
    cadenceDays: { type: 'number', minimum: 0, maximum: 36_500, default: undeclaredSource.cadenceDays },
    archive: { type: 'boolean', default: undeclaredSource.archive }
  }
} as const

const keyBody = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'scopes'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' },
    scopes: { type: 'array', minItems: 1, maxItems: scopes.length, uniqueItems: true, items: { enum: scopes } },
    theatres: {
      anyOf: [
        { const: '*' },
        { type: 'array', minItems: 1, maxItems: 1000, items: { type: 'string', minLength: 1, maxLength: 128 } }
      ]
    },
    handling: { enum: handlings },
    expiresAt: { anyOf: [{ type: 'string', maxLength: 40 }, { type: 'null' }] }
  }
} as const

export function addControlRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  addTheatreRoutes(app, deps)
  addSourceRoutes(app, deps)
  addKeyRoutes(app, deps)
}

function addTheatreRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { desk, control, projection, positions } = deps
  const shown = (theatre: TheatreConfig) => ({ ...theatre, now: projection.clocks.lastTick(theatre.id)?.to ?? null })

  app.get('/v1/theatres', { config: readers }, async request => {
    await reach(deps, request)
    const principal = principalOf(request)
    const theatres = [...control.state.theatres.values()].filter(({ id }) => mayReadTheatre(principal, id))
    return { items: theatres.map(shown), next: null }
  })

  app.put<{ Params: { id: string }; Body: TheatreAsk }>(
    '/v1/theatres/:id',
    { config: admin, schema: { params: theatreId, body: theatreBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { value, appended, isNew } = await desk.putTheatre(request.params.id, request.body)
      await tellPosition(reply, positions, appended)
      return reply.code(isNew ? 201 : 200).send(shown(value))
    }
  )

  app.post<{ Params: { id: string }; Body: { to: string } }>(
    '/v1/theatres/:id/ticks',
    {
      config: admin,
      schema: {
        params: theatreId,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['to'],
          properties: { to: { type: 'string', maxLength: 40 } }
        }
      }
    },
    async (request, reply) => {
      await reach(deps, request)
      const tick = await desk.tick(request.params.id, request.body.to)
      // What follows from the tick is of the incidents log: who reads with this position sees the alerts that the tick made.
      reply.header(positionHeader, await positions.behind(topics.incidents, tick))
      return { theatre: request.params.id, now: tick.to }
    }
  )
}

function addSourceRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { desk, control, positions } = deps
  app.get('/v1/sources', { config: readers }, async request => {
    await reach(deps, request)
    return { items: [...control.state.sources.values()], next: null }
  })
  app.put<{ Params: { id: string }; Body: Omit<SourceConfig, 'id'> }>(
    '/v1/sources/:id',
    { config: admin, schema: { params: sourceId, body: sourceBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { reliability, latenessDays, cadenceDays, archive } = request.body
      const source = { id: request.params.id, reliability, latenessDays, cadenceDays, archive }
      const { value, appended, isNew } = await desk.putSource(source)
      await tellPosition(reply, positions, appended)
      return reply.code(isNew ? 201 : 200).send(value)
    }
  )
}

function addKeyRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { desk, control, positions } = deps
  app.get('/v1/keys', { config: admin }, async request => {
    await reach(deps, request)
    return { items: [...control.state.keys.values()].map(key => ({ ...shownKey(key), ...lifeOf(key) })), next: null }
  })
  app.post<{ Body: KeyAsk }>('/v1/keys', { config: admin, schema: { body: keyBody } }, async (request, reply) => {
    await reach(deps, request)
    const { value, secret, appended } = await desk.createKey(request.body)
    await tellPosition(reply, positions, appended)
    return reply.code(201).send({ ...shownKey(value), secret })
  })
  app.delete<{ Params: { id: string } }>('/v1/keys/:id', { config: admin, schema: { params: anyId } }, async (request, reply) => {
    await reach(deps, request)
    await tellPosition(reply, positions, await desk.revokeKey(request.params.id))
    return reply.code(204).send()
  })
}

/** A key without its hash. */
function shownKey({ keyId, name, scopes: held, theatres, handling, expiresAt }: KeyRecord) {
  return { id: keyId, keyId, name, scopes: held, theatres, handling, expiresAt }
}

function lifeOf({ createdAt, revokedAt }: KeyState) {
  return { createdAt, revokedAt }
}

/** Where nothing was written there is nothing to wait for. */
export async function tellPosition(reply: FastifyReply, positions: ReadPositions, appended: Appended | null): Promise<void> {
  if (appended !== null) reply.header(positionHeader, await positions.behind(topics.control, appended))
}
