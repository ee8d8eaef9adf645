// HTTP routes of reports. This file reads headers, queries and cursors; acceptance.ts decides about
// single reports, report-stream.ts about streams.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { normalizeText } from '@tocsin/contracts/report/normal-text'
import { formatSourceId } from '@tocsin/contracts/report/posted-text'
import { openReportEvent } from '@tocsin/contracts/report/report-event'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import type { Lane } from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock } from '@tocsin/domain/ports'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { Principal } from '@tocsin/service-kit/access/principal'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { takeJsonAs } from '@tocsin/service-kit/http/json-body'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { sealCursor } from '@tocsin/service-kit/projection/sealed-cursor'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { ReportAcceptance } from './acceptance/acceptance.ts'
import { SharedCursors } from './known/shared-cursors.ts'
import type { IntakeViews } from './outcome/intake-views.ts'
import { ignoreMissing, type ReportReading } from './outcome/report-reading.ts'
import { eventKeyOf } from './report/event-headers.ts'
import type { Charge } from './report/incoming-report.ts'
import { invalidBody, keyBeside } from './report/refusals.ts'
import { type Answer, supersededText } from './report/report-answer.ts'
import { reportJsonLimits, takeReportJson } from './report/report-json.ts'
import { laneQuery, reportIdParams } from './report/report-schemas.ts'
import { placesText } from './report/told-places.ts'
import { ofEvent } from './stream/report-stream.ts'
import { type ReportStreams, streamContentType } from './stream/report-streams.ts'
import { type IntakeMetrics, type Operation, outcomeOf } from './telemetry/intake-metrics.ts'

export interface ReportRoutesOptions {
  readonly acceptance: ReportAcceptance
  readonly streams: ReportStreams
  readonly reading: ReportReading
  readonly views: IntakeViews
  readonly positions: ReadPositions
  readonly clock: Clock
  readonly metrics: IntakeMetrics
  /** The suite's secret for `cursor`. */
  readonly cursorKey: Buffer
}

const eventContentType = 'application/cloudevents+json'
const typesHint = `Send one report as application/json or ${eventContentType}, or lines of NDJSON as ${streamContentType}.`
/** Longest `?wait`, seconds. */
const waitSecondsMax = 30

const waitQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { wait: { type: 'number', minimum: 0, maximum: waitSecondsMax, default: 0 } }
} as const
const lookupQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    source: { type: 'string', minLength: 1, maxLength: 300 },
    externalId: { type: 'string', minLength: 1, maxLength: 200 },
    theatre: { enum: [unassignedTheatre] },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    ...waitQuery.properties
  }
} as const
const write = { access: ['reports:write'], counts: 'reports' } as const
const read = { access: ['reports:read'] } as const
const readOwn = { access: ['reports:read', 'reports:write'] } as const

interface LookupQuery {
  readonly source?: string
  readonly externalId?: string
  readonly theatre?: string
  readonly limit: number
  readonly wait: number
}

interface WithLane {
  readonly Querystring: { readonly lane: Lane }
}
interface WithId {
  readonly Params: { readonly id: string }
}

/** The routes of intake, to be registered on a host's app. */
export function reportRoutes(options: ReportRoutesOptions): FastifyPluginAsync {
  const { acceptance, reading, positions } = options
  const cursors = new SharedCursors(places => sealedBehind(options, places))
  return async app => {
    takeReportJson(app)
    await app.register(postRoute(options, cursors))
    app.put<WithLane & WithId>(
      '/v1/reports/:id',
      { config: write, schema: { params: reportIdParams, querystring: laneQuery } },
      (request, reply) =>
        answered(options, cursors, 'put', request, reply, principal =>
          acceptance.correct(request.params.id, {
            body: request.body,
            lane: request.query.lane,
            principal,
            charge: chargeOf(request, principal)
          })
        )
    )
    app.delete<WithLane & WithId>(
      '/v1/reports/:id',
      { config: write, schema: { params: reportIdParams, querystring: laneQuery } },
      (request, reply) =>
        answered(options, cursors, 'delete', request, reply, principal =>
          acceptance.withdraw(request.params.id, {
            body: request.body,
            lane: request.query.lane,
            principal
          })
        )
    )
    app.get<WithId & { Querystring: { wait: number } }>(
      '/v1/reports/:id',
      { config: readOwn, schema: { params: reportIdParams, querystring: waitQuery } },
      async request => {
        await positions.reach(request.headers[positionHeader])
        if (request.query.wait > 0) request.endRead?.()
        return reading.read(request.params.id, principalOf(request), request.query.wait * 1000)
      }
    )
    app.get('/v1/me/reports', { config: readOwn }, async request => {
      await positions.reach(request.headers[positionHeader])
      return { items: await reading.mine(principalOf(request)), next: null }
    })
    app.get<{ Querystring: LookupQuery }>(
      '/v1/reports',
      { config: read, schema: { querystring: lookupQuery } },
      async request => {
        await positions.reach(request.headers[positionHeader])
        const { theatre, limit, wait } = request.query
        if (theatre !== undefined)
          return { ...(await reading.readUnassigned(principalOf(request), limit)), next: null }
        const { source, externalId } = readLookup(request.query)
        if (wait > 0) request.endRead?.()
        const identity = {
          sourceId: source,
          externalId: normalizeText(externalId),
          idempotencyKey: null,
          body: null
        }
        const found = await reading
          .read(computeReportId(identity), principalOf(request), wait * 1000)
          .catch(ignoreMissing)
        return { items: found === null ? [] : [found], next: null }
      }
    )
  }
}

