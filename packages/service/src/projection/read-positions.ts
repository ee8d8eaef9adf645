// Read your own writes, at any instance: a write answers with a sealed position, and a request that
// brings it waits until everything that the position covers is folded here, or is answered that it
// is not yet.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { makeCursorBehind } from '@tocsin/event-log/cursor'
import type { Cursor, EventLog, RecordPosition } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlView } from './control-view.ts'
import { translateCursor } from './copied-cursor.ts'
import { openCursor, sealCursor } from './sealed-cursor.ts'
import { namesEpoch } from './short-epoch.ts'

export const positionHeader = 'tocsin-cursor'
/**
 * How long a request waits for a position, and a write until it is read back, ms. Source:
 * formats.md#cursors.
 */
export const readWaitMs = 2_000

export interface ReadPositionsOptions {
  readonly log: Pick<EventLog, 'epoch' | 'partitionCount'>
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly control: Pick<ControlView, 'state' | 'waitFor'>
  /** The suite's secret for `cursor`. */
  readonly key: Buffer
  /**
   * By topic: true once what the cursor covers is folded here, false after the timeout. Other
   * topics are not waited for.
   */
  readonly waits: {
    readonly [T in Topic]?: (cursor: Cursor, timeoutMs: number) => Promise<boolean>
  }
}

export class ReadPositions {
  readonly #options: ReadPositionsOptions

  constructor(options: ReadPositionsOptions) {
    this.#options = options
  }

  /** The sealed position after an appended record. */
  behind(topic: Topic, place: RecordPosition): Promise<string> {
    const { log, key } = this.#options
    return sealedBehind(log, key, topic, place)
  }

  /** The sealed position after several of one topic; null: there are none. */
  async behindAll(topic: Topic, places: readonly RecordPosition[]): Promise<string | null> {
    const { log, key } = this.#options
    return places.length === 0 ? null : sealedBehindAll(log, key, topic, places)
  }

  /**
   * Resolves once everything that the position covers is folded; immediately without one. Throws
   * ProblemError `cursor-invalid` for a foreign position and `projection-behind` after two seconds.
   * /
   */
  async reach(header: string | readonly string[] | undefined): Promise<void> {
    if (header === undefined) return
    const { key, clock, control } = this.#options
    const opened = openCursor(key, String(header))
    if (!opened.ok)
      throw new ProblemError(
        'cursor-invalid',
        `The header ${positionHeader} contains no cursor of this suite.`
      )
    const endMs = clock.monotonicMs() + readWaitMs
    for (const held of opened.content.cursors) {
      const named = translateCursor(control.state, held)
      const cursor = { ...named, epoch: await this.#options.log.epoch(named.topic) }
      if (!(await this.#isInThisLog(named)))
        throw new ProblemError(
          'cursor-invalid',
          `The header ${positionHeader} contains a cursor of another log.`
        )
      if (!(await this.#isFolded(cursor, Math.max(0, endMs - clock.monotonicMs()))))
        throw new ProblemError(
          'projection-behind',
          'The records before this cursor are not folded here yet. Try again.',
          {
            retryAfterS: 1
          }
        )
    }
  }

  async #isInThisLog({ topic, epoch, positions }: Cursor): Promise<boolean> {
    const { log } = this.#options
    return (
      namesEpoch(epoch, await log.epoch(topic)) &&
      positions.length === (await log.partitionCount(topic))
    )
  }

  async #isFolded(cursor: Cursor, timeoutMs: number): Promise<boolean> {
    const { control, waits } = this.#options
    if (cursor.topic === topics.control) return control.waitFor(cursor, timeoutMs)
    return (await waits[cursor.topic]?.(cursor, timeoutMs)) ?? true
  }
}

/**
 * The sealed position after a record, and of no other partition: a read that brings it sees at
 * least that record.
 */
export function sealedBehind(
  log: ReadPositionsOptions['log'],
  key: Buffer,
  topic: Topic,
  place: RecordPosition
): Promise<string> {
  return sealedBehindAll(log, key, topic, [place])
}

async function sealedBehindAll(
  log: ReadPositionsOptions['log'],
  key: Buffer,
  topic: Topic,
  places: readonly RecordPosition[]
): Promise<string> {
  return sealCursor(key, {
    cursors: [
      makeCursorBehind(topic, await log.epoch(topic), await log.partitionCount(topic), places)
    ]
  })
}
