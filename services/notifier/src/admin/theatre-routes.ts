// Theatres over HTTP: declared, listed, their time set and advanced.

import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  buildPage,
  component,
  count,
  instant,
  integer,
  listOf,
  makeFormat,
  nullable,
  optional,
  orNull,
  part,
  shape,
  strict,
  text,
  truth,
  type ValueOf,
  words
} from '@tocsin/contracts/format/format'
import { digest } from '@tocsin/contracts/json/digest'
import {
  actionRefused,
  bodyInvalid,
  forbidden,
  ProblemError
} from '@tocsin/contracts/problem/problem-catalogue'
import { isCountryCode } from '@tocsin/contracts/report/iso-3166-1'
import {
  defaultRetentionDays,
  retentionDaysMax,
  retentionDaysMin
} from '@tocsin/contracts/theatre/retention'
import {
  beforeAllTime,
  type TheatreConfig,
  unassignedTheatre,
  worldTheatre
} from '@tocsin/contracts/theatre/theatre-record'
import { dayMs, formatTime, minuteMs } from '@tocsin/domain/space-time/event-time'
import { sumBudgets } from '@tocsin/engine/theatre/budget'
import { findTheatreRetentionFault } from '@tocsin/engine/theatre/rule-retention'
import { topics } from '@tocsin/event-log/topics'
import type { Tick } from '@tocsin/read-model/theatres/theatre-clocks'
import { checkSameId } from '@tocsin/service/http/same-id'
import { readWaitMs } from '@tocsin/service/projection/read-positions'
import { answer, writeProblems } from '@tocsin/service/route/definition'
import { judgeClock } from '@tocsin/service/theatre/clock-standing'
import { sharedGround } from '@tocsin/service/theatre/theatre-overlap'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { computeContentVersion, seenIn } from '../alerts/request-headers.ts'
import {
  type AdminDeps,
  admin,
  checkContentSeen,
  checkRoom,
  checkTheatreChange,
  family,
  idAgain,
  instantIn,
  isSame,
  named,
  readOnly
} from './control-operations.ts'
import { countLeftOutside, describeCover, readRings } from './theatre-area.ts'

/** A larger step of a replay needs an explicit `leap`: a mistyped tick cannot be undone. Days. */
const replayLeapDaysMax = 400

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

const theatreId = (description: string) => named('^[a-z0-9_][a-z0-9_-]{0,62}$', description)

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
  ...readOnly('version', 'now', 'clockStanding', 'covers', 'falseAlarmBudget', 'leavesOutside')
})

const moment = (description: string) => text({ description, maxLength: 40 })
const ticked = { 200: answer('The time of the theatre.', tickTakenSchema, 'tocsin-cursor') }

type TheatreAsk = Omit<ValueOf<typeof theatreBody>, 'id'>

export function addTheatreRoutes(app: FastifyInstance, deps: AdminDeps): void {
  const { control, projection, positions, clock } = deps
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
  // The position is of the incidents log: a reader that brings it sees the alerts caused by the
  // tick.
  const sendTick = async (reply: FastifyReply, theatre: string, tick: Tick) => {
    await tellPosition(reply, positions, tick, topics.incidents)
    return { theatre, now: tick.to }
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
      const { id } = request.params
      checkSameId(id, request.body.id)
      const { theatre, appended, isNew, leavesOutside } = await putTheatre(
        deps,
        getPrincipal(request),
        id,
        request.body,
        seenIn(request)
      )
      await tellPosition(reply, positions, appended)
      return reply
        .code(isNew ? 201 : 200)
        .send({ ...shown(theatre), ...(leavesOutside && { leavesOutside }) })
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
      const { id } = request.params
      return sendTick(reply, id, await setTime(deps, getPrincipal(request), id, request.body))
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
      const { id } = request.params
      return sendTick(reply, id, await tickTheatre(deps, getPrincipal(request), id, request.body))
    }
  })
}

/**
 * Creates or updates a theatre. `seen`: the version that the caller has seen; null: any version.
 * Throws a ProblemError that names the field, `forbidden` if it is beyond the principal's theatres,
 * or `action-refused` if another change came first.
 */