/**
 * The name of one report; the address of a sender means the id that imports of CAP give it. Throws
 * ProblemError `query-invalid` if a part is missing.
 */
function readLookup({ source, externalId }: LookupQuery) {
  if (source === undefined || externalId === undefined) {
    const pointer = source === undefined ? 'source' : 'externalId'
    const detail = 'is missing: name a source and an externalId, or a theatre'
    throw new ProblemError('query-invalid', `${pointer} ${detail}.`, {
      errors: [{ pointer, detail }]
    })
  }
  return { source: formatSourceId(source), externalId }
}

/**
 * One report as JSON or in a CloudEvent, or a stream of them: the only route that accepts more than
 * JSON, so it has its own plugin scope.
 */
function postRoute(options: ReportRoutesOptions, cursors: SharedCursors): FastifyPluginAsync {
  const { acceptance, streams, positions } = options
  return async app => {
    takeJsonAs(app, eventContentType, reportJsonLimits(app.jsonLimits))
    app.addContentTypeParser(streamContentType, (_request: FastifyRequest, body: unknown, done) =>
      done(null, body)
    )
    app.addContentTypeParser('*', (_request: FastifyRequest, _body: unknown, done) =>
      done(new ProblemError('content-type-unsupported', typesHint))
    )
    app.addHook('preClose', async () => streams.close())
    app.post<WithLane>(
      '/v1/reports',
      { config: write, schema: { querystring: laneQuery } },
      async (request, reply) => {
        const { lane } = request.query
        if (mediaTypeOf(request) === streamContentType) {
          if (idempotencyKeyOf(request) !== null) throw keyBeside('a stream')
          await positions.reach(request.headers[positionHeader])
          return streams.answer(request, reply, lane)
        }
        return answered(options, cursors, 'post', request, reply, principal => {
          const { body, key, isEvent } = postedReport(request)
          const own = idempotencyKeyOf(request)
          const keyAt = own !== null ? 'idempotency-key' : isEvent ? 'event-id' : 'ce-id'
          const accepted = acceptance.accept({
            body,
            idempotencyKey: own ?? key,
            keyAt,
            lane,
            principal,
            charge: chargeOf(request, principal)
          })
          return isEvent ? accepted.catch(error => Promise.reject(ofEvent(error))) : accepted
        })
      }
    )
  }
}

function chargeOf({ server }: FastifyRequest, principal: Principal): Charge {
  return units => server.usageLimits.addUnits(principal, units)
}

interface PostedReport {
  readonly body: unknown
  /** Pointer to the report within its event. */
  readonly key: string | null
  /** True if errors of the report are errors of a part of the body. */
  readonly isEvent: boolean
}

/**
 * The report of a request: its body, or the data of a CloudEvent in structured mode. Throws
 * ProblemError.
 */
function postedReport(request: FastifyRequest): PostedReport {
  if (mediaTypeOf(request) !== eventContentType)
    return { body: request.body, key: eventKeyOf(request.headers), isEvent: false }
  const event = openReportEvent(request.body)
  if (!event.ok) throw invalidBody(event.errors)
  return { body: event.report, key: event.key, isEvent: true }
}

function mediaTypeOf({ headers }: FastifyRequest): string {
  const type = headers['content-type'] ?? ''
  const end = type.indexOf(';')
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase()
}

/** Runs a write and answers it: 202 with its place, or the problem for its error. */
async function answered(
  options: ReportRoutesOptions,
  cursors: SharedCursors,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (principal: Principal) => Promise<Answer>
): Promise<unknown> {
  const { metrics, clock, positions } = options
  const beganMs = clock.monotonicMs()
  try {
    // No await in the common case.
    if (request.headers[positionHeader] !== undefined)
      await positions.reach(request.headers[positionHeader])
    const answer = await work(principalOf(request))
    metrics.requests.inc({ operation, outcome: answer.duplicate ? 'duplicate' : 'accepted' })
    const cursor = await cursors.behind(answer.places)
    return reply
      .code(202)
      .header(positionHeader, cursor)
      .header('content-type', 'application/json; charset=utf-8')
      .send(acceptedText(answer, cursor))
  } catch (error) {
    metrics.requests.inc({ operation, outcome: outcomeOf(error) })
    throw error
  } finally {
    metrics.duration.observe({ operation }, (clock.monotonicMs() - beganMs) / 1000)
  }
}

/**
 * The answer as text. Written by hand, as the lines of a stream are: only the theatre needs a
 * serialiser.
 */
function acceptedText(answer: Answer, cursor: string): string {
  const { reportId, revision, theatre, duplicate, understood } = answer
  const where = understood === null ? '' : `,${placesText(understood, theatre)}`
  return `{"reportId":"${reportId}","revision":${revision},"theatre":${JSON.stringify(theatre)},"duplicate":${duplicate}${where}${supersededText(answer)},"cursor":"${cursor}"}`
}

/** The sealed cursor behind what was written: a reader with it sees at least that. */
export function sealedBehind(
  { views, cursorKey }: Pick<ReportRoutesOptions, 'views' | 'cursorKey'>,
  places: Answer['places']
): string {
  const cursor = views.cursorBehind(places)
  if (cursor === null) throw new Error('a report was accepted before the logs were followed')
  return sealCursor(cursorKey, { cursors: [cursor] })
}

/** A key chosen by the client; posts without external id count once per key. */
function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key
  const detail = 'must be 1 to 200 printable ASCII characters without spaces'
  throw new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, {
    errors: [{ pointer: 'idempotency-key', detail }]
  })
}
