// The log of a suite as its settings name it: the embedded one of the data folder, whose roles are held by one process each, or a Kafka cluster, which
// may still be away when the process starts.

import type { Clock } from '@tocsin/domain/ports'
import type { FailingLog } from '@tocsin/event-log/awaited-log'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { type HeldRole, holdRole } from '@tocsin/event-log/embedded/role-lock'
import type { ClosingStep } from '@tocsin/service-kit/process/closing'
import type { Service } from '@tocsin/service-kit/process/service'
import type { Logger } from '@tocsin/service-kit/telemetry/logger'
import type { Registry } from 'prom-client'
import type { SuiteConfig } from './suite-settings.ts'

export interface SuiteLogOptions {
  readonly config: SuiteConfig
  readonly roles: readonly Service['name'][]
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Registry
  /** Where a person may be looking: told in sentences of what is waited for. */
  readonly say?: (sentence: string) => void
}

export interface SuiteLog {
  readonly log: FailingLog
  /** Resolves when the log answers. Rejects when it refuses, or did not answer in the time that the settings give it. */
  readonly opened: Promise<void>
  /** In this order, after all that uses the log. */
  readonly closing: readonly ClosingStep[]
}

/** Opens the log, or begins to. Rejects when a role is taken or the log can't be used at all. */
export async function openSuiteLog(options: SuiteLogOptions): Promise<SuiteLog> {
  if (options.config.log === 'kafka') return (await import('./kafka-suite-log.ts')).openKafkaSuiteLog(options)
  return openEmbedded(options)
}

async function openEmbedded({ config, roles, clock, logger }: SuiteLogOptions): Promise<SuiteLog> {
  const held = takeRoles(config.data, roles)
  try {
    const log = await openEmbeddedLog({
      dataDir: config.data,
      ...(config.partitions === 0 ? {} : { partitions: config.partitions }),
      clock,
      onBackgroundFailure: detail => logger.error({ detail }, 'the log')
    })
    const closing = [
      { name: 'log', close: () => log.close() },
      { name: 'roles', close: async () => release(held) }
    ]
    return { log, opened: Promise.resolve(), closing }
  } catch (error) {
    release(held)
    throw error
  }
}

/** Takes roles on a data folder, all or none. Throws `owner-present`. */
export function takeRoles(dataDir: string, roles: readonly Service['name'][]): readonly HeldRole[] {
  const held: HeldRole[] = []
  try {
    for (const role of roles) held.push(holdRole(dataDir, role))
    return held
  } catch (error) {
    release(held)
    throw error
  }
}

export function release(held: readonly HeldRole[]): void {
  for (const role of held) role.release()
}
