// Whether a process may run on this log: its master key must be the one that the log was begun with, and no copy into the log may be half done.

import { digest } from '@tocsin/contracts/digest'
import { encodeRecord } from '@tocsin/contracts/records'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from './control-view.ts'
import { type Secrets, SecretsError } from './secrets.ts'

/** The consumer whose cursor on the control log of a copy's target says that the copy was begun. */
export const copyConsumer = 'log-copy'

/** A copy from another log into this one has not ended. */
export class CopyUnfinishedError extends Error {
  override readonly name = 'CopyUnfinishedError'
  readonly code = 'log-copy-unfinished'
  readonly retryable = false
}

export interface ClaimOptions {
  readonly log: EventLog
  /** Caught up. */
  readonly control: ControlView
  readonly secrets: Secrets
  readonly clock: Clock
}

/** How often the log is asked that does not answer, and how long its own fold may take, ms. */
const attemptsMax = 20
const foldWaitMs = 10_000

/**
 * Says in the log, once, by which master key it is begun, and resolves when this process has that key.
 * Rejects with `master-key-mismatch` when it has another, and with `log-copy-unfinished` when the log is a part of another one.
 */
export async function claimLog(options: ClaimOptions): Promise<void> {
  await checkCopied(options)
  const { control, secrets } = options
  if (control.state.masterKeyFingerprint === null) await begin(options)
  if (control.state.masterKeyFingerprint === secrets.fingerprint) return
  throw new SecretsError(
    'master-key-mismatch',
    'this log was begun with another master key, so names, cursors and private texts would not fit: give every process of the suite the TOCSIN_MASTER_KEY (and the TOCSIN_OWNER_KEY) of the first one, or the data folder that holds its master.key'
  )
}

/** The id is the same for all: of several that begin at once the first record counts, and the others compare. */
async function begin({ log, control, secrets, clock }: ClaimOptions): Promise<void> {
  const id = digest('suite-begun')
  const time = new Date(clock.nowMs()).toISOString()
  const value = encodeRecord(
    { id, source: '/tocsin/service-kit', time, cause: null },
    { type: 'suite.begun', data: { masterKeyFingerprint: secrets.fingerprint } }
  )
  const [appended] = await persistently(clock, () => log.append(topics.control, [{ id, key: 'control', value }]))
  if (await control.waitForAppended(appended!, foldWaitMs)) return
  throw new EventLogError('log-unavailable', 'the control log was written and could not be read')
}

/** Tries until the log answers: a new cluster takes seconds to make what it keeps consumers' cursors in. */
async function persistently<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof EventLogError) || !error.retryable || attempt + 1 >= attemptsMax) throw error
      await clock.sleep(backoffMs(attempt))
    }
  }
}

async function checkCopied({ log, control, clock }: ClaimOptions): Promise<void> {
  if ((await persistently(clock, () => log.committed(copyConsumer, topics.control))) === null) return
  const epoch = await log.epoch(topics.control)
  if (control.state.copies.some(copy => copy.topic === topics.control && copy.to === epoch)) return
  throw new CopyUnfinishedError(
    'a copy into this log has not ended, so this log is a part of another one: run `tocsin log copy` with the same --from and --to again, or begin with an empty log'
  )
}
