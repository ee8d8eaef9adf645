// Turns every failure of a request, before, in or instead of a route, into an answer: an RFC 9457
// problem of the catalogue. Unexpected errors become a bare 500; their details go to the log under
// the request's id, never to the client.

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { openPointer } from '@tocsin/contracts/json/open-pointer'
import {
  type FieldError,
  fieldErrorsMax,
  type Problem,
  type ProblemCode,
  ProblemError,
  problems
} from '@tocsin/contracts/problem/problem-catalogue'
import { describePattern } from '@tocsin/contracts/report/pattern-words'
import { EventLogError, type EventLogErrorCode } from '@tocsin/event-log/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Counter } from 'prom-client'
import { bodyEncodings } from './body-encoding.ts'
import { formatText, sendPlainPage } from './plain-page.ts'
import type { RouteTable } from './route-table.ts'
import { isExemptFromTimeout } from './timeout-exemption.ts'

/** Sets the app's error handler and the answer for unknown routes. */
export function answerErrors(
  app: FastifyInstance,
  routes: RouteTable,
  counter: Counter<'code'>
): void {
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = makeProblem(error, request.routeOptions.bodyLimit)
    counter.inc({ code: problem.code })
    if (problem.code === 'internal')
      request.log.error({ error: problem.cause }, 'a request failed with an internal error')
    const next = request.routeOptions.config.page
    // A browser names pages among what it takes; programs name nothing, or JSON.
    return next !== undefined && request.headers.accept?.includes('text/html')
      ? sendProblemPage(reply, problem, next)
      : sendProblem(reply, problem)
  }
  app.setErrorHandler(answer)
  app.setNotFoundHandler((request, reply) =>
    answer(noRoute(routes, request, reply), request, reply)
  )
}

/**
 * Answers unknown routes before their body is read. Must be added after the guard, which runs first
 * for every path.
 */
export function refuseUnknownRoutes(app: FastifyInstance, routes: RouteTable): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) done(noRoute(routes, request, reply))
    else done()
  })
}

function noRoute(routes: RouteTable, request: FastifyRequest, reply: FastifyReply): ProblemError {
  const methods = routes.listMethods(request.url.split('?', 1)[0] as string)
  if (methods.length === 0)
    return new ProblemError(
      'route-unknown',
      'There is no such route. See /openapi.json for the routes.'
    )
  reply.header('allow', methods.join(', '))
  return new ProblemError('method-not-allowed', `This route accepts ${methods.join(', ')}.`)
}

/** Answers a request that Fastify could not route. No hook has run yet. */
export function answerFrameworkError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply
): void {
  void sendProblem(reply, makeProblem(error))
}

