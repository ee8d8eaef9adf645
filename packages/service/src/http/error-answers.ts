// Turns every failure of a request before, in or instead of a route into a problem.
// http-problems.ts decides which one.

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import {
  type ProblemCode,
  ProblemError,
  problems
} from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Counter } from 'prom-client'
import { makeProblem, problemBody, sendProblem, sendProblemPage } from './http-problems.ts'
import type { RouteTable } from './route-table.ts'
import { isExemptFromTimeout } from './timeout-exemption.ts'

export interface ErrorAnswers {
  readonly routes: RouteTable
  readonly problems: Counter<'code'>
}

/** Sets the app's error handler and the answer for unknown routes. */
export function answerErrors(
  app: FastifyInstance,
  { routes, problems: counter }: ErrorAnswers
): void {
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = makeProblem(error, request.routeOptions.bodyLimit)
    counter.inc({ code: problem.code })
    if (problem.code === 'internal')
      request.log.error({ error: problem.cause }, 'a request failed with an internal error')
    const next = request.routeOptions.config.page
    return next !== undefined && wantsPage(request)
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

/** A browser names pages among what it takes; programs name nothing, or JSON. */
function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true
}

function noRoute(routes: RouteTable, request: FastifyRequest, reply: FastifyReply): ProblemError {
  const methods = routes.listMethods(readPath(request.url))
  if (methods.length === 0)
    return new ProblemError(
      'route-unknown',
      'There is no such route. See /openapi.json for the routes.'
    )
  reply.header('allow', methods.join(', '))
  return new ProblemError('method-not-allowed', `This route accepts ${methods.join(', ')}.`)
}

function readPath(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
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
