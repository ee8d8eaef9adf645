// A span for each request to `/v1`, in the trace of its `traceparent`, if it has one.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import './fastify-augmentation.ts'
import { activeTracing, isTraceparent, type TraceSpan } from '../telemetry/tracing.ts'

/** Adds nothing while traces are off. */
export function traceRequests(app: FastifyInstance): void {
  const tracing = activeTracing()
  if (tracing === null) return
  const spans = new WeakMap<FastifyRequest, TraceSpan>()
  app.addHook('onRequest', (request, _reply, done) => {
    const { url: route = '', config } = request.routeOptions
    if (!route.startsWith('/v1/') || config.isEndless === true) return done()
    const { traceparent } = request.headers
    const span = tracing.start(`${request.method} ${route}`, {
      ...(isTraceparent(traceparent) ? { parent: traceparent } : {}),
      kind: 'SERVER',
      attributes: { 'http.request.method': request.method, 'http.route': route }
    })
    spans.set(request, span)
    span.within(done)
  })
  // The body came by events of the socket, which belong to no request.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request)
    if (span === undefined) done()
    else span.within(done)
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    const fault = statusCode >= 500 ? String(statusCode) : undefined
    spans.get(request)?.end({ 'http.response.status_code': statusCode }, fault)
    done()
  })
}
