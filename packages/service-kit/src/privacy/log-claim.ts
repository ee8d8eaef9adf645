// Whether a process may run on this log: its master key must be the one that the log was begun with, its topics must be those, and no copy into the
// log may be half done. What the log was begun with stands in its control log.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { BegunTopic } from '@tocsin/domain/control/control-record'
import type { ControlState } from '@tocsin/domain/control/control-state'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { EventLog } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlView } from '../projection/control-view.ts'
import { type Secrets, SecretsError } from './secrets.ts'

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
const allTopics: readonly Topic[] = Object.values(topics)

/**
 * Says in the log, once, by which master key and with which topics it is begun, and resolves when this process has that key and finds those topics.
 * Rejects with `master-key-mismatch` when it has another key, `log-copy-unfinished` when the log is a part of another one, `log-replaced` when a
 * topic was made anew, and `partitions-changed` when one has other partitions.
 */
export async function claimLog(options: ClaimOptions): Promise<void> {
  const { log, control, secrets } = options
  if (await isHalfCopied(control.state, log)) throw copyUnfinished()
  if (control.state.masterKeyFingerprint === null) await begin(options)
  if (control.state.masterKeyFingerprint !== secrets.fingerprint)
    throw new SecretsError(
      'master-key-mismatch',
      'this log was begun with another master key, so names, cursors and private texts would not fit: give every process of the suite the TOCSIN_MASTER_KEY (and the TOCSIN_OWNER_KEY) of the first one, or the data folder that holds its master.key'
    )
  const unnamed = compare(control.state, await topicsOf(log))
  if (unnamed.length === 0) return
  await write(options, digest('suite-begun', ...unnamed.map(({ topic, epoch }) => `${topic} ${epoch}`)), unnamed)
  compare(control.state, await topicsOf(log))
}

/** True where a copy into this log was begun and has not ended. */
export async function isHalfCopied({ copies, copiesBegun }: Pick<ControlState, 'copies' | 'copiesBegun'>, log: EventLog) {
  const epoch = await log.epoch(topics.control)
  return copiesBegun.some(({ to }) => to === epoch) && !copies.some(({ topic, to }) => topic === topics.control && to === epoch)
}

function copyUnfinished(): CopyUnfinishedError {
  return new CopyUnfinishedError(
    'a copy into this log has not ended, so this log is a part of another one: run `tocsin log copy` with the same --from and --to again, or begin with an empty log'
  )
}

/** The id is the same for all: of several that begin at once the first record counts, and the others compare. */
async function begin(options: ClaimOptions): Promise<void> {
  await retry(() => checkControlIsThere(options.log), { clock: options.clock, attemptsMax })
  await write(options, digest('suite-begun'), await topicsOf(options.log))
}

/** A control log that holds nothing, beside others that do, is another one. Looked at last: who begins writes there before anywhere else. */
async function checkControlIsThere(log: EventLog): Promise<void> {
  const held: Topic[] = []
  for (const topic of allTopics)
    if (topic !== topics.control && (await log.state(topic)).some(({ end }) => end > 0n)) held.push(topic)
  if (held.length === 0 || (await log.state(topics.control)).some(({ end }) => end > 0n)) return
  throw new EventLogError(
    'log-replaced',
    `${topics.control} holds nothing, and ${held.join(', ')} ${held.length === 1 ? 'does' : 'do'}: it was deleted and made anew. ${whatToDo.replaced}`
  )
}

const whatToDo = {
  replaced:
    'What it held is gone. Restore the topics from a backup, all of one time, or begin a new log beside them (another kafka.prefix or an empty data folder) and send the reports again',
  partitions:
    'Its keys would lie elsewhere from now on, and Kafka cannot take partitions away: copy the log into a new one, `tocsin log copy --from LOG --to NEWLOG --partitions'
} as const

async function topicsOf(log: EventLog): Promise<readonly BegunTopic[]> {
  return Promise.all(
    allTopics.map(async topic => ({ topic, epoch: await log.epoch(topic), partitions: await log.partitionCount(topic) }))
  )
}

/** Returns the topics that the log says nothing of yet. Throws for one that is not what it was. */
function compare(state: ControlState, found: readonly BegunTopic[]): readonly BegunTopic[] {
  for (const { topic, epoch, partitions } of found) {
    const begun = state.topics.get(topic)
    if (begun === undefined) continue
    // Snapshots are made from the other topics: to delete them loses nothing.
    if (begun.epoch !== epoch && topic !== topics.snapshots)
      throw new EventLogError(
        'log-replaced',
        `${topic} is not the one that this log was begun with: it was deleted and made anew. ${whatToDo.replaced}`
      )
    if (begun.partitions !== partitions)
      throw new EventLogError(
        'partitions-changed',
        `${topic} has ${partitions} partitions, and this log was begun with ${begun.partitions}. ${whatToDo.partitions} ${begun.partitions}\``
      )
  }
  return found.filter(({ topic }) => !state.topics.has(topic))
}

async function write({ log, control, secrets, clock }: ClaimOptions, id: string, named: readonly BegunTopic[]): Promise<void> {
  const time = new Date(clock.nowMs()).toISOString()
  const value = encodeRecord(
    { id, source: '/tocsin/service-kit', time, cause: null },
    { type: 'suite.begun', data: { masterKeyFingerprint: secrets.fingerprint, topics: named } }
  )
  const record = { id, key: 'control', value }
  const [appended] = await retry(() => log.append(topics.control, [record]), { clock, attemptsMax })
  if (await control.waitForAppended(appended!, foldWaitMs)) return
  throw new EventLogError('log-unavailable', 'the control log was written and could not be read')
}
