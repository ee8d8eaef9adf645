// HTTP routes of reports. This file reads headers, queries and cursors; acceptance.ts decides about
// single reports, report-stream.ts about streams.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  integer,
  number,
  optional,
  ref,
  text,
  type ValuesOf,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { formatSourceId } from '@tocsin/contracts/report/posted-text'
import { openReportEvent, reportEventType } from '@tocsin/contracts/report/report-event'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { takeJsonAs } from '@tocsin/service/http/json-body'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, createRouteAdder, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ignoreMissing, type ReportReading } from './outcome/report-reading.ts'
import { makeEventKey, reportJsonLimits, takeReportJson } from './report/incoming-report.ts'
import { invalidBody, keyBeside, refusePart } from './report/refusals.ts'
import { type Answer, describeAnswer } from './report/report-answer.ts'
import {
  acceptedAs,
  privateErasedSchema,
  readLane,
  reportEventSchema,
  reportIdParams,
  reportListSchema,
  reportShownSchema,
  streamedLineSchema,
  streamResultSchema,
  streamSummarySchema
} from './report/report-schemas.ts'
import { ofEvent } from './stream/report-stream.ts'
import { type ReportStreams, type StreamParts, streamContentType } from './stream/report-streams.ts'
import { findOutcome, type Operation } from './telemetry/intake-metrics.ts'

export interface RouteParts extends StreamParts {
  readonly streams: ReportStreams
  readonly reading: ReportReading
  readonly positions: ReadPositions
}

const eventContentType = 'application/cloudevents+json'
const typesHint = `Send one report as application/json or ${eventContentType}, or lines of NDJSON as ${streamContentType}.`
/** Longest `?wait`, seconds. */
const waitSecondsMax = 30

const wait = number('Seconds to wait until the rules have processed the report.', {
  minimum: 0,
  maximum: waitSecondsMax,
  default: 0
})
const lookupQuery = {
  source: optional(text('Id of the source; with `externalId`.', { minLength: 1, maxLength: 300 })),
  externalId: optional(text('Id of the report at its source.', { minLength: 1, maxLength: 200 })),
  theatre: optional(
    words(
      [unassignedTheatre],
      '`_unassigned`: the newest reports that lie in no theatre, newest first.'
    )
  ),
  limit: integer('Maximum number of them.', { minimum: 1, maximum: 100, default: 50 }),
  wait
}
const writing = { tag: 'Reports', access: ['reports:write'] } as const
const written = {
  query: readLane(
    '`backfill` for historical reports: they wait while the rules are behind, and page nobody. Default: `live`.'
  ),
  config: { counts: 'reports' }
} as const

const exampleReport = {
  source: { id: 'wire-1' },
  externalId: 'W-2025-0601-3',
  reportedAt: '2025-06-02T09:00:00Z',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: {
    ...{ name: 'Dioura', admin1: 'ML-5', country: 'ML' },
    ...{ lat: 14.8252, lon: -5.2547, radiusKm: 2 }
  },
  actors: [{ name: 'JNIM', role: 'perpetrator' }],
  fatalities: { low: 3, best: null, high: null },
  credibility: 2,
  handling: 'partners'
}
// What a report must have.
const { source, occurred, category, location } = exampleReport
const exampleEvent = {
  specversion: '1.0',
  type: reportEventType,
  source: 'https://feeds.example.org/wire-1',
  id: '7f3a-1',
  data: { source, occurred, category, location }
}
const report = { 'application/json': { schema: ref('Report'), example: exampleReport } }
const stored = acceptedAs('The report is stored. It survives a crash of the suite from now on.')

