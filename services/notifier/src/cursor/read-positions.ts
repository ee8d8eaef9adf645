// Read your own writes: a write answers with a sealed position, and a read that brings it waits until everything that follows
// from it is folded here, or answers that it is not yet.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { Appended, Cursor, EventLog } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import { RulesProgress } from '@tocsin/service-kit/projection/rules-progress'
import { openCursor, sealCursor } from '@tocsin/service-kit/projection/sealed-cursor'
import type { Projection } from '../projection/projection.ts'

export const positionHeader = 'tocsin-cursor'
/** How long a read waits for a requested position, ms. Source: formats.md#cursors. */
export const readWaitMs = 2_000

export interface ReadPositionsDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly control: ControlView
  readonly projection: Projection
  readonly key: Buffer
}

export class ReadPositions {
  readonly #deps: ReadPositionsDeps
  readonly #progress: RulesProgress

  constructor(deps: ReadPositionsDeps) {
    this.#deps = deps
    this.#progress = new RulesProgress(deps)
  }

  /** The sealed position after an appended record. */
  async behind(topic: Topic, { partition, position }: Pick<Appended, 'partition' | 'position'>): Promise<string> {
    const { log, key } = this.#deps
    const epoch = await log.epoch(topic)
    const count = await log.partitionCount(topic)
    const positions = Array.from({ length: count }, (_, i) => (i === partition ? position + 1n : 0n))
    return sealCursor(key, { cursors: [{ topic, epoch, positions }] })
  }

  /**
   * Resolves once everything that follows from the position is folded; immediately without one. Throws ProblemError
   * `cursor-invalid` for a foreign position and `projection-behind` after two seconds.
   */
  async reach(text: string | undefined): Promise<void> {
    if (text === undefined) return
    const opened = openCursor(this.#deps.key, text)
    if (!opened.ok) throw new ProblemError('cursor-invalid', `The ${positionHeader} header is not one of ours.`)
    const endMs = this.#deps.clock.monotonicMs() + readWaitMs
    for (const cursor of opened.position.cursors) {
      if (!(await this.#reachOne(translateCursor(this.#deps.control.state, cursor), endMs))) {
        throw new ProblemError('projection-behind', 'What this position covers is not folded yet. Ask again.', { retryAfterS: 1 })
      }
    }
  }

  async #reachOne(cursor: Cursor, endMs: number): Promise<boolean> {
    const { log, clock, control, projection } = this.#deps
    const leftMs = () => Math.max(0, endMs - clock.monotonicMs())
    if (cursor.epoch !== (await log.epoch(cursor.topic))) {
      throw new ProblemError('cursor-invalid', `The ${positionHeader} header is of another log.`)
    }
    switch (cursor.topic) {
      case topics.control:
        return control.waitFor(cursor, leftMs())
      case topics.alerts:
        return projection.views.alerts.waitFor(cursor, leftMs())
      case topics.assembly:
        return projection.views.assembly.waitFor(cursor, leftMs())
      case topics.incidents:
        return (
          (await projection.views.incidents.waitFor(cursor, leftMs())) &&
          (await this.#progress.outputIsFollowed(cursor, projection.views, leftMs()))
        )
      default:
        return true
    }
  }
}
