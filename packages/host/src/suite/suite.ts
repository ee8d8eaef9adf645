// Composes a suite: secrets, log, control view and services in one host. The caller chooses
// services and configuration. Ports are passed in as values; the process around it is
// run-service.ts of the service kit.

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { KeyUse } from '@tocsin/auth/access/key-use'
import { buildHost, type Host } from '@tocsin/auth/host/host'
import type { FailingLog } from '@tocsin/event-log/awaited-log'
import { logFile } from '@tocsin/event-log/embedded/embedded-log'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { claimLog } from '@tocsin/service/privacy/log-claim'
import { openSecrets, type Secrets } from '@tocsin/service/privacy/secrets'
import type { ClosingStep } from '@tocsin/service/process/closing'
import { closeInOrder } from '@tocsin/service/process/closing'
import type { Service } from '@tocsin/service/process/service'
import { ControlView } from '@tocsin/service/projection/control-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { isLoopback } from '@tocsin/service/settings/network-names'
import { observeAppends } from '@tocsin/service/telemetry/log-appends'
import { waitUntilOpened } from '../process/opened-unless.ts'
import type { RulesThreadsDeps } from '../rules-thread/rules-threads.ts'
import type { SuiteLogOptions } from './opened-log.ts'
import { checkNoRestore, sayRestored } from './restored-folder.ts'
import { openSuiteLog } from './suite-log.ts'
import { createAppendObserver, watchSuite } from './suite-metrics.ts'
import type { SuiteConfig } from './suite-settings.ts'

export type SuiteRole = Service['name']
export const suiteRoles: readonly SuiteRole[] = ['intake', 'rules', 'notifier']

export interface SuiteOptions extends SuiteLogOptions, Pick<ServiceDeps, 'random'> {
  /** Aborts when the process is to stop: a start still waiting for its log then gives up. */
  readonly stopping?: AbortSignal
  /**
   * The rules fold in threads of their own, so that they do not block other services of the
   * process. Default false.
   */
  readonly rulesThread?: boolean
}

export interface Suite {
  readonly url: string
  readonly secrets: Secrets
  readonly host: Host
  readonly log: FailingLog
}

/** What a service is made of. */
interface SuiteParts extends ServiceDeps {
  readonly config: SuiteConfig
  readonly log: FailingLog
  readonly model: ProcessModel
  /** Folder for the read models. */
  readonly viewsFolder: string
}

/**
 * Starts the services of the given roles on one port. It listens first and reports at /readyz what
 * it waits for. Resolves when the services have caught up; then `host.close()` ends everything in
 * order. Rejects if a role is taken, the log can't be opened or was created with another master
 * key, or a service can't run; everything opened is closed again.
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
  if (config.log === 'embedded') checkNoRestore(config.data)
  const secrets = openSecrets({
    dataDir: config.data,
    ownerKey: config.ownerKey,
    masterKey: config.masterKey,
    hasLog: config.log === 'embedded' && existsSync(logFile(config.data)),
    loopbackOnly: isLoopback(config.host),
    groupMayEnter: config.dataGroupMayEnter,
    random,
    warn: message => logger.warn(message)
  })
  const told = options.say === undefined ? {} : { say: options.say }
  const suiteLog = await openSuiteLog({ config, roles, clock, logger, metrics, ...told })
  const { log } = suiteLog
  const observeAppend = createAppendObserver(metrics)
  observeAppends(log, clock, observeAppend)
  opened.unshift(...suiteLog.closing)
  const control = new ControlView({ log, clock, logger, metrics })
  opened.unshift({ name: 'control', close: () => control.close() })
  const keyUse = new KeyUse({ log, control, clock, random, logger })
  opened.unshift({ name: 'key use', close: () => keyUse.close() })
  const inThread = options.rulesThread === true && roles.length > 1
  const viewsFolder = join(config.data, 'views')
  watchSuite(metrics, { data: config.data, viewsFolder, roles, clock })
  const readers = roles.filter(role => role !== 'rules')
  removeOldViews(viewsFolder, readers)
  const model = new ProcessModel({
    ...{ log, clock, logger, metrics },
    // Services that run alone may share the folder.
    ...(readers.length === 0 ? {} : { path: join(viewsFolder, `${readers.join('-')}.sqlite`) })
  })
  if (roles.includes('intake') && !roles.includes('notifier'))
    model.setAlertFold(new (await import('@tocsin/notifier/alerts/alert-index')).AlertIndex(model))
  opened.unshift({ name: 'read model', close: () => model.close() })
  const deps = {
    log,
    secrets,
    control,
    config,
    clock,
    random,
    logger,
    metrics,
    model,
    viewsFolder
  }
  // First: a thread loads while all else does.
  const threaded =
    inThread && roles.includes('rules')
      ? await makeRulesInThread({ ...deps, includeStats: suiteLog.includeStats, observeAppend })
      : null
  const services = await Promise.all(
    roles.map(role => (role === 'rules' && threaded) || makeService[role](deps))
  )
  const checkHealth = () => log.health()
  const thenClose = [...opened]
  const parts = { services, secrets, control, config, logger, clock, random, metrics }
  // The thread must end even if the host was never created.
  opened.unshift(...services.map(service => ({ name: service.name, close: () => service.close() })))
  const host = await buildHost({ ...parts, log, keyUse, health: checkHealth, thenClose })
  opened.splice(0, opened.length, { name: 'host', close: async () => void (await host.close()) })
  const url = await host.listen()
  await waitUntilOpened(options.stopping, suiteLog)
  await control.start()
  await claimLog({ log, control, secrets, clock })
  sayRestored(control.state, { logger, clock })
  await host.start()
  return { url, secrets, host, log }
}

/** Removes files of earlier versions, and those of services that now share one. */
function removeOldViews(folder: string, readers: readonly SuiteRole[]): void {
  const isOld = (name: string) =>
    name.includes('.snapshot') ||
    (readers.length > 1 && readers.some(role => name.startsWith(`${role}.sqlite`)))
  if (existsSync(folder))
    for (const name of readdirSync(folder).filter(isOld)) rmSync(join(folder, name))
}

/** Each service is loaded only if it runs. */
const makeService: Readonly<Record<SuiteRole, (deps: SuiteParts) => Promise<Service>>> = {
  intake: async deps => (await import('@tocsin/intake/intake-service')).createIntake(deps),
  rules: async deps => (await import('@tocsin/rules/rules-service')).createRules(deps),
  notifier: async deps => (await import('@tocsin/notifier/notifier-service')).createNotifier(deps)
}

async function makeRulesInThread(deps: SuiteParts & RulesThreadsDeps): Promise<Service> {
  return (await import('../rules-thread/rules-threads.ts')).createRulesInThreads(deps)
}