/** Answers bytes that Node could not parse as HTTP, on the raw socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isExemptFromTimeout(socket)) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, detail] = rawProblems[error.code ?? ''] ?? [
    'header-invalid',
    'This is not well-formed HTTP.'
  ]
  const { status } = problems[code]
  const body = JSON.stringify(problemBody(new ProblemError(code, detail), 'none'))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n` +
      `x-content-type-options: nosniff\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

const rawProblems: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The headers exceed the size limit.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request took too long to arrive.']
}

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
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && bodyLimit !== undefined)
    return new ProblemError('body-too-large', `The body exceeds the limit of ${bodyLimit} bytes.`)
  const named = frameworkProblems[code ?? '']
  if (named) return new ProblemError(...named, { cause: error })
  const byStatus = statusProblems[statusCode ?? 0]
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

/** Answers with a temporary status say when to retry: after a second, unless the problem knows. */
function sayWhenAgain(reply: FastifyReply, { code, retryAfterS }: ProblemError): void {
  const isTemporary = [429, 503, 507].includes(problems[code].status)
  const afterS = retryAfterS ?? (isTemporary ? 1 : null)
  if (afterS !== null) reply.header('retry-after', String(afterS))
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

type Told = readonly [code: ProblemCode, detail: string, options?: { retryAfterS: number }]

const notAccepting: Told = [
  'log-unavailable',
  'The event log does not accept this write at the moment. Nothing is lost; try again.'
]
/** The process ends, and only an operator can repair that. */
const replaced: Told = [
  'log-unavailable',
  'The event log was replaced while this instance was running; the instance stops. Nothing was written.',
  { retryAfterS: 30 }
]

const logProblems: Partial<Record<EventLogErrorCode, Told>> = {
  'disk-full': [
    'disk-full',
    'The disk is full. Nothing was written; try again later.',
    { retryAfterS: 30 }
  ],
  'log-busy': notAccepting,
  // Of reads and writes.
  'log-unavailable': [
    'log-unavailable',
    'The event log does not answer at the moment. Nothing is lost; try again.'
  ],
  'append-unknown': notAccepting,
  'append-overloaded': notAccepting,
  'log-replaced': replaced,
  'partitions-changed': replaced,
  closed: [
    'shutting-down',
    'The service is shutting down. Try another instance, or again later.',
    { retryAfterS: 5 }
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
  const known = logProblems[cause.code]
  if (known === undefined) return internal(cause)
  const [code, detail, options] = known
  return new ProblemError(code, detail, { cause, ...options })
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

/** Of a body with pointers, else with the names of parameters or headers. */
function validationProblem(found: readonly SchemaError[], context = 'body'): ProblemError {
  const [code, detail] = validationPlaces[context] ?? bodyInvalid
  const errors = listFieldErrors(found).map(({ pointer, ...error }) => ({
    ...{ pointer: code === 'body-invalid' ? pointer : pointer.replace(/^\//, ''), ...error }
  }))
  return new ProblemError(code, detail, { errors })
}

const bodyInvalid = ['body-invalid', 'The body does not match the schema of this route.'] as const

/** The part of ajv's error object that is used here; Fastify's is the same. */
export interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
}

/** The sender controls its length. */
export const pointerLengthMax = 256

/**
 * Field errors in the order found, each with the pointer of the field itself, also if it is missing
 * or unknown. Where the allowed values are listed, their type is not told as well, nor that a text
 * is too short where it is said what it must be.
 */
export function listFieldErrors(errors: readonly SchemaError[]): readonly FieldError[] {
  const placesOf = (isMeant: (error: SchemaError) => boolean) =>
    new Set(errors.filter(isMeant).map(({ instancePath }) => instancePath))
  const listed = placesOf(({ keyword }) => keyword === 'enum')
  const inWords = placesOf(error => formatWords(error) !== null)
  return errors
    .filter(
      ({ keyword, instancePath }) =>
        (keyword !== 'type' || !listed.has(instancePath)) &&
        (keyword !== 'minLength' || !inWords.has(instancePath))
    )
    .slice(0, fieldErrorsMax)
    .map(error => ({ pointer: shortPointer(formatPointer(error)), detail: formatDetail(error) }))
}

/** A pointer that is safe to return: of bounded length, and without names below `private`. */
export function shortPointer(told: string): string {
  const pointer = openPointer(told)
  return pointer.length <= pointerLengthMax ? pointer : `${pointer.slice(0, pointerLengthMax - 1)}…`
}

/** Of keywords that name the field which they are about. */
const namedFields: Readonly<Record<string, readonly [param: string, detail: string]>> = {
  required: ['missingProperty', 'is required'],
  additionalProperties: ['additionalProperty', 'is not a field here'],
  unevaluatedProperties: ['unevaluatedProperty', 'is not a field here']
}

function formatPointer({ keyword, instancePath, params }: SchemaError): string {
  const named = namedFields[keyword]
  if (named === undefined) return instancePath
  const name = String(params[named[0]])
  return `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function formatDetail(error: SchemaError): string {
  const { keyword, params, message } = error
  if (keyword === 'enum')
    return `must be one of ${[...new Set((params.allowedValues as readonly unknown[]).map(String))].join(', ')}`
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`
  return namedFields[keyword]?.[1] ?? formatWords(error) ?? message ?? 'is invalid'
}

/** What a text must be, in words; null: there are none for it. */
function formatWords({ keyword, params }: SchemaError): string | null {
  return keyword === 'pattern' ? describePattern(String(params.pattern)) : null
}
