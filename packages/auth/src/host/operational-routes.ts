// Health and metrics of a process, for operators and orchestrators.

import { shape, text, truth, words } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Health } from '@tocsin/event-log/port'
import type { Service } from '@tocsin/service/process/service'
import { answer, createRouteAdder } from '@tocsin/service/route/definition'
import type { BaseConfig } from '@tocsin/service/settings/base-settings'
import { isLoopback } from '@tocsin/service/settings/network-names'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { seesAll } from '../access/principal.ts'
import { getPrincipal } from '../sign-in/authentication.ts'

export interface OperationalOptions {
  readonly services: readonly Service[]
  readonly metrics: Registry
  readonly config: BaseConfig
  readonly phase: () => Phase
  /**
   * Health of the log. Not part of /livez: a process that waits for its log is alive, and a restart
   * would not help.
   */
  readonly health?: () => Health
}

/** Phase of the process: `draining` still serves while /readyz already fails. */
export type Phase = 'starting' | 'serving' | 'draining' | 'closing'

const alive = shape('Alive', 'The process runs.', { alive: { type: 'boolean', const: true } })
const readyShown = shape('ReadyReport', 'Readiness, and what is missing.', {
  ready: truth(),
  phase: words(['starting', 'serving', 'draining', 'closing']),
  log: text('`ok`, or since when the log has not answered, and why.'),
  checks: {
    description: 'The checks of each service: `ok`, or what is missing.',
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: { type: 'string' } }
  }
})

/** Adds /livez, /readyz and /metrics. */
export function addOperationalRoutes(app: FastifyInstance, options: OperationalOptions): void {
  const add = createRouteAdder(app, { tag: 'Operations', access: 'open' })
  add({
    id: 'getLiveness',
    method: 'GET',
    path: '/livez',
    summary: 'Liveness of the process',
    answers: { 200: answer('The process is running.', alive) },
    handle: async () => ({ alive: true })
  })
  add({
    id: 'getReadiness',
    method: 'GET',
    path: '/readyz',
    summary: 'Readiness for requests',
    answers: {
      200: answer('The process is ready.', readyShown),
      503: answer('Not ready; the checks say what is missing.', readyShown)
    },
    async handle(_request, reply) {
      const report = readyReport(options.services, options.phase(), options.health?.())
      return reply.code(report.ready ? 200 : 503).send(report)
    }
  })
  const access = metricsAccess(options.config)
  add({
    id: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    access,
    summary: 'Metrics for Prometheus',
    description:
      'A key needs the scope `metrics:read`, all theatres and handling `restricted`, unless metrics are open.',
    answers: {
      200: {
        ...answer('In the text format of Prometheus.', { type: 'string' }),
        mediaType: 'text/plain'
      }
    },
    async handle(request, reply) {
      // They count what every theatre and handling has. Source: decision 0002.
      if (access !== 'open' && !seesAll(getPrincipal(request)))
        throw new ProblemError('forbidden', metricsNeed)
      return reply.type(options.metrics.contentType).send(await collectFigures(options))
    }
  })
}

const metricsNeed =
  'The metrics count all theatres and every handling: they need a key with the scope `metrics:read`, all theatres and handling `restricted`.'

async function collectFigures({ metrics, services }: OperationalOptions): Promise<string> {
  const own = await Promise.all(services.map(service => service.metrics?.()))
  return [await metrics.metrics(), ...own.filter(text => text !== undefined && text !== '')].join(
    '\n'
  )
}

/**
 * Ready: everything has started, the log answers, every service is ready and nothing is closing.
 */
function readyReport(
  services: readonly Service[],
  phase: Phase,
  health: Health = { ok: true, detail: 'ok' }
) {
  const states = services.map(service => [service.name, service.readiness()] as const)
  return {
    ready: phase === 'serving' && health.ok && states.every(([, state]) => state.ready),
    phase,
    log: health.ok ? 'ok' : health.detail,
    checks: Object.fromEntries(states.map(([name, state]) => [name, state.checks]))
  }
}

/**
 * Metrics reveal how much is reported and alerted, so that beyond this machine they need a key that
 * sees all unless the operator opens them. Behind a proxy all clients look local: with a publicUrl,
 * loopback is not private.
 */
function metricsAccess({
  metricsAccess: setting,
  host,
  publicUrl
}: BaseConfig): 'open' | readonly ['metrics:read'] {
  if (setting === 'open') return 'open'
  return setting === 'loopback' && isLoopback(host) && publicUrl === '' ? 'open' : ['metrics:read']
}
