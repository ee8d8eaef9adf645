// The interface of a service to its process: routes, start, readiness, close. `tocsin up` hosts
// three services on one port, the other commands one each.

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
  /**
   * Starts loops; resolves once the service has caught up with its logs. Rejects if it cannot run.
   */
  start(): Promise<void>
  readiness(): Readiness
  /**
   * Metrics of a part with a registry of its own, in the Prometheus text format; names must not
   * repeat those of another registry.
   */
  metrics?(): Promise<string>
  /**
   * Resolves with the error that permanently ended a loop; the process then exits with 1. Otherwise
   * stays pending.
   */
  readonly failed: Promise<Error>
  /** Stops accepting, finishes pending work, closes. Idempotent. */
  close(): Promise<void>
}
