// When each partition of the deliveries log reached which position, by the hour: enough to find
// what is older than some days.

import type { RecordPosition } from '@tocsin/event-log/port'
import type { ReadModel } from '@tocsin/read-model/read-model'

interface Mark {
  /**
   * Hour of the record at the position. Records up to the next mark have the same hour, or are less
   * than `slackHours` earlier.
   */
  readonly hour: number
  readonly position: bigint
}

const hourMs = 3_600_000
/**
 * Records earlier than the last mark by more than this make a new mark: the clock of the last one
 * was ahead.
 */
const slackHours = 24

export class LogTimes {
  readonly #model: ReadModel
  readonly #marks = new Map<number, Mark[]>()

  constructor(model: ReadModel) {
    this.#model = model
  }

  /** Reads what the table has. */
  load(): void {
    const list = this.#model.prepare('select * from delivery_time order by partition, position')
    for (const { partition, position, hour } of list.all())
      this.#marksIn(Number(partition)).push({
        hour: Number(hour),
        position: BigInt(Number(position))
      })
  }

  /** Records are noted in the order of their partition. */
  note({ partition, position }: RecordPosition, time: string): void {
    const hour = Math.floor(Date.parse(time) / hourMs)
    const marks = this.#marksIn(partition)
    const last = marks.at(-1)
    if (last !== undefined && hour <= last.hour && hour >= last.hour - slackHours) return
    marks.push({ hour, position })
    this.#model
      .prepare('insert or replace into delivery_time values(?, ?, ?)')
      .run(partition, position, hour)
  }

  /**
   * Everything before the position is older than the time, by its writers' clocks; 0 if no such
   * position is known. A mark later than `nowMs` is from a clock that was ahead, and is ignored.
   */
  before(partition: number, timeMs: number, nowMs: number): bigint {
    const marks = (this.#marks.get(partition) ?? []).filter(({ hour }) => hour * hourMs <= nowMs)
    const newer = marks.findIndex(({ hour }) => hour * hourMs > timeMs)
    return (newer === -1 ? marks.at(-1) : marks[newer - 1])?.position ?? 0n
  }

  /** About the time of the newest record, by its writer's clock, ms; null without one. */
  newestMs(): number | null {
    const hours = [...this.#marks.values()].flatMap(marks => marks.at(-1)?.hour ?? [])
    return hours.length === 0 ? null : (Math.max(...hours) + 1) * hourMs
  }

  /** The records before were removed. */
  forget(partition: number, before: bigint): void {
    const marks = this.#marksIn(partition).filter(({ position }) => position >= before)
    this.#marks.set(partition, marks)
    this.#model
      .prepare('delete from delivery_time where partition = ? and position < ?')
      .run(partition, before)
  }

  #marksIn(partition: number): Mark[] {
    const marks = this.#marks.get(partition) ?? []
    this.#marks.set(partition, marks)
    return marks
  }
}
