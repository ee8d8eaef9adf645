// Maps errors to answers: RFC 9457 problems from the catalogue. Unexpected errors become a bare
// 500; their details go to the log under the request's id, never to the client.

import {
  type Problem,
  type ProblemCode,
  ProblemError,
  problems
} from '@tocsin/contracts/problem/problem-catalogue'
import { EventLogError, type EventLogErrorCode } from '@tocsin/event-log/errors'
import type { FastifyReply } from 'fastify'
import { bodyEncodings } from './body-encoding.ts'
import { listFieldErrors, listNamedErrors, type SchemaError } from './field-errors.ts'
import { formatText, sendPlainPage } from './plain-page.ts'

/**
 * The problem for any error thrown during a request, whose body may have `bodyLimit` bytes. Pure;
 * `internal` if the error is unexpected.
 */
export function makeProblem(error: unknown, bodyLimit?: number): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof EventLogError) return makeLogProblem(error)
  if (!(error instanceof Error)) return internal(error)
  const { code, validation, validationContext, statusCode } = error as FrameworkError
  if (Array.isArray(validation)) return validationProblem(validation, validationContext)
  const named = code === undefined ? undefined : frameworkProblems[code]
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && bodyLimit !== undefined)
    return new ProblemError('body-too-large', `The body exceeds the limit of ${bodyLimit} bytes.`)
  if (named) return new ProblemError(named[0], named[1], { cause: error })
  const byStatus = statusCode === undefined ? undefined : statusProblems[statusCode]
  return byStatus
    ? new ProblemError(byStatus, `${problems[byStatus].title}.`, { cause: error })
    : internal(error)
}

/** The body of a problem. With `requestId` the operator finds the log lines of the request. */
export function problemBody(
  problem: ProblemError,
  requestId: string
): Problem & Readonly<Record<string, unknown>> {
  const { status, title } = problems[problem.code]
  return {
    ...problem.members,
    type: `urn:tocsin:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    instance: `urn:tocsin:request:${requestId}`,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {})
  }
}

/** Temporary statuses: their answers say when to retry. */
const passing: ReadonlySet<number> = new Set([429, 503, 507])
const retryAfterDefaultS = 1

function sayWhenAgain(reply: FastifyReply, problem: ProblemError): void {
  const passes = passing.has(problems[problem.code].status)
  const retryAfterS = problem.retryAfterS ?? (passes ? retryAfterDefaultS : null)
  if (retryAfterS !== null) reply.header('retry-after', String(retryAfterS))
}

/** For a person: `next` is what to do now. The code is there for whoever they call. */
export function sendProblemPage(
  reply: FastifyReply,
  problem: ProblemError,
  next: string
): FastifyReply {
  const { status, title } = problems[problem.code]
  sayWhenAgain(reply, problem)
  reply.header('cache-control', 'no-store')
  const content = `<p>${formatText(problem.message)}</p><p>${formatText(next)}</p><p>Code: ${problem.code}.</p>`
  return sendPlainPage(reply, status, title, content)
}

export function sendProblem(reply: FastifyReply, problem: ProblemError): FastifyReply {
  sayWhenAgain(reply, problem)
  if (problem.code === 'content-encoding-unsupported')
    reply.header('accept-encoding', bodyEncodings)
  if (problem.code === 'not-authenticated')
    reply.header('www-authenticate', 'Bearer realm="tocsin"')
  return (
    reply
      .code(problems[problem.code].status)
      .header('content-type', 'application/problem+json')
      .header('cache-control', 'no-store')
      // As bytes: Fastify would add a charset to text, which this media type does not have.
      .send(Buffer.from(JSON.stringify(problemBody(problem, reply.request.id))))
  )
}

interface FrameworkError extends Error {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: readonly SchemaError[]
  readonly validationContext?: string
}

function internal(cause: unknown): ProblemError {
  return new ProblemError(
    'internal',
    'The request failed with an internal error. The log lines with its id say why.',
    { cause }
  )
}

type Told = readonly [code: ProblemCode, detail: string, retryAfterS?: number]

const notAccepting: Told = [
  'log-unavailable',
  'The event log does not accept this write at the moment. Nothing is lost; try again.'
]
/**
 * The log was replaced while the process runs: the process ends, and only an operator can repair
 * that.
 */
const changed: Told = [
  'log-unavailable',
  'The event log was replaced while this instance was running; the instance stops. Nothing was written.',
  30
]

const logProblems: Partial<Record<EventLogErrorCode, Told>> = {
  'disk-full': ['disk-full', 'The disk is full. Nothing was written; try again later.', 30],
  'log-busy': notAccepting,
  // Of reads and writes.
  'log-unavailable': [
    'log-unavailable',
    'The event log does not answer at the moment. Nothing is lost; try again.'
  ],
  'append-unknown': notAccepting,
  'append-overloaded': notAccepting,
  'log-replaced': changed,
  'partitions-changed': changed,
  closed: [
    'shutting-down',
    'The service is shutting down. Try another instance, or again later.',
    5
  ]
}

function makeLogProblem(cause: EventLogError): ProblemError {
  if (cause.code === 'record-too-large') {
    const limit =
      cause.bytesMax === null
        ? 'the size limit of the log'
        : `the ${cause.bytesMax} bytes that the log accepts`
    const detail = `The record of this body exceeds ${limit}.`
    return new ProblemError('body-too-large', detail, { cause })
  }
  const told = logProblems[cause.code]
  if (told === undefined) return internal(cause)
  const [code, detail, retryAfterS] = told
  return new ProblemError(
    code,
    detail,
    retryAfterS === undefined ? { cause } : { cause, retryAfterS }
  )
}

const frameworkProblems: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'The body exceeds the size limit.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['content-type-unsupported', 'Send application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'body-malformed',
    'The length of the body differs from Content-Length.'
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['body-malformed', 'The body is empty.'],
  FST_ERR_BAD_URL: ['route-unknown', 'The path is not well-formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'A segment of the path is too long.'],
  FST_ERR_NOT_FOUND: ['route-unknown', 'There is no such route.']
}

/** For plugin errors that have only a status. */
const statusProblems: Readonly<Record<number, ProblemCode>> = {
  400: 'body-malformed',
  401: 'not-authenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'body-too-large',
  415: 'content-type-unsupported',
  429: 'too-many'
}

const validationPlaces: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  querystring: ['query-invalid', 'The query does not match the schema of this route.'],
  headers: ['header-invalid', 'A header does not match the schema of this route.'],
  params: ['not-found', 'A segment of the path is not a valid name.']
}

function validationProblem(
  errors: readonly SchemaError[],
  context: string | undefined
): ProblemError {
  const place = validationPlaces[context ?? '']
  if (place !== undefined)
    return new ProblemError(place[0], place[1], { errors: listNamedErrors(errors) })
  return new ProblemError('body-invalid', 'The body does not match the schema of this route.', {
    errors: listFieldErrors(errors)
  })
}