export function reportRoutes(parts: RouteParts): FastifyPluginAsync {
  const { acceptance, reading, positions } = parts
  return async app => {
    takeReportJson(app)
    await app.register(postRoute(parts))
    const addWrite = createRouteAdder(app, writing)
    addWrite({
      ...written,
      id: 'correctReport',
      method: 'PUT',
      path: '/v1/reports/:id',
      summary: 'Correct a report',
      description:
        'The whole report as it is now known. Its source and external id cannot be changed.',
      params: reportIdParams,
      headers: ['tocsin-cursor'],
      reads: { content: report },
      answers: { 202: stored },
      problems: [...writeProblems, 'report-withdrawn'],
      handle: (request, reply) =>
        answered(parts, 'put', request, reply, principal => {
          const { body, params, query } = request
          return acceptance.correct(params.id, { body, lane: query.lane, principal })
        })
    })
    addWrite({
      ...written,
      id: 'withdrawReport',
      method: 'DELETE',
      path: '/v1/reports/:id',
      summary: 'Withdraw a report',
      description: 'The reason is recorded and shown. A withdrawal is final.',
      params: reportIdParams,
      headers: ['tocsin-cursor'],
      reads: {
        content: {
          'application/json': {
            schema: ref('Withdrawal'),
            example: { reason: 'The place was another one.' }
          }
        }
      },
      answers: { 202: acceptedAs('The report is withdrawn.') },
      problems: writeProblems,
      handle: (request, reply) =>
        answered(parts, 'delete', request, reply, principal => {
          const { body, params, query } = request
          return acceptance.withdraw(params.id, { body, lane: query.lane, principal })
        })
    })
    addWrite({
      id: 'erasePrivateTexts',
      method: 'DELETE',
      path: '/v1/reports/:id/private',
      summary: 'Erase the private texts of a report',
      description:
        'Narrative, links and names become permanently unreadable everywhere; alerts do not change. Needs `persons:read` besides `reports:write`, and a key that may report as the source.',
      params: reportIdParams,
      answers: { 200: answer('They are unreadable.', privateErasedSchema) },
      problems: writeProblems,
      async handle(request) {
        const principal = getPrincipal(request)
        const { reportId } = await acceptance.found(request.params.id, principal)
        if (!mayUse(principal, ['persons:read'])) {
          throw new ProblemError(
            'forbidden',
            'Erasing private texts needs the scope persons:read besides reports:write.'
          )
        }
        const erased = await acceptance.erase(reportId, principal)
        if (erased)
          request.log.info(
            { reportId, by: principal.id },
            'the private texts of a report were erased'
          )
        return { reportId, erased }
      }
    })
    const add = createRouteAdder(app, {
      tag: 'Reports',
      access: ['reports:read', 'reports:write'],
      reach: request => positions.reach(request.headers[positionHeader])
    })
    add({
      id: 'getReport',
      method: 'GET',
      path: '/v1/reports/:id',
      summary: 'Read a report and its outcome',
      description:
        'Without the scope `reports:read` a key reads only what it posted itself, without the incident.',
      params: reportIdParams,
      query: { wait },
      answers: {
        200: answer('The report, its incident and the alerts that rest on it.', reportShownSchema)
      },
      problems: ['log-unavailable'],
      async handle(request) {
        if (request.query.wait > 0) request.endRead?.()
        return reading.read(request.params.id, getPrincipal(request), request.query.wait * 1000)
      }
    })
    add({
      id: 'listOwnReports',
      method: 'GET',
      path: '/v1/me/reports',
      summary: 'List the last reports that this key posted',
      description: 'At most 100, the newest first, each with its outcome; without backfill.',
      answers: { 200: answer('The reports.', reportListSchema) },
      problems: ['log-unavailable'],
      async handle(request) {
        return { items: await reading.mine(getPrincipal(request)), next: null }
      }
    })
    add({
      id: 'findReport',
      method: 'GET',
      path: '/v1/reports',
      access: ['reports:read'],
      summary: 'Find a report by its source and external id, or list reports in no theatre',
      query: lookupQuery,
      answers: {
        200: answer('The report, or an empty list; or the reports in no theatre.', reportListSchema)
      },
      problems: ['log-unavailable'],
      async handle(request) {
        const { theatre, limit, wait: waitSeconds } = request.query
        if (theatre !== undefined)
          return { ...(await reading.readUnassigned(getPrincipal(request), limit)), next: null }
        const reportId = readLookup(request.query)
        if (waitSeconds > 0) request.endRead?.()
        const found = await reading
          .read(reportId, getPrincipal(request), waitSeconds * 1000)
          .catch(ignoreMissing)
        return { items: found === null ? [] : [found], next: null }
      }
    })
  }
}

/**
 * The id of a report by its name; the address of a sender means the id that imports of CAP give it.
 * Throws ProblemError `query-invalid` if a part is missing.
 */
function readLookup({ source, externalId }: ValuesOf<typeof lookupQuery>): string {
  if (source === undefined || externalId === undefined) {
    const pointer = source === undefined ? 'source' : 'externalId'
    const detail = 'is missing: name a source and an externalId, or a theatre'
    throw refusePart('query-invalid', pointer, detail)
  }
  return computeReportId(formatSourceId(source), externalId)
}

/**
 * One report as JSON or in a CloudEvent, or a stream of reports: the only route that accepts more
 * than JSON, so it has its own plugin scope.
 */
