// By which position each partition of the deliveries log had reached which hour: enough to find what
// is older than some days. Each row of the table is the first record of its hour.

import type { RecordPosition } from '@tocsin/event-log/port'
import type { ReadModel } from '@tocsin/read-model/read-model'

const hourMs = 3_600_000
const findHour = (ms: number) => Math.floor(ms / hourMs)

export class LogTimes {
  readonly #model: ReadModel
  /** Of the last record, by partition. */
  readonly #lastHours = new Map<number, number>()

  constructor(model: ReadModel) {
    this.#model = model
  }

  /** Records are noted in the order of their partition. */
  note({ partition, position }: RecordPosition, time: string): void {
    const hour = findHour(Date.parse(time))
    if (this.#lastHours.get(partition) === hour) return
    this.#lastHours.set(partition, hour)
    const put = this.#model.prepare('insert or ignore into delivery_time values(?, ?, ?)')
    put.run(partition, hour, position)
  }

  /**
   * Everything before the position is older than the time, by its writers' clocks; 0 if no such
   * position is known. An hour later than `nowMs` is from a clock that was ahead, and is ignored.
   */
  before(partition: number, timeMs: number, nowMs: number): bigint {
    const find = this.#model.prepare(
      `select coalesce(min(position) filter(where hour >= ?), max(position)) as found
       from delivery_time where partition = ? and hour <= ?`
    )
    const found = find.get(findHour(timeMs), partition, findHour(nowMs))?.found
    return BigInt(Number(found ?? 0))
  }

  /** About the time of the newest record, by its writer's clock, ms; null without one. */
  newestMs(): number | null {
    const newest = this.#model.prepare(`select max(hour) as hour from delivery_time as one
      where position = (select max(position) from delivery_time where partition = one.partition)`)
    const hour = newest.get()?.hour ?? null
    return hour === null ? null : (Number(hour) + 1) * hourMs
  }

  /** The records before were removed. */
  forget(partition: number, before: bigint): void {
    this.#model
      .prepare('delete from delivery_time where partition = ? and position < ?')
      .run(partition, before)
    this.#lastHours.delete(partition)
  }
}
