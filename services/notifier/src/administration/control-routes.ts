// Administration over HTTP: theatres, their ticks, sources. Validation is in control-operations.ts,
// keys are in key-routes.ts.

import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { normalizeText } from '@tocsin/contracts/report/normal-text'
import { type Handling, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import { retentionDaysMax, retentionDaysMin } from '@tocsin/contracts/theatre/retention'
import { type TheatreConfig, undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import { sumBudgets } from '@tocsin/engine/theatre/budget'
import { topics } from '@tocsin/event-log/topics'
import { mayReadTheatre, mayUse, type Principal } from '@tocsin/service-kit/access/principal'
import { sourceConfigOf } from '@tocsin/service-kit/control/source-declaration'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import { judgeClock } from '@tocsin/service-kit/theatre/clock-standing'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { checkSameId } from '@tocsin/service-kit/http/same-id'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance } from 'fastify'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { seenIn } from '../cursor/request-headers.ts'
import { versionOfContent } from '../cursor/seen-version.ts'
import type { Projection } from '../projection/projection.ts'
import type { ControlOperations, TheatreAsk, TimeAsk } from './control-operations.ts'
import { describeCover } from './theatre-cover.ts'

export interface ControlRoutesDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly operations: ControlOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

const admin = { access: ['admin'] } as const
const readers = { access: ['alerts:read', 'reports:read', 'reports:write'] } as const
const named = (pattern: string) =>
  ({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', minLength: 1, maxLength: 128, pattern } }
  }) as const
const theatreId = named('^[a-z0-9_][a-z0-9_-]{0,62}$')
// Source ids are chosen by reporters. Refused is only what cannot stand in a path or a log line.
const sourceId = named('^[^\\u0000-\\u001f\\u007f/]+$')

/** Read-only members of GET answers. They may be sent back with a PUT and are ignored. */
const told = (...names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, { readOnly: true }]))

const theatreBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    countries: {
      type: ['array', 'null'],
      minItems: 1,
      maxItems: 250,
      items: { type: 'string', minLength: 2, maxLength: 2 }
    },
    // GeoJSON has its own reader, which names the faulty part.
    polygon: {},
    clock: { enum: ['wall', 'replay'] },
    retentionDays: { type: 'integer', minimum: retentionDaysMin, maximum: retentionDaysMax },
    ...told('id', 'version', 'now', 'clockStanding', 'covers', 'falseAlarmBudget', 'leavesOutside')
  }
} as const

const sourceBody = {
  type: 'object',
  additionalProperties: false,
  required: ['reliability'],
  properties: {
    reliability: { enum: ['A', 'B', 'C', 'D', 'E', 'F'] },
    latenessDays: {
      type: 'number',
      minimum: 0,
      maximum: 36_500,
      default: undeclaredSource.latenessDays
    },
    cadenceDays: {
      type: 'number',
      minimum: 0,
      maximum: 36_500,
      default: undeclaredSource.cadenceDays
    },
    archive: { type: 'boolean', default: undeclaredSource.archive },
    reporters: {
      anyOf: [
        { type: 'null' },
        {
          type: 'array',
          maxItems: 1000,
          uniqueItems: true,
          items: { type: 'string', minLength: 1, maxLength: 300, pattern: '^[\\x21-\\x7e]+$' }
        }
      ]
    },
    ...told('id', 'version', 'heard')
  }
} as const

export function addControlRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  addTheatreRoutes(app, deps)
  addSourceRoutes(app, deps)
}

function addTheatreRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { operations, control, projection, positions, clock } = deps
  const shown = (theatre: TheatreConfig) => {
    const now = projection.clocks.nowIn(theatre.id)
    return {
      ...theatre,
      version: versionOfContent(theatre),
      falseAlarmBudget: sumBudgets(control.state.rules.values(), theatre.id),
      covers: describeCover(theatre, control.state.theatres.values()),
      now,
      clockStanding:
        theatre.clock === 'wall'
          ? judgeClock(clock.nowMs(), now === null ? null : Date.parse(now)).kind
          : 'right'
    }
  }

  app.get('/v1/theatres', { config: readers }, async request => {
    await reach(deps, request)
    const principal = principalOf(request)
    const theatres = [...control.state.theatres.values()].filter(({ id }) =>
      mayReadTheatre(principal, id)
    )
    return { items: theatres.map(shown), next: null }
  })

  app.put<{ Params: { id: string }; Body: TheatreAsk & { readonly id?: unknown } }>(
    '/v1/theatres/:id',
    { config: admin, schema: { params: theatreId, body: theatreBody } },
    async (request, reply) => {
      await reach(deps, request)
      checkSameId(request.params.id, request.body.id)
      const { value, appended, isNew, leavesOutside } = await operations.putTheatre(
        principalOf(request),
        request.params.id,
        request.body,
        seenIn(request)
      )
      await tellPosition(reply, positions, appended)
      return reply
        .code(isNew ? 201 : 200)
        .send({ ...shown(value), ...(leavesOutside === null ? {} : { leavesOutside }) })
    }
  )

  app.post<{ Params: { id: string }; Body: TimeAsk }>(
    '/v1/theatres/:id/time',
    {
      config: admin,
      schema: {
        params: theatreId,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['reason'],
          properties: {
            to: { type: 'string', maxLength: 40 },
            reason: { type: 'string', minLength: 1, maxLength: 500 }
          }
        }
      }
    },
    async (request, reply) => {
      await reach(deps, request)
      const tick = await operations.setTime(principalOf(request), request.params.id, request.body)
      reply.header(positionHeader, await positions.behind(topics.incidents, tick))
      return { theatre: request.params.id, now: tick.to }
    }
  )

  app.post<{ Params: { id: string }; Body: { to: string; leap?: boolean } }>(
    '/v1/theatres/:id/ticks',
    {
      config: admin,
      schema: {
        params: theatreId,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['to'],
          properties: { to: { type: 'string', maxLength: 40 }, leap: { type: 'boolean' } }
        }
      }
    },
    async (request, reply) => {
      await reach(deps, request)
      const { to, leap } = request.body
      const tick = await operations.tick(principalOf(request), request.params.id, to, leap)
      // The position is of the incidents log: a reader that brings it sees the alerts caused by the
      // tick.
      reply.header(positionHeader, await positions.behind(topics.incidents, tick))
      return { theatre: request.params.id, now: tick.to }
    }
  )
}

function addSourceRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { operations, control, positions } = deps
  app.get('/v1/sources', { config: readers }, async request => {
    await reach(deps, request)
    const principal = principalOf(request)
    return {
      items: [...control.state.sources.values()].flatMap(source => {
        const shown = showSource(deps, principal, source)
        return shown === null ? [] : [shown]
      }),
      next: null
    }
  })
  app.put<{
    Params: { id: string }
    Body: Omit<SourceDeclaration, 'id'> & { readonly id?: unknown }
  }>(
    '/v1/sources/:id',
    { config: admin, schema: { params: sourceId, body: sourceBody } },
    async (request, reply) => {
      await reach(deps, request)
      checkSameId(request.params.id, request.body.id)
      const { reporters, ...judged } = request.body
      // Same limit as in reports: otherwise a source could be declared that no report can name.
      const source = {
        ...sourceConfigOf({ ...judged, id: normalizeText(request.params.id) }),
        ...(reporters === undefined ? {} : { reporters })
      }
      const { value, appended, isNew } = await operations.putSource(
        principalOf(request),
        source,
        seenIn(request)
      )
      await tellPosition(reply, positions, appended)
      return reply.code(isNew ? 201 : 200).send(showSource(deps, principalOf(request), value))
    }
  )
}

/**
 * Null for a reader without a report of the source that they may see; a source without any report
 * is shown to officers and administrators. They alone see grades, and, if they may see what is
 * internal, when the source was last heard, by the reports that they may see. Reporters are shown
 * to administrators of all theatres, who may set them.
 */
function showSource(
  { projection }: ControlRoutesDeps,
  principal: Principal,
  source: SourceDeclaration
) {
  const setsAll = mayUse(principal, []) && principal.theatres === '*'
  const isOfficer = mayUse(principal, ['alerts:operate'])
  const lastTick = (theatre: string) => projection.clocks.lastTick(theatre)?.to ?? null
  const heardAt = (level: Handling) => projection.sources.of(source, lastTick, level)
  const heard = heardAt(principal.handling).filter(({ theatre }) =>
    mayReadTheatre(principal, theatre)
  )
  const isNew = isOfficer && heardAt('restricted').length === 0
  if (!setsAll && !isNew && heard.length === 0) return null
  if (!isOfficer) return { id: source.id }
  return {
    ...sourceConfigOf(source),
    ...(setsAll ? { reporters: source.reporters ?? null, version: versionOfContent(source) } : {}),
    ...(maySee(principal.handling, talkHandling) ? { heard } : {})
  }
}