function postRoute(parts: RouteParts): FastifyPluginAsync {
  const { acceptance, streams, positions } = parts
  return async app => {
    takeJsonAs(app, eventContentType, reportJsonLimits(app.jsonLimits))
    app.addContentTypeParser(streamContentType, (_request: FastifyRequest, body: unknown, done) =>
      done(null, body)
    )
    app.addContentTypeParser('*', (_request: FastifyRequest, _body: unknown, done) =>
      done(new ProblemError('content-type-unsupported', typesHint))
    )
    app.addHook('preClose', async () => streams.close())
    createRouteAdder(
      app,
      writing
    )({
      ...written,
      id: 'postReport',
      method: 'POST',
      path: '/v1/reports',
      summary: 'Report an incident',
      description:
        'One report of one source, as JSON or in a CloudEvent; or a stream of reports, one per line. The same source and external id make a revision. Without an external id a report is identified by `Idempotency-Key`, by the source and id of its event, or by its content; known content changes nothing, and other content under a known key or event is refused. `Content-Encoding`: `gzip` or `zstd`.',
      headers: [
        ...['tocsin-cursor', 'idempotency-key'],
        ...['ce-specversion', 'ce-type', 'ce-source', 'ce-id']
      ],
      reads: {
        description:
          'Only `source.id`, `occurred`, `category` and a location are required. A stream may have any length and is answered line by line.',
        content: {
          ...report,
          [eventContentType]: { schema: reportEventSchema, example: exampleEvent },
          [streamContentType]: {
            schema: {
              description: 'Lines, each a report or a CloudEvent that contains one.',
              'x-line': streamedLineSchema
            },
            example: `${JSON.stringify(exampleReport)}\n${JSON.stringify(exampleEvent)}\n`
          }
        }
      },
      answers: {
        200: {
          description:
            'One result line per non-blank line, in order, then a summary. The outcome of a line without a result is unknown; sending it again is safe.',
          mediaType: streamContentType,
          schema: {
            type: 'string',
            'x-line': streamResultSchema,
            'x-last-line': streamSummarySchema
          }
        },
        202: stored
      },
      problems: [...writeProblems, 'report-withdrawn'],
      async handle(request, reply) {
        const { lane } = request.query
        if (readMediaType(request) === streamContentType) {
          if (readIdempotencyKey(request) !== null) throw keyBeside('a stream')
          await positions.reach(request.headers[positionHeader])
          return streams.answer(request, reply, lane)
        }
        return answered(parts, 'post', request, reply, principal => {
          const { body, key, isEvent } = readPosted(request)
          const own = readIdempotencyKey(request)
          const keyAt = own !== null ? 'idempotency-key' : isEvent ? 'event-id' : 'ce-id'
          const idempotencyKey = own ?? key
          const accepted = acceptance.accept({ body, idempotencyKey, keyAt, lane, principal })
          return isEvent ? accepted.catch(error => Promise.reject(ofEvent(error))) : accepted
        })
      }
    })
  }
}

/**
 * The report of a request: its body, or the data of a CloudEvent in structured mode, with the key of
 * an event. Throws ProblemError.
 */
function readPosted(request: FastifyRequest) {
  if (readMediaType(request) !== eventContentType)
    return { body: request.body, key: makeEventKey(request.headers), isEvent: false }
  const event = openReportEvent(request.body)
  if (!event.ok) throw invalidBody(event.errors)
  return { body: event.report, key: event.key, isEvent: true }
}

function readMediaType({ headers }: FastifyRequest): string {
  const type = headers['content-type'] ?? ''
  const end = type.indexOf(';')
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase()
}

/** Runs a write and answers it: 202 with its place, or the problem for its error. */
async function answered(
  { intakeMetrics, clock, positions, cursors }: RouteParts,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (principal: Principal) => Promise<Answer>
): Promise<unknown> {
  const beganMs = clock.monotonicMs()
  try {
    // No await in the common case.
    if (request.headers[positionHeader] !== undefined)
      await positions.reach(request.headers[positionHeader])
    const answer = await work(getPrincipal(request))
    intakeMetrics.requests.inc({ operation, outcome: answer.duplicate ? 'duplicate' : 'accepted' })
    const cursor = await cursors.shared(answer.places)
    return reply
      .code(202)
      .header(positionHeader, cursor)
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify({ ...describeAnswer(answer), cursor }))
  } catch (error) {
    intakeMetrics.requests.inc({ operation, outcome: findOutcome(error) })
    throw error
  } finally {
    intakeMetrics.duration.observe({ operation }, (clock.monotonicMs() - beganMs) / 1000)
  }
}

/** A key chosen by the client; posts without external id count once per key. */
function readIdempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key
  const detail = 'must be 1 to 200 printable ASCII characters without spaces'
  throw refusePart('header-invalid', 'idempotency-key', detail, 'Idempotency-Key')
}
