// Now in each theatre: the wall clock of intake, unless the theatre's last tick says that the clock
// is wrong; for a replayed theatre its last tick.

import { beforeAllTime, type TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { ControlState } from '@tocsin/service-kit/control/control-state'
import type { Captured, SnapshotPart } from '@tocsin/service-kit/snapshot/snapshot-state'
import { type ClockStanding, judgeClock } from '@tocsin/service-kit/theatre/clock-standing'

/** Most reports that wait for the first tick of one theatre; further ones are told to retry. */
const waitingMax = 50

export class TheatreTime implements SnapshotPart {
  readonly #lastTicks = new Map<string, string>()
  /** Reports that wait for a theatre's first tick. */
  readonly #waiting = new Map<string, Set<() => void>>()

  /**
   * Applies a record of the incidents log: only ticks, and officers' actions that set the time,
   * count. A tick that is not later than the last is ignored.
   */
  apply(record: TheatreRecord): void {
    const isSet = record.type === 'clock.set'
    if (!isSet && (record.type !== 'clock.ticked' || record.data.to === beforeAllTime)) return
    if (isSet || record.data.to > (this.#lastTicks.get(record.theatre) ?? ''))
      this.#lastTicks.set(record.theatre, record.data.to)
    const waiting = this.#waiting.get(record.theatre)
    if (waiting === undefined) return
    this.#waiting.delete(record.theatre)
    for (const begin of waiting) begin()
  }

  capture(): Captured {
    return { rows: [...this.#lastTicks] }
  }

  restore(row: unknown): void {
    const [theatre, to] = row as readonly [string, string]
    this.#lastTicks.set(theatre, to)
  }

  /**
   * Resolves once a theatre has a tick, when the signal aborts, or at once if too many wait
   * already. Never rejects.
   */
  begun(theatre: string, signal: AbortSignal): Promise<void> {
    const waiting = this.#waiting.get(theatre) ?? new Set()
    if (this.#lastTicks.has(theatre) || signal.aborted || waiting.size >= waitingMax)
      return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.set(theatre, waiting.add(resolve))
    const giveUp = () => {
      waiting.delete(resolve)
      if (waiting.size === 0 && this.#waiting.get(theatre) === waiting)
        this.#waiting.delete(theatre)
      resolve()
    }
    signal.addEventListener('abort', giveUp, { once: true })
    return promise
  }

  /**
   * Now in a theatre, ms since the epoch; null if it is declared and has no tick yet: its first
   * record must be a tick. On a wall clock it is never before the last tick, and is that tick while
   * the clock leaps. Undeclared theatres use the wall clock.
   */
  nowMs(theatre: string, control: ControlState, wallMs: number): number | null {
    const config = control.theatres.get(theatre)
    if (config === undefined) return wallMs
    const tick = this.#lastTicks.get(theatre)
    if (tick === undefined) return null
    const tickMs = Date.parse(tick)
    if (config.clock === 'replay' || judgeClock(wallMs, tickMs).kind === 'leap') return tickMs
    return Math.max(wallMs, tickMs)
  }

  /** The newest tick of all theatres on the wall clock, ms; null if there is none. */
  lastWallTickMs(control: ControlState): number | null {
    const ticks = [...this.#lastTicks].filter(
      ([theatre]) => control.theatres.get(theatre)?.clock === 'wall'
    )
    return ticks.length === 0 ? null : Math.max(...ticks.map(([, to]) => Date.parse(to)))
  }

  /**
   * How the wall clock stands to a theatre; `right` for a replayed one. Source: decision 0000.
   */
  standing(theatre: string, control: ControlState, wallMs: number): ClockStanding {
    if (control.theatres.get(theatre)?.clock === 'replay') return { kind: 'right' }
    const tick = this.#lastTicks.get(theatre)
    return judgeClock(wallMs, tick === undefined ? null : Date.parse(tick))
  }
}
