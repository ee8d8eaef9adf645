// What time it is in a theatre: by intake's clock where the theatre runs on the wall clock, by its last tick where it is replayed.

import type { ControlState } from '@tocsin/domain/control-state'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'

export class TheatreTime {
  readonly #lastTicks = new Map<string, string>()

  /** Takes a record of the incidents log; only ticks say anything here. A tick that is not later than the last is ignored. */
  apply(record: TheatreRecord): void {
    if (record.type !== 'clock.ticked') return
    if (record.data.to > (this.#lastTicks.get(record.theatre) ?? '')) this.#lastTicks.set(record.theatre, record.data.to)
  }

  /**
   * Now in a theatre, ms since the epoch; null in one that is declared and has no tick yet: its first record is a tick, so nothing may be written
   * before it. What nobody declared runs by the wall.
   */
  nowMs(theatre: string, control: ControlState, wallMs: number): number | null {
    const config = control.theatres.get(theatre)
    if (config === undefined) return wallMs
    const tick = this.#lastTicks.get(theatre)
    if (tick === undefined) return null
    return config.clock === 'replay' ? Date.parse(tick) : wallMs
  }
}
