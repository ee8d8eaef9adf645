// When each partition of the deliveries log reached which position, by the hour: enough to find
// what is older than some days.

import type { RecordPosition } from '@tocsin/event-log/port'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'

interface Mark {
  /**
   * Hour of the record at the position. Records up to the next mark have the same hour, or are less
   * than `slackHours` earlier.
   */
  readonly hour: number
  readonly position: bigint
}

const hourMs = 3_600_000
/** More than a year of marks; beyond that every other one is dropped. */
const marksMax = 10_000
/**
 * Records earlier than the last mark by more than this make a new mark: the clock of the last one
 * was ahead.
 */
const slackHours = 24

export class LogTimes implements SnapshotPart {
  readonly #marks = new Map<number, Mark[]>()

  /** Records are noted in the order of their partition. */
  note({ partition, position }: RecordPosition, time: string): void {
    const hour = Math.floor(Date.parse(time) / hourMs)
    const marks = this.#marks.get(partition)
    const last = marks?.at(-1)
    if (marks === undefined || last === undefined) this.#marks.set(partition, [{ hour, position }])
    else if (hour > last.hour || hour < last.hour - slackHours) {
      marks.push({ hour, position })
      if (marks.length > marksMax)
        this.#marks.set(
          partition,
          marks.filter((_, i) => i % 2 === 0)
        )
    }
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
    const marks = this.#marks.get(partition) ?? []
    this.#marks.set(
      partition,
      marks.filter(({ position }) => position >= before)
    )
  }

  capture(): Captured {
    const rows = [...this.#marks].map(([partition, marks]) => [
      partition,
      marks.map(({ hour, position }) => [hour, String(position)])
    ])
    return { rows }
  }

  restore(row: unknown): void {
    const [partition, marks] = row as [number, [number, string][]]
    this.#marks.set(
      partition,
      marks.map(([hour, position]) => ({ hour, position: BigInt(position) }))
    )
  }
}
