// Administration over HTTP: theatres, their ticks, sources. Validation is in control-operations.ts,
// keys are in key-routes.ts.

import { mayReadTheatre, mayUse, type Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  buildPage,
  component,
  count,
  either,
  instant,
  integer,
  listOf,
  makeFormat,
  nothing,
  nullable,
  number,
  optional,
  orNull,
  part,
  shape,
  strict,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { normalizeText } from '@tocsin/contracts/report/normal-text'
import { type Handling, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import { reliabilities } from '@tocsin/contracts/theatre/report'
import { retentionDaysMax, retentionDaysMin } from '@tocsin/contracts/theatre/retention'
import { type TheatreConfig, undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import { sumBudgets } from '@tocsin/engine/theatre/budget'
import { topics } from '@tocsin/event-log/topics'
import { readSourceConfig } from '@tocsin/service/control/source-declaration'
import { checkSameId } from '@tocsin/service/http/same-id'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, writeProblems } from '@tocsin/service/route/definition'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { judgeClock } from '@tocsin/service/theatre/clock-standing'
import type { FastifyInstance } from 'fastify'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { seenIn } from '../alerts/request-headers.ts'
import { computeContentVersion } from '../alerts/seen-version.ts'
import type { ControlOperations } from './control-operations.ts'
import { describeCover } from './theatre-area.ts'

const theatreShownSchema = shape(
  'TheatreShown',
  'An area of operations.',
  {
    id: text(),
    version: count('Another one with each change, in no order.'),
    covers: text(
      'What the area is, in words; `world` covers nothing once another theatre is declared.'
    ),
    countries: {
      description: 'ISO 3166-1 alpha-2.',
      type: ['array', 'null'],
      items: { type: 'string' }
    },
    polygon: {
      description: 'Rings of [lon, lat]: inside is what an odd number of them contains.',
      type: ['array', 'null'],
      items: {
        type: 'array',
        items: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 }
      }
    },
    clock: words(['wall', 'replay']),
    retentionDays: {
      description: 'How far back reports can still change alerts.',
      type: 'integer',
      minimum: 1
    },
    falseAlarmBudget: nullable({
      description:
        'False alarms a year that its rules may raise in all; null: none of its rules has a budget.',
      type: 'number'
    }),
    now: nullable(text('The last tick; null before the first.')),
    clockStanding: words(
      ['right', 'behind', 'unset', 'leap'],
      '`behind`: the theatre is ahead of the clock of the machine. `unset`: nobody has set that clock. `leap`: the clock is too far ahead to be trusted. After `behind` and `leap` the theatre gets no ticks until an officer sets its time.'
    ),
    leavesOutside: part(
      'Answered by PUT: reports of the last 7 days that lay in a theatre before the change and lie in none after it.',
      {
        reports: count('The number of them.'),
        isAll: truth('False if more reports were accepted than are read: then there may be more.'),
        hint: text('What this means, and what to do.')
      }
    )
  },
  ['leavesOutside']
)

const theatreListSchema = component(
  'TheatreList',
  buildPage(theatreShownSchema, 'Theatres that the key may see.')
)

const tickTakenSchema = shape('TickTaken', 'The current time of the theatre.', {
  theatre: text(),
  now: instant()
})

const sourceHeardSchema = shape('SourceHeard', 'When a source was last heard in a theatre.', {
  theatre: text(),
  lastReportedAt: instant(),
  state: words(['live', 'silent', 'archive'], '`silent`: no report for longer than its cadence.'),
  reportsADay: listOf(
    count(),
    'Reports and corrections of the last 90 days, by the time that they state; the last is the day of the theatre.'
  )
})

const sourceShownSchema = shape(
  'SourceShown',
  'A declared source. Its grades are shown to `alerts:operate` and administrators.',
  {
    id: text(),
    version: count('Another one with each change, in no order. Shown as `reporters` are.'),
    reliability: words(
      reliabilities,
      'Admiralty code. F means that it cannot be judged, which is not the worst grade.'
    ),
    latenessDays: { description: 'Usual delay of its reports, days.', type: 'number' },
    cadenceDays: {
      description: 'How long it may be silent and still count as live, days.',
      type: 'number'
    },
    archive: truth('An archive never holds the watermark back.'),
    reporters: nullable(
      listOf(
        text(),
        'Ids of the keys that may report as it; null: all. Only for administrators of all theatres.'
      )
    ),
    heard: listOf(
      sourceHeardSchema,
      'By theatre of the key and by the reports that it may see. Only for `alerts:operate` and administrators that may see what is `internal`.'
    )
  },
  ['version', 'reliability', 'latenessDays', 'cadenceDays', 'archive', 'reporters', 'heard']
)

const sourceListSchema = component(
  'SourceList',
  buildPage(
    sourceShownSchema,
    'Declared sources with reports that the key may see. Any other one counts as reliability F, 14 days late, with weekly cadence.'
  )
)

export interface ControlRoutesDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly controlOperations: ControlOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

const family = {
  tag: 'Administration',
  access: ['alerts:read', 'reports:read', 'reports:write']
} as const
const admin = ['admin'] as const
const named = (pattern: string, description: string) => ({
  id: text({ description, ...{ minLength: 1, maxLength: 128, pattern } })
})
const theatreId = (description: string) => named('^[a-z0-9_][a-z0-9_-]{0,62}$', description)

/** Read-only members of GET answers. They may be sent back with a PUT and are ignored. */
const told = (...names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, optional(makeFormat({ readOnly: true }))]))
const idAgain = optional(makeFormat({ description: 'As in the path.', readOnly: true }))

