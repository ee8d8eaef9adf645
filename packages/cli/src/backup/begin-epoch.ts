// The new epoch of a log that an older copy took the place of. The record comes first: killed in
// between, the log says at its start that it is not the one of its record, and the command can run
// again.

import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { digest } from '@tocsin/contracts/json/digest'
import type { CopiedTopic } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { renewEpoch } from '@tocsin/event-log/embedded/copied-log'
import { LogReader } from '@tocsin/event-log/embedded/log-reader'
import type { EventLog } from '@tocsin/event-log/port'
import { cleanupOf, topics } from '@tocsin/event-log/topics'
import { readPublicEpoch } from '@tocsin/service/projection/epochs'
import { openLogAt } from '../log/open-log.ts'

export interface BegunEpoch {
  /** As webhooks and heartbeats carry it. */
  readonly epoch: string
  /** When the copy was made, ISO 8601; null: unknown. */
  readonly takenAt: string | null
  readonly restoredAt: string
}

export interface EpochOptions {
  readonly dataDir: string
  /** Null: that of the newest record. */
  readonly takenAt: string | null
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
}

/** Begins a new epoch. Rejects with `owner-present` while a suite runs, and with the log's errors. */
export async function beginEpoch(options: EpochOptions): Promise<BegunEpoch> {
  const { dataDir, env, clock } = options
  const takenAt = options.takenAt ?? findNewest(dataDir)
  const to = randomBytes(8).toString('hex')
  const restoredAt = new Date(clock.nowMs()).toISOString()
  const log = await openLogAt({ kind: 'embedded', dataDir }, { env, make: null })
  try {
    const data = { topics: await mapTopics(log, to), takenAt }
    const id = digest('log-restored', to)
    const value = encodeRecord(
      { id, source: '/tocsin/cli', time: restoredAt, cause: null },
      { type: 'log.restored', data }
    )
    await log.append(topics.control, [{ id, key: 'control', value }])
  } finally {
    await log.close()
  }
  renewEpoch(dataDir, to)
  // Computed from what is lost too.
  rmSync(join(dataDir, 'views'), { recursive: true, force: true })
  return { epoch: readPublicEpoch({ epoch: to }), takenAt, restoredAt }
}

/** Up to the end of the copy cursors of the old epoch mean the same. */
function mapTopics(log: EventLog, to: string): Promise<readonly CopiedTopic[]> {
  return Promise.all(
    Object.values(topics).map(async topic => {
      const states = await log.state(topic)
      const ends = cleanupOf[topic] === 'compacted' ? null : states.map(({ end }) => String(end))
      return { topic, from: await log.epoch(topic), to, ends, partitions: states.length }
    })
  )
}

function findNewest(dataDir: string): string | null {
  const reader = new LogReader(dataDir)
  try {
    const written = reader
      .topics()
      .flatMap(topic =>
        reader.state(topic).map(({ partition }) => reader.figures(topic, partition).lastWrittenMs)
      )
      .filter(ms => ms !== null)
    return written.length === 0 ? null : new Date(Math.max(...written)).toISOString()
  } finally {
    reader.close()
  }
}
