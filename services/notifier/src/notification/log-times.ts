// When each partition of the deliveries log reached which position, by the hour: enough to find
// what is older than some days. Each row of the table is a mark: records up to the next one have the
// same hour, or are less than `slackHours` earlier.

import type { RecordPosition } from '@tocsin/event-log/port'
import type { ReadModel } from '@tocsin/read-model/read-model'

const hourMs = 3_600_000
/**
 * Records earlier than the last mark by more than this make a new mark: the clock of the last one
 * was ahead.
 */
const slackHours = 24

function openStatements(model: ReadModel) {
  return {
    last: model.prepare(
      'select hour from delivery_time where partition = ? order by position desc limit 1'
    ),
    put: model.prepare('insert or replace into delivery_time values(?, ?, ?)'),
    before: model.prepare(`select max(position) as position from delivery_time
      where partition = :partition and hour <= :now and position < coalesce(
        (select min(position) from delivery_time
          where partition = :partition and hour <= :now and hour > :hour),
        ${Number.MAX_SAFE_INTEGER})`),
    newest: model.prepare(`select max(hour) as hour from delivery_time as mark
      where position = (select max(position) from delivery_time where partition = mark.partition)`),
    forget: model.prepare('delete from delivery_time where partition = ? and position < ?')
  }
}

export class LogTimes {
  readonly #marks: ReturnType<typeof openStatements>
  /** Of the last mark, by partition. */
  readonly #lastHours = new Map<number, number>()

  constructor(model: ReadModel) {
    this.#marks = openStatements(model)
  }

  /** Records are noted in the order of their partition. */
  note({ partition, position }: RecordPosition, time: string): void {
    const hour = Math.floor(Date.parse(time) / hourMs)
    const last = this.#findLastHour(partition)
    if (last !== null && hour <= last && hour >= last - slackHours) return
    this.#lastHours.set(partition, hour)
    this.#marks.put.run(partition, position, hour)
  }

  /**
   * Everything before the position is older than the time, by its writers' clocks; 0 if no such
   * position is known. A mark later than `nowMs` is from a clock that was ahead, and is ignored.
   */
  before(partition: number, timeMs: number, nowMs: number): bigint {
    const [hour, now] = [timeMs, nowMs].map(ms => Math.floor(ms / hourMs)) as [number, number]
    const found = this.#marks.before.get({ partition, hour, now })
    return BigInt(Number(found?.position ?? 0))
  }

  /** About the time of the newest record, by its writer's clock, ms; null without one. */
  newestMs(): number | null {
    const hour = this.#marks.newest.get()?.hour ?? null
    return hour === null ? null : (Number(hour) + 1) * hourMs
  }

  /** The records before were removed. */
  forget(partition: number, before: bigint): void {
    this.#marks.forget.run(partition, before)
    this.#lastHours.delete(partition)
  }

  #findLastHour(partition: number): number | null {
    const known = this.#lastHours.get(partition)
    if (known !== undefined) return known
    const hour = this.#marks.last.get(partition)?.hour ?? null
    if (hour !== null) this.#lastHours.set(partition, Number(hour))
    return hour === null ? null : Number(hour)
  }
}