export async function putTheatre(
  deps: AdminDeps,
  principal: Principal,
  id: string,
  ask: TheatreAsk,
  seen: number | null = null
) {
  const { control, controlOperations, limits, log, nowIn } = deps
  checkTheatreChange(principal, id)
  return controlOperations.change(async () => {
    const before = [...control.state.theatres.values()]
    const known = control.state.theatres.get(id)
    checkContentSeen(known, seen)
    checkRoom(control.state.theatres, id, limits.theatresMax, 'theatres')
    const theatre = makeTheatre(id, ask, known)
    if (principal.theatres !== '*' && (known === undefined || !liesWithin(theatre, known)))
      throw forbidden(
        'Extending a theatre needs a key for all theatres: this key can only remove countries.'
      )
    for (const other of before) checkOverlap(theatre, other)
    // One of an older log that retains too little may change in all else, and retain more.
    if (known === undefined || theatre.retentionDays < known.retentionDays) {
      const fault = findTheatreRetentionFault(theatre, control.state.rules.values())
      if (fault !== null) throw bodyInvalid('/retentionDays', fault)
    }
    const payload = { type: 'theatre.declared', data: theatre } as const
    const appended = await controlOperations.declare(payload, known, principal)
    const after = [...control.state.theatres.values()]
    // Another instance may have changed what was checked before the write: the fold decides.
    if (!isSame(control.state.theatres.get(id), theatre))
      throw actionRefused(`Another declaration, of ${id} or of what it overlaps, came first.`)
    const leavesOutside = appended && (await countLeftOutside(log, { before, after }, nowIn))
    return { theatre, appended, isNew: known === undefined, leavesOutside }
  })
}

function makeTheatre(id: string, ask: TheatreAsk, known: TheatreConfig | undefined): TheatreConfig {
  if (id === unassignedTheatre)
    throw new ProblemError(
      'not-found',
      'The id for reports outside all theatres cannot be declared as a theatre.'
    )
  const { countries = null, polygon = null } = ask
  const { retentionDays = known?.retentionDays ?? defaultRetentionDays } = ask
  const { clock = known?.clock ?? 'wall' } = ask
  if (known !== undefined && known.clock !== clock)
    throw bodyInvalid(
      '/clock',
      `is ${known.clock} and cannot be changed: the theatre's records use its time`
    )
  const theatre = { id, countries: null, polygon: null, clock, retentionDays }
  if (id === worldTheatre) {
    if (countries === null && polygon === null) return theatre
    throw bodyInvalid('/countries', 'must be omitted for world, which covers every place')
  }
  if ((countries === null) === (polygon === null))
    throw bodyInvalid('/countries', 'or a polygon is required, but not both')
  if (countries === null) return { ...theatre, polygon: readRings(polygon) }
  const unknown = countries.find(code => !isCountryCode(code))
  if (unknown !== undefined)
    throw bodyInvalid('/countries', `${unknown} is not an ISO 3166-1 alpha-2 code`)
  return { ...theatre, countries: [...new Set(countries)].sort() }
}

/** Polygons are not compared geometrically: only an identical one counts as unchanged. */
function liesWithin({ countries, polygon }: TheatreConfig, known: TheatreConfig): boolean {
  if (countries !== null) return countries.every(code => known.countries?.includes(code))
  return known.countries === null && isSame(polygon ?? undefined, known.polygon ?? undefined)
}

/** Theatres must not overlap. */
function checkOverlap(wanted: TheatreConfig, other: TheatreConfig): void {
  const shared = sharedGround(wanted, other)
  if (shared === null) return
  const [pointer, what] =
    shared.country === null
      ? ['/polygon', 'overlaps']
      : ['/countries', `${shared.country} already belongs to`]
  throw bodyInvalid(pointer, `${what} theatre ${other.id}: theatres must not overlap`)
}

/**
 * Advances a replay theatre and resolves with the tick once it is in the theatre's log. Throws
 * ProblemError `tick-refused` if the time is not later than the last tick, `projection-behind` if
 * the theatre's owner did not process it in time (safe to repeat), and `forbidden` for a theatre
 * outside the principal's reach. `leap` allows any distance.
 */