const theatreBody = strict({
  countries: optional(
    orNull(
      listOf(text({ minLength: 2, maxLength: 2 }), 'ISO 3166-1 alpha-2.', {
        minItems: 1,
        maxItems: 250
      })
    )
  ),
  // GeoJSON has its own reader, which names the faulty part.
  polygon: optional(
    makeFormat({
      description:
        'A GeoJSON Polygon or MultiPolygon, or its rings of [lon, lat]; at most 2,000 positions.'
    })
  ),
  clock: optional(
    words(
      ['wall', 'replay'],
      '`wall`: the machine’s clock. `replay`: time advances by posted ticks.'
    )
  ),
  retentionDays: optional(
    integer(
      'How far back reports can still change alerts: at least 90 days more than any rule of the theatre looks back.',
      { minimum: retentionDaysMin, maximum: retentionDaysMax }
    )
  ),
  id: idAgain,
  ...told('version', 'now', 'clockStanding', 'covers', 'falseAlarmBudget', 'leavesOutside')
})

const days = (description: string, byDefault: number) =>
  number({ description, ...{ minimum: 0, maximum: 36_500, default: byDefault } })
const sourceBody = strict({
  reliability: words(['A', 'B', 'C', 'D', 'E', 'F'], 'Admiralty code.'),
  latenessDays: days('Usual delay of its reports, days.', undeclaredSource.latenessDays),
  cadenceDays: days(
    'How long it may be silent and still count as live, days.',
    undeclaredSource.cadenceDays
  ),
  archive: truth('An archive never holds the watermark back.', {
    default: undeclaredSource.archive
  }),
  reporters: optional(
    either(
      nothing,
      listOf(text({ ...{ minLength: 1, maxLength: 300, pattern: '^[\\x21-\\x7e]+$' } }), {
        ...{ maxItems: 1000, uniqueItems: true }
      }),
      'Ids of the keys, or `oidc:` and a subject, that may report as it; null: all. Omitted: unchanged.'
    )
  ),
  id: idAgain,
  ...told('version', 'heard')
})
const moment = (description: string) => text({ description, maxLength: 40 })
const ticked = { 200: answer('The time of the theatre.', tickTakenSchema, 'tocsin-cursor') }

export function addControlRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  addTheatreRoutes(app, deps)
  addSourceRoutes(app, deps)
}

function addTheatreRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { controlOperations: operations, control, projection, positions, clock } = deps
  const shown = (theatre: TheatreConfig) => {
    const now = projection.clocks.nowIn(theatre.id)
    return {
      ...theatre,
      version: computeContentVersion(theatre),
      falseAlarmBudget: sumBudgets(control.state.rules.values(), theatre.id),
      covers: describeCover(theatre, control.state.theatres.values()),
      now,
      clockStanding:
        theatre.clock === 'wall'
          ? judgeClock(clock.nowMs(), now === null ? null : Date.parse(now)).kind
          : 'right'
    }
  }

  const add = makeReadingRoutes(app, deps, family)
  add({
    id: 'listTheatres',
    method: 'GET',
    path: '/v1/theatres',
    summary: 'List theatres',
    answers: { 200: answer('Theatres with their time.', theatreListSchema) },
    async handle(request) {
      const principal = getPrincipal(request)
      const theatres = [...control.state.theatres.values()].filter(({ id }) =>
        mayReadTheatre(principal, id)
      )
      return { items: theatres.map(shown), next: null }
    }
  })

  add({
    id: 'putTheatre',
    method: 'PUT',
    path: '/v1/theatres/:id',
    access: admin,
    summary: 'Declare or change a theatre',
    description:
      'The area is a list of countries or a polygon. Theatres must not overlap. A change of area applies from now on. The clock cannot be changed. Needs a key cleared for `restricted`; one for some theatres may not extend their area.',
    params: theatreId('Lower-case letters, digits, hyphens and underscores.'),
    headers: ['if-match of a version'],
    body: theatreBody,
    example: { countries: ['ML', 'BF', 'NE'], clock: 'wall' },
    answers: {
      200: answer('The existing theatre.', theatreShownSchema, 'tocsin-cursor'),
      201: answer('The new theatre.', theatreShownSchema, 'tocsin-cursor')
    },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      checkSameId(request.params.id, request.body.id)
      const { value, appended, isNew, leavesOutside } = await operations.putTheatre(
        getPrincipal(request),
        request.params.id,
        request.body,
        seenIn(request)
      )
      await tellPosition(reply, positions, appended)
      return reply
        .code(isNew ? 201 : 200)
        .send({ ...shown(value), ...(leavesOutside === null ? {} : { leavesOutside }) })
    }
  })

  add({
    id: 'setTheatreTime',
    method: 'POST',
    path: '/v1/theatres/:id/time',
    access: admin,
    summary: 'Set the time of a theatre',
    description:
      'For a theatre that a wrong clock has put into the future, or that waits because the clock is too far ahead. If the time is set back, all records of the theatre are folded again. Needs a key cleared for `restricted`.',
    params: theatreId('Id of a theatre.'),
    body: strict({
      to: optional(
        moment(
          'A whole minute. Omitted: now, for a theatre on the wall clock; required for a replay.'
        )
      ),
      reason: text('The reason, recorded in the log.', { minLength: 1, maxLength: 500 })
    }),
    example: { reason: 'The clock of the machine was wrong at its first start.' },
    answers: ticked,
    problems: [...writeProblems, 'tick-refused'],
    async handle(request, reply) {
      const tick = await operations.setTime(getPrincipal(request), request.params.id, request.body)
      reply.header(positionHeader, await positions.behind(topics.incidents, tick))
      return { theatre: request.params.id, now: tick.to }
    }
  })

  add({
    id: 'tickTheatre',
    method: 'POST',
    path: '/v1/theatres/:id/ticks',
    access: admin,
    summary: 'Advance the time of a replay theatre',
    description: 'Needs a key cleared for `restricted`.',
    params: theatreId('Id of a theatre with a replay clock.'),
    body: strict({
      to: moment('A whole minute, later than the last tick.'),
      leap: optional(
        truth('Allows a step of more than 400 days, which is otherwise refused as a mistake.')
      )
    }),
    example: { to: '2025-06-02T09:00:00Z' },
    answers: ticked,
    problems: [...writeProblems, 'tick-refused'],
    async handle(request, reply) {
      const { to, leap } = request.body
      const tick = await operations.tick(getPrincipal(request), request.params.id, to, leap)
      // The position is of the incidents log: a reader that brings it sees the alerts caused by the
      // tick.
      reply.header(positionHeader, await positions.behind(topics.incidents, tick))
      return { theatre: request.params.id, now: tick.to }
    }
  })
}

function addSourceRoutes(app: FastifyInstance, deps: ControlRoutesDeps): void {
  const { controlOperations: operations, control, positions } = deps
  const add = makeReadingRoutes(app, deps, family)
  add({
    id: 'listSources',
    method: 'GET',
    path: '/v1/sources',
    summary: 'List declared sources',
    answers: { 200: answer('Sources.', sourceListSchema) },
    async handle(request) {
      const principal = getPrincipal(request)
      const items = [...control.state.sources.values()].flatMap(
        source => showSource(deps, principal, source) ?? []
      )
      return { items, next: null }
    }
  })
  add({
    id: 'putSource',
    method: 'PUT',
    path: '/v1/sources/:id',
    access: admin,
    summary: 'Declare or change a source',
    description:
      'Properties that reports cannot set. Needs a key for all theatres, cleared for `restricted`.',
    // Source ids are chosen by reporters. Only ids that do not fit in a path or a log line are
    // refused.
    params: named('^[^\\u0000-\\u001f\\u007f/]+$', 'Id of the source, as in reports.'),
    headers: ['if-match of a version'],
    body: sourceBody,
    example: { reliability: 'B', latenessDays: 3, cadenceDays: 1 },
    answers: {
      200: answer('The existing source.', sourceShownSchema, 'tocsin-cursor'),
      201: answer('The new source.', sourceShownSchema, 'tocsin-cursor')
    },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      checkSameId(request.params.id, request.body.id)
      const { reporters, ...judged } = request.body
      // Same limit as in reports: without it, a source could be declared that no report can name.
      const source = {
        ...readSourceConfig({ ...judged, id: normalizeText(request.params.id) }),
        ...(reporters === undefined ? {} : { reporters })
      }
      const { value, appended, isNew } = await operations.putSource(
        getPrincipal(request),
        source,
        seenIn(request)
      )
      await tellPosition(reply, positions, appended)
      return reply.code(isNew ? 201 : 200).send(showSource(deps, getPrincipal(request), value))
    }
  })
}

/**
 * Null for a reader who may see no report of the source. A source without any report is shown to
 * officers and administrators. Only they see grades. If they may see what is internal, they also see
 * when the source last reported, by the reports that they may see. Reporters are shown to
 * administrators of all theatres, who may set them.
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
    ...readSourceConfig(source),
    ...(setsAll
      ? { reporters: source.reporters ?? null, version: computeContentVersion(source) }
      : {}),
    ...(maySee(principal.handling, talkHandling) ? { heard } : {})
  }
}
