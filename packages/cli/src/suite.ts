// Composes a suite: secrets, log, control view and services into one host. Which services, and with which configuration, is the caller's.
// It takes its ports as values; the process around it is run-service.ts of the service kit.

import type { Clock, Random } from '@tocsin/domain/ports'
import { type EmbeddedLog, openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { type HeldRole, holdRole } from '@tocsin/event-log/embedded/role-lock'
import type { ClosingStep } from '@tocsin/service-kit/closing'
import { closeInOrder } from '@tocsin/service-kit/closing'
import { ControlView } from '@tocsin/service-kit/control-view'
import { buildHost, type Host } from '@tocsin/service-kit/host'
import type { Logger } from '@tocsin/service-kit/logger'
import { isLoopback } from '@tocsin/service-kit/network-names'
import { openSecrets, type Secrets } from '@tocsin/service-kit/secrets'
import type { Service } from '@tocsin/service-kit/service'
import type { Registry } from 'prom-client'
import type { SuiteConfig } from './suite-settings.ts'

export type SuiteRole = Service['name']
export const suiteRoles: readonly SuiteRole[] = ['intake', 'rules', 'notifier']

export interface SuiteOptions {
  readonly roles: readonly SuiteRole[]
  readonly config: SuiteConfig
  readonly logger: Logger
  readonly metrics: Registry
  readonly clock: Clock
  readonly random: Random
}

export interface Suite {
  readonly url: string
  readonly secrets: Secrets
  readonly host: Host
  readonly log: EmbeddedLog
}

/** What a service is made of. */
export interface ServiceDeps extends Omit<SuiteOptions, 'roles'> {
  readonly log: EmbeddedLog
  readonly secrets: Secrets
  readonly control: ControlView
}

/** A log that is declared by the interface but not there yet. */
export class LogUnsupportedError extends Error {
  override readonly name = 'LogUnsupportedError'
  readonly code = 'log-unsupported'
  readonly retryable = false
}

/**
 * Starts the services of the given roles on one port. Resolves when they have caught up and listen; then `host.close()` ends all of it, in order.
 * Rejects when a role is taken, the log can't be opened or a service can't run; what was opened is closed again.
 */
export async function startSuite(options: SuiteOptions): Promise<Suite> {
  const opened: ClosingStep[] = []
  try {
    return await compose(options, opened)
  } catch (error) {
    await closeInOrder(opened, options.config.closeDeadlineMs, options.clock)
    throw error
  }
}

async function compose(options: SuiteOptions, opened: ClosingStep[]): Promise<Suite> {
  const { config, clock, random, logger, metrics, roles } = options
  if (config.log === 'kafka') {
    throw new LogUnsupportedError('this version has no Kafka log yet: start with --log embedded, which needs nothing installed')
  }
  const secrets = openSecrets({
    dataDir: config.data,
    ownerKey: config.ownerKey,
    masterKey: config.masterKey,
    loopbackOnly: isLoopback(config.host),
    random,
    warn: message => logger.warn(message)
  })
  const held = takeRoles(config.data, roles)
  opened.unshift({ name: 'roles', close: async () => release(held) })
  const log = await openEmbeddedLog({
    dataDir: config.data,
    ...(config.partitions === 0 ? {} : { partitions: config.partitions }),
    clock,
    onBackgroundFailure: detail => logger.error({ detail }, 'the log')
  })
  opened.unshift({ name: 'log', close: () => log.close() })
  const control = new ControlView({ log, clock, logger })
  opened.unshift({ name: 'control', close: () => control.close() })
  await control.start()
  const services = await Promise.all(
    roles.map(role => makeService[role]({ log, secrets, control, config, clock, random, logger, metrics }))
  )
  const host = await buildHost({ services, secrets, control, config, logger, clock, random, metrics, thenClose: [...opened] })
  opened.splice(0, opened.length, { name: 'host', close: async () => void (await host.close()) })
  const url = await host.listen()
  await host.start()
  return { url, secrets, host, log }
}

/** Each service is loaded only where it runs. */
const makeService: Readonly<Record<SuiteRole, (deps: ServiceDeps) => Promise<Service>>> = {
  intake: async deps => (await import('@tocsin/intake/intake-service')).createIntake(deps),
  rules: async deps => (await import('@tocsin/rules/rules-service')).createRules(deps),
  notifier: async deps => (await import('@tocsin/notifier/notifier-service')).createNotifier(deps)
}

function takeRoles(dataDir: string, roles: readonly SuiteRole[]): readonly HeldRole[] {
  const held: HeldRole[] = []
  try {
    for (const role of roles) held.push(holdRole(dataDir, role))
    return held
  } catch (error) {
    release(held)
    throw error
  }
}

function release(held: readonly HeldRole[]): void {
  for (const role of held) role.release()
}
