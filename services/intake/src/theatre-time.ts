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

  /** Now in a theatre, ms since the epoch; null in a replay theatre that has not been ticked yet. Theatres that nobody declared run by the wall. */
  nowMs(theatre: string, control: ControlState, wallMs: number): number | null {
    if (control.theatres.get(theatre)?.clock !== 'replay') return wallMs
    const tick = this.#lastTicks.get(theatre)
    return tick === undefined ? null : Date.parse(tick)
  }
}
