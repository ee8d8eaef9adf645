// Now in each theatre: the wall clock of intake, unless the theatre's last tick shows that the
// clock is wrong; for a replayed theatre its last tick.

import { beforeAllTime, type TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { FactTable } from '@tocsin/read-model/reports/fact-table'
import type { ControlState } from '@tocsin/service/control/control-state'
import { type ClockStanding, judgeClock } from '@tocsin/service/theatre/clock-standing'

const tickKey = 'tick|'

export class TheatreTime {
  readonly #facts: FactTable
  readonly #lastTicks = new Map<string, string>()

  constructor(facts: FactTable) {
    this.#facts = facts
  }

  load(): void {
    this.#lastTicks.clear()
    for (const [key, to] of this.#facts.list())
      if (key.startsWith(tickKey)) this.#lastTicks.set(key.slice(tickKey.length), to as string)
  }

  /**
   * Applies a record of the incidents log: only ticks, and officers' actions that set the time,
   * count. A tick that is not later than the last is ignored.
   */
  apply(record: TheatreRecord): void {
    const isSet = record.type === 'clock.set'
    if (!isSet && (record.type !== 'clock.ticked' || record.data.to === beforeAllTime)) return
    const { theatre, data } = record
    if (!isSet && data.to <= (this.#lastTicks.get(theatre) ?? '')) return
    this.#lastTicks.set(theatre, data.to)
    this.#facts.put(tickKey + theatre, data.to)
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
   * How the wall clock compares with a theatre's time; `right` for a replayed one. Source: decision
   * 0000.
   */
  standing(theatre: string, control: ControlState, wallMs: number): ClockStanding {
    if (control.theatres.get(theatre)?.clock === 'replay') return { kind: 'right' }
    const tick = this.#lastTicks.get(theatre)
    return judgeClock(wallMs, tick === undefined ? null : Date.parse(tick))
  }
}
