// A data folder that a backup is put into: nothing starts before that is done, and afterwards the
// log says at each start what is missing.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EventLogError } from '@tocsin/event-log/errors'
import type { ControlState } from '@tocsin/service/control/control-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'

/** Folder inside the data folder, while a restore prepares what it puts there. */
export const restoringName = 'restoring'
/** For so long the loss may still need somebody's attention, ms. */
const restoredLatelyMs = 7 * 24 * 3_600_000

/** Throws `log-unavailable` if a restore was interrupted: the folder may be empty or mixed. */
export function checkNoRestore(dataDir: string): void {
  const folder = join(dataDir, restoringName)
  if (!existsSync(folder)) return
  throw new EventLogError(
    'log-unavailable',
    `a restore into ${dataDir} is not finished: run tocsin restore again. If nothing else is in that folder, you may remove ${folder} instead`
  )
}

/** Says that the log was put back from an older copy; for a week as a warning. */
export function sayRestored(
  { restored }: ControlState,
  { logger, clock }: Pick<ServiceDeps, 'logger' | 'clock'>
): void {
  if (restored === null) return
  const { at, takenAt } = restored
  const level = clock.nowMs() - Date.parse(at) < restoredLatelyMs ? 'warn' : 'info'
  logger[level](
    { restoredAt: at, copyTakenAt: takenAt },
    'the log was restored from an older copy: what came after the copy is lost, and webhooks count from 1 again in a new epoch'
  )
}
