// What a service is to the process that hosts it: routes, a loop, a readiness, a close. `tocsin up` hosts three of them on one port,
// the other commands one each.

import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { FastifyPluginAsync } from 'fastify'

export interface Readiness {
  readonly ready: boolean
  /** Per dependency or loop: `ok`, or what is missing. Shown at /readyz. */
  readonly checks: Readonly<Record<string, string>>
}

export interface Service {
  readonly name: 'intake' | 'rules' | 'notifier'
  /** Registered on the host's app; every route states its access. */
  readonly routes: FastifyPluginAsync
  /** What is said of the routes in the OpenAPI document; a test holds it to them, both ways. */
  readonly api?: ApiDocs
  /** Starts loops; resolves when the service has caught up with its logs. Rejects when it can't run at all. */
  start(): Promise<void>
  readiness(): Readiness
  /** Figures of a part that has a registry of its own, as Prometheus reads them; none of their names may be in another registry. */
  metrics?(): Promise<string>
  /** Resolves with the error that ended a loop for good; the process then exits with 1. Never resolves otherwise. */
  readonly failed: Promise<Error>
  /** Stops taking, finishes what it holds, closes. Idempotent. */
  close(): Promise<void>
}
