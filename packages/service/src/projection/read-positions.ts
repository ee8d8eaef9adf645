// Read your own writes, at any instance: a write answers with a sealed position, and a request that
// brings it waits until everything that the position covers is folded here, or is answered that it
// is not yet.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { makeCursorBehind } from '@tocsin/event-log/cursor'
import type { Cursor, EventLog, RecordPosition } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlView } from './control-view.ts'
import { namesEpoch, translateCursor } from './epochs.ts'
import { openCursor, sealCursor } from './sealed-cursor.ts'

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

  behind(topic: Topic, ...places: readonly RecordPosition[]): Promise<string> {
    const { log, key } = this.#options
    return sealBehind(log, key, topic, places)
  }

  /**
   * Resolves once everything that the position covers is folded; immediately without one. Throws
   * ProblemError `cursor-invalid` for a foreign position and `projection-behind` after two seconds.
   * /
   */
  async reach(header: string | readonly string[] | undefined): Promise<void> {
    if (header === undefined) return
    const { log, key, clock, control, waits } = this.#options
    const opened = openCursor(key, String(header))
    if (!opened.ok)
      throw new ProblemError(
        'cursor-invalid',
        `The header ${positionHeader} contains no cursor of this suite.`
      )
    const endMs = clock.monotonicMs() + readWaitMs
    for (const held of opened.content.cursors) {
      const named = translateCursor(control.state, held)
      const cursor = { ...named, epoch: await log.epoch(named.topic) }
      const isOfThisLog =
        namesEpoch(named.epoch, cursor.epoch) &&
        named.positions.length === (await log.partitionCount(named.topic))
      if (!isOfThisLog)
        throw new ProblemError(
          'cursor-invalid',
          `The header ${positionHeader} contains a cursor of another log.`
        )
      const { topic } = cursor
      const wait = topic === topics.control ? control.waitFor.bind(control) : waits[topic]
      if ((await wait?.(cursor, Math.max(0, endMs - clock.monotonicMs()))) === false)
        throw new ProblemError(
          'projection-behind',
          'The records before this cursor are not folded here yet. Try again.',
          { retryAfterS: 1 }
        )
    }
  }
}

/**
 * The sealed position after records, and of no other partition: a read that brings it sees at least
 * those records.
 */
export async function sealBehind(
  log: ReadPositionsOptions['log'],
  key: Buffer,
  topic: Topic,
  places: readonly RecordPosition[]
): Promise<string> {
  const [epoch, partitions] = [await log.epoch(topic), await log.partitionCount(topic)]
  return sealCursor(key, { cursors: [makeCursorBehind(topic, epoch, partitions, places)] })
}
