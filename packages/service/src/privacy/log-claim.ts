// Checks that a process may run on this log: its master key and the topics must be those that the
// log was created with, and no copy into the log may be unfinished. The control log records them.

import { digest } from '@tocsin/contracts/json/digest'
import type { BegunTopic } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { EventLog } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlState } from '../control/control-state.ts'
import type { ControlView } from '../projection/control-view.ts'
import { type Secrets, SecretsError } from './secrets.ts'

class CopyUnfinishedError extends Error {
  override readonly name = 'CopyUnfinishedError'
  readonly code = 'log-copy-unfinished'
  readonly retryable = false
}

interface ClaimDeps {
  readonly log: EventLog
  /** Caught up. */
  readonly control: ControlView
  readonly secrets: Secrets
  readonly clock: Clock
}

/**
 * Number of attempts while the log does not answer, and the timeout of the process's own fold, ms.
 */
const attemptsMax = 20
const foldWaitMs = 10_000
const allTopics: readonly Topic[] = Object.values(topics)

/**
 * Records in a new log its master key and topics, once, and resolves when this process matches the
 * record. Rejects with `master-key-mismatch` for another key, `log-copy-unfinished` for an
 * incomplete copy, `log-replaced` if a topic was recreated, and `partitions-changed` if the number
 * of partitions differs.
 */
export async function claimLog(deps: ClaimDeps): Promise<void> {
  const { log, control, secrets, clock } = deps
  if (await isHalfCopied(control.state, log))
    throw new CopyUnfinishedError(
      'a copy into this log is unfinished, so this log is incomplete: run `tocsin log copy` again into an empty log'
    )
  const found = await listTopics(log)
  // All processes use the same ids: of concurrent first records one counts, and the others compare
  // themselves with it.
  if (control.state.masterKeyFingerprint === null) {
    await retry(() => checkControlIsThere(log), { clock, attemptsMax })
    await write(deps, digest('suite-begun'), found)
  }
  if (control.state.masterKeyFingerprint !== secrets.fingerprint)
    throw new SecretsError(
      'master-key-mismatch',
      'this log was created with another master key, so names, cursors and private texts would not match: give every process of the suite the TOCSIN_MASTER_KEY (and the TOCSIN_OWNER_KEY) of the first one, or the data folder that contains its master.key'
    )
  const unnamed = compare(control.state, found)
  if (unnamed.length === 0) return
  const names = unnamed.map(({ topic, epoch }) => `${topic} ${epoch}`)
  await write(deps, digest('suite-begun', ...names), unnamed)
  compare(control.state, await listTopics(log))
}

export async function isHalfCopied({ copies, copiesBegun }: ControlState, log: EventLog) {
  const epoch = await log.epoch(topics.control)
  return (
    copiesBegun.some(({ to }) => to === epoch) &&
    !copies.some(({ topic, to }) => topic === topics.control && to === epoch)
  )
}

/**
 * An empty control log beside other topics with records has been recreated. Checked last: a new log
 * gets its first record here.
 */
async function checkControlIsThere(log: EventLog): Promise<void> {
  const held: Topic[] = []
  for (const topic of allTopics)
    if (topic !== topics.control && (await log.state(topic)).some(({ end }) => end > 0n))
      held.push(topic)
  if (held.length === 0 || (await log.state(topics.control)).some(({ end }) => end > 0n)) return
  throw new EventLogError(
    'log-replaced',
    `${topics.control} is empty although ${held.join(', ')} ${held.length === 1 ? 'is' : 'are'} not: it was deleted and recreated. ${whatToDo.replaced}`
  )
}

const whatToDo = {
  replaced:
    'Its records are lost. Restore all topics from one backup, or start a new log beside them (another kafka.prefix or an empty data folder) and send the reports again',
  partitions:
    'Its keys would move to other partitions, and Kafka cannot remove partitions: restore all topics from one backup'
} as const

async function listTopics(log: EventLog): Promise<readonly BegunTopic[]> {
  return Promise.all(
    allTopics.map(async topic => ({
      topic,
      epoch: await log.epoch(topic),
      partitions: await log.partitionCount(topic)
    }))
  )
}

/** Returns the topics that are not recorded yet. Throws if one has changed. */
function compare(state: ControlState, found: readonly BegunTopic[]): readonly BegunTopic[] {
  for (const { topic, epoch, partitions } of found) {
    const begun = state.topics.get(topic)
    if (begun === undefined) continue
    // Snapshots are derived from the other topics: deleting them loses nothing.
    if (begun.epoch !== epoch && topic !== topics.snapshots)
      throw new EventLogError(
        'log-replaced',
        `${topic} is not the topic that this log was created with: it was deleted and recreated. ${whatToDo.replaced}`
      )
    if (begun.partitions !== partitions)
      throw new EventLogError(
        'partitions-changed',
        `${topic} has ${partitions} partitions, but this log was created with ${begun.partitions}. ${whatToDo.partitions}`
      )
  }
  return found.filter(({ topic }) => !state.topics.has(topic))
}

async function write(
  { log, control, secrets, clock }: ClaimDeps,
  id: string,
  named: readonly BegunTopic[]
): Promise<void> {
  const time = new Date(clock.nowMs()).toISOString()
  const data = { masterKeyFingerprint: secrets.fingerprint, topics: named }
  const envelope = { id, source: '/tocsin/service-kit', time, cause: null }
  const value = encodeRecord(envelope, { type: 'suite.begun', data })
  const record = { id, key: 'control', value }
  const [appended] = await retry(() => log.append(topics.control, [record]), { clock, attemptsMax })
  if (await control.waitForAppended(appended!, foldWaitMs)) return
  throw new EventLogError('log-unavailable', 'the control log was written but could not be read')
}
