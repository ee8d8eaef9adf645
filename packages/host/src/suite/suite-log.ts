// The log of a suite as configured: the embedded one of the data folder, each role locked by one
// process, or a Kafka cluster, which may be unreachable when the process starts.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { type HeldRole, holdRole } from '@tocsin/event-log/embedded/role-lock'
import type { Service } from '@tocsin/service/process/service'
import type { SuiteLog, SuiteLogOptions } from './opened-log.ts'
import { commitObserver } from './suite-metrics.ts'

/** Opens the log, or starts to. Rejects if a role is taken or the log is unusable. */
export async function openSuiteLog(options: SuiteLogOptions): Promise<SuiteLog> {
  if (options.config.log === 'kafka')
    return (await import('./kafka-suite-log.ts')).openKafkaSuiteLog(options)
  return openEmbedded(options)
}

async function openEmbedded({
  config,
  roles,
  clock,
  logger,
  metrics
}: SuiteLogOptions): Promise<SuiteLog> {
  const held = takeRoles(config.data, roles)
  try {
    const log = await openEmbeddedLog({
      dataDir: config.data,
      ...(config.partitions === 0 ? {} : { partitions: config.partitions }),
      clock,
      onCommit: commitObserver(metrics),
      onBackgroundFailure: detail => logger.error({ detail }, 'the log')
    })
    const closing = [
      { name: 'log', close: () => log.close() },
      { name: 'roles', close: async () => releaseRoles(held) }
    ]
    return { log, opened: Promise.resolve(), closing, includeStats() {} }
  } catch (error) {
    releaseRoles(held)
    throw error
  }
}

/** Claims roles on a data folder, all or none. Throws `owner-present`. */
export function takeRoles(dataDir: string, roles: readonly Service['name'][]): readonly HeldRole[] {
  const held: HeldRole[] = []
  try {
    for (const role of roles) held.push(holdRole(dataDir, role))
    return held
  } catch (error) {
    releaseRoles(held)
    throw error
  }
}

export function releaseRoles(held: readonly HeldRole[]): void {
  for (const role of held) role.release()
}
