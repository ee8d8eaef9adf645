// What operators and orchestrators ask of any process: is it alive, is it ready, how is it doing.

import type { Health } from '@tocsin/event-log/port'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { isLoopback } from '../access/network-names.ts'
import type { Service } from '../process/service.ts'
import type { BaseConfig } from '../settings/base-settings.ts'

export interface OperationalOptions {
  readonly services: readonly Service[]
  readonly metrics: Registry
  readonly config: BaseConfig
  readonly phase: () => Phase
  /** Of the log. Not asked at /livez: a process that waits for its log is alive, and starting it anew would not help. */
  readonly health?: () => Health
}

/** Of the process: `draining` still serves while /readyz already says no. */
export type Phase = 'starting' | 'serving' | 'draining' | 'closing'

export interface ReadyReport {
  readonly ready: boolean
  readonly phase: Phase
  /** `ok`, or since when the log does not answer, and why. */
  readonly log: string
  /** By service, its checks: `ok`, or what is missing. */
  readonly checks: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Adds /livez, /readyz and /metrics. */
export function addOperationalRoutes(app: FastifyInstance, options: OperationalOptions): void {
  app.get('/livez', { config: { access: 'open' } }, async () => ({ alive: true }))
  app.get('/readyz', { config: { access: 'open' } }, async (_request, reply) => {
    const report = readyReport(options.services, options.phase(), options.health?.())
    return reply.code(report.ready ? 200 : 503).send(report)
  })
  app.get('/metrics', { config: { access: metricsAccess(options.config) } }, async (_request, reply) =>
    reply.header('content-type', options.metrics.contentType).send(await figuresOf(options))
  )
}

async function figuresOf({ metrics, services }: OperationalOptions): Promise<string> {
  const own = await Promise.all(services.map(service => service.metrics?.()))
  return [await metrics.metrics(), ...own.filter(text => text !== undefined && text !== '')].join('\n')
}

/** Whether requests may come: all is started, the log answers, every service is ready and nothing is closing. */
export function readyReport(
  services: readonly Service[],
  phase: Phase,
  health: Health = { ok: true, detail: 'ok' }
): ReadyReport {
  const states = services.map(service => [service.name, service.readiness()] as const)
  return {
    ready: phase === 'serving' && health.ok && states.every(([, state]) => state.ready),
    phase,
    log: health.ok ? 'ok' : health.detail,
    checks: Object.fromEntries(states.map(([name, state]) => [name, state.checks]))
  }
}

/**
 * Figures tell how much is reported and alerted, so beyond this machine they need an admin key unless the operator opens them. A proxy in front
 * makes others look like this machine: with a publicUrl the suite is not alone even on loopback.
 */
function metricsAccess({ metricsAccess: setting, host, publicUrl }: BaseConfig): 'open' | readonly ['admin'] {
  if (setting === 'open') return 'open'
  return setting === 'loopback' && isLoopback(host) && publicUrl === '' ? 'open' : ['admin']
}
