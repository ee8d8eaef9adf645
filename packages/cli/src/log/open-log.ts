// Opens a log by its location for a command: to inspect it, or as source or target of a copy. A
// suite opens its own (suite-log.ts).

import { existsSync } from 'node:fs'
import { logFile, openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { openKafka } from '@tocsin/host/kafka/kafka-log-by-settings'
import { releaseRoles, takeRoles } from '@tocsin/host/suite/suite-log'
import { type SuiteConfig, suiteSettings } from '@tocsin/host/suite/suite-settings'
import { systemClock } from '@tocsin/service/process/clock'
import { configFile } from '@tocsin/service/process/run-service'
import { readConfig } from '@tocsin/service/settings/settings'
import { CommandError } from '../terminal/output.ts'
import type { LogLocation } from './log-location.ts'

export interface OpenLogOptions {
  readonly env: NodeJS.ProcessEnv
  /** Creates missing topics with these partition counts; null = opens only an existing log. */
  readonly make: Readonly<Partial<Record<Topic, number>>> | null
}

/**
 * Opens a log that no suite uses. On a data folder its roles are locked until it is closed. Rejects
 * with CommandError if there is none, with `owner-present` while a suite runs on it, and with the
 * log's errors.
 */
export async function openLogAt(location: LogLocation, options: OpenLogOptions): Promise<EventLog> {
  return location.kind === 'embedded'
    ? openFolder(location.dataDir, options)
    : openCluster(location, options)
}

async function openFolder(dataDir: string, { make }: OpenLogOptions): Promise<EventLog> {
  if (make === null && !existsSync(logFile(dataDir)))
    throw new CommandError(`there is no log in ${dataDir}`)
  const held = takeRoles(dataDir, ['intake', 'rules', 'notifier'])
  try {
    const log = await openEmbeddedLog({
      dataDir,
      clock: systemClock,
      ...(make === null ? {} : { partitions: make })
    })
    const close = log.close.bind(log)
    return Object.assign(log, {
      async close() {
        await close()
        releaseRoles(held)
      }
    })
  } catch (error) {
    releaseRoles(held)
    throw error
  }
}

function openCluster(
  location: LogLocation & { kind: 'kafka' },
  { env, make }: OpenLogOptions
): Promise<EventLog> {
  return openKafka(makeConfig(location, env), { partitions: make, createTopics: make !== null })
}

/** Creates the missing topics as configured, and checks all. Rejects with the log's errors. */
export async function makeTopics(
  location: LogLocation & { kind: 'kafka' },
  env: NodeJS.ProcessEnv,
  onWarning: (warning: string) => void
): Promise<void> {
  const config = makeConfig(location, env)
  const partitions = config.partitions === 0 ? null : config.partitions
  const log = await openKafka(config, { partitions, createTopics: true, onWarning })
  await log.close()
}

/** The settings of environment and file, with brokers and prefix from the location. */
function makeConfig(
  { brokers, prefix }: LogLocation & { kind: 'kafka' },
  env: NodeJS.ProcessEnv
): SuiteConfig {
  const origin = 'the location'
  const overrides = [
    { key: 'brokers', value: brokers, origin },
    { key: 'kafka.prefix', value: prefix, origin }
  ]
  return readConfig(suiteSettings, { file: configFile(env.TOCSIN_CONFIG), env, overrides }).values
}