export async function tickTheatre(
  deps: AdminDeps,
  principal: Principal,
  theatre: string,
  { to, leap = false }: { readonly to: string; readonly leap?: boolean }
): Promise<Tick> {
  const { control } = deps
  const { clocks } = deps.projection
  if ((await findClock(deps, principal, theatre)) !== 'replay')
    throw new ProblemError('tick-refused', 'Only a theatre with a replay clock accepts ticks.')
  const at = readMinute(to)
  const last = clocks.lastTick(theatre)?.to ?? null
  if (last !== null && at <= last) throw tickRefused(`The theatre's time is ${last} already.`, last)
  const leapDays =
    last === null || last === beforeAllTime ? 0 : (Date.parse(at) - Date.parse(last)) / dayMs
  if (leapDays > replayLeapDaysMax && !leap)
    throw tickRefused(
      `${at} is ${Math.round(leapDays)} days after the theatre's time, ${last}: send "leap": true if a step of more than ${replayLeapDaysMax} days is intended.`,
      last
    )
  const timeSet = control.state.timesSet.get(theatre)
  const id = digest('tick-requested', theatre, at, ...(timeSet === undefined ? [] : [timeSet]))
  const payload = { type: 'theatre.tick-requested', data: { theatre, to: at } } as const
  await deps.controlOperations.write(payload, principal, id)
  const isApplied = () => (clocks.lastTick(theatre)?.to ?? '') >= at
  const late = 'The theatre has not processed the tick yet. Try again.'
  return awaitTick(deps, theatre, isApplied, late)
}

/**
 * Sets the time of a theatre, backward or forward, by an officer's decision, and resolves once that
 * is in the theatre's log. On the wall clock the time defaults to now and may only be earlier.
 * Throws ProblemError as `tickTheatre` does, and `tick-refused` for a time ahead of this machine's
 * clock.
 */
export async function setTime(
  deps: AdminDeps,
  principal: Principal,
  theatre: string,
  { to, reason }: { readonly to?: string; readonly reason: string }
): Promise<Tick> {
  const { clock } = deps
  const { clocks } = deps.projection
  const kind = await findClock(deps, principal, theatre)
  const wallNow = formatTime(Math.floor(clock.nowMs() / minuteMs) * minuteMs)
  if (kind === 'replay' && to === undefined)
    throw bodyInvalid('/to', 'is required of a replay theatre')
  const at = to === undefined ? wallNow : readMinute(to)
  if (kind === 'wall' && at > wallNow)
    throw tickRefused(`The clock of this machine shows ${wallNow}. Correct it first.`, wallNow)
  if (kind === 'wall' && judgeClock(clock.nowMs(), Date.parse(at)).kind !== 'right')
    throw tickRefused(
      `${at} is ahead of the clock of this machine, ${wallNow}: the theatre would get no ticks.`,
      wallNow
    )
  const before = clocks.timesSet(theatre)
  const by = `${principal.name} (${principal.id})`
  const payload = { type: 'theatre.time-set', data: { theatre, to: at, by, reason } } as const
  await deps.controlOperations.write(payload, principal)
  const isApplied = () => clocks.timesSet(theatre) > before
  const late =
    'The new time is stored, but the theatre has not applied it yet. Check its time before trying again.'
  return awaitTick(deps, theatre, isApplied, late)
}

async function findClock({ shared, control }: AdminDeps, principal: Principal, theatre: string) {
  checkTheatreChange(principal, theatre)
  await shared.learn('control', 'incidents')
  const config = control.state.theatres.get(theatre)
  if (config === undefined) throw new ProblemError('not-found', `There is no theatre ${theatre}.`)
  return config.clock
}

async function awaitTick(
  { projection: { clocks, views } }: AdminDeps,
  theatre: string,
  isApplied: () => boolean,
  late: string
): Promise<Tick> {
  const tick = (await views.incidents.until(isApplied, readWaitMs))
    ? clocks.lastTick(theatre)
    : null
  if (tick === null) throw new ProblemError('projection-behind', late, { retryAfterS: 1 })
  return tick
}

function tickRefused(detail: string, now: string | null): ProblemError {
  return new ProblemError('tick-refused', detail, { members: { now } })
}

/** The minute as records write it: ticks have minute precision. */
function readMinute(to: string): string {
  const at = instantIn('/to', to)
  if (Date.parse(at) % minuteMs !== 0)
    throw bodyInvalid('/to', 'must be a whole minute: ticks have minute precision')
  return at
}
