// Ticks of theatres on the wall clock: at a minute boundary when a deadline is due, else hourly. A clock that jumps is not believed at once, and one that
// is far ahead of where the theatre stands is believed only on an officer's word: a tick ends windows.

import type { Clock } from '@tocsin/domain/ports'
import { dayMs, formatTime, hourMs, minuteMs } from '@tocsin/domain/space-time/event-time'
import { type ClockStanding, standingOfClock } from '@tocsin/domain/theatre/clock-standing'

/** A longer pause between two wall ticks means that nobody was listening. Source: shape.md#time. */
const gapMs = 2 * hourMs
/** Wall and monotonic time may drift apart this far between two looks before the wall clock counts as having jumped. */
const jumpMs = 2 * minuteMs
/** How long a jumped clock must run evenly before it is believed. */
const settleMs = 10 * minuteMs

export interface WallTick {
  readonly to: string
  readonly gap: boolean
}

/** What anybody is told where theatres have another time than the clock: not which, for that is for those who may read them. `ok` where none has. */
export function clockWords(standings: readonly ClockStanding[]): string {
  if (standings.length === 0) return 'ok'
  const days = standings.map(standing => ('byMs' in standing ? Math.round((standing.byMs / dayMs) * 10) / 10 : 0))
  const count = standings.length === 1 ? '1 theatre has' : `${standings.length} theatres have`
  return (
    `${count} another time than the clock of this machine, by ${Math.max(...days)} days, and stand still. Set the clock right, then: ` +
    'tocsin theatres list, and tocsin theatres set-time ID --reason TEXT'
  )
}

/** The tick that is due, or null. Pure. `lastMs` is the theatre's last tick, `deadlineMs` its next deadline. */
export function dueTick(nowMs: number, lastMs: number, deadlineMs: number | null): WallTick | null {
  const minute = Math.floor(nowMs / minuteMs) * minuteMs
  if (minute <= lastMs || standingOfClock(nowMs, lastMs).kind === 'leap') return null
  const due = deadlineMs !== null && deadlineMs <= minute
  const hour = Math.floor(minute / hourMs) > Math.floor(lastMs / hourMs)
  return due || hour ? { to: formatTime(minute), gap: minute - lastMs > gapMs } : null
}

/** Tells whether the wall clock can be believed: it must run along with monotonic time. */
export class ClockWatch {
  readonly #clock: Clock
  #offsetMs: number
  #suspiciousUntilMs = Number.NEGATIVE_INFINITY
  jumps = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offsetMs = clock.nowMs() - clock.monotonicMs()
  }

  /** False for a while after the wall clock has jumped. */
  isSteady(): boolean {
    const monotonicMs = this.#clock.monotonicMs()
    const offsetMs = this.#clock.nowMs() - monotonicMs
    if (Math.abs(offsetMs - this.#offsetMs) > jumpMs) {
      this.jumps += 1
      this.#suspiciousUntilMs = monotonicMs + settleMs
    }
    this.#offsetMs = offsetMs
    return monotonicMs >= this.#suspiciousUntilMs
  }
}
