// Ticks of theatres on the wall clock: at a minute boundary when a deadline is due, else hourly. A
// clock that jumps is ignored until it has run steadily, and one far ahead of the theatre needs an
// officer's confirmation: a tick ends windows.

import type { Clock } from '@tocsin/domain/ports'
import { dayMs, formatTime, hourMs, minuteMs } from '@tocsin/domain/space-time/event-time'
import { type ClockStanding, judgeClock } from '@tocsin/service/theatre/clock-standing'

/**
 * Largest difference between wall and monotonic time from one check to the next; beyond it the wall
 * clock has jumped.
 */
const jumpMs = 2 * minuteMs
/** How long the clock must run steadily after a jump before it is trusted. */
const settleMs = 10 * minuteMs
/**
 * A wall clock ticks at least hourly. A longer pause between two ticks counts as downtime. Source:
 * shape.md#time.
 */
const tickGapMs = 2 * hourMs

export interface WallTick {
  readonly to: string
  readonly gap: boolean
}

/**
 * The message for everyone when the clock does not fit some theatre: it does not name theatres,
 * since not everyone may see them. `ok` if none.
 */
export function clockWords(standings: readonly ClockStanding[]): string {
  if (standings.length === 0) return 'ok'
  if (standings.some(({ kind }) => kind === 'unset'))
    return 'the clock of this machine is not set: theatres get no ticks, and reports are refused. Set the clock; the rest follows by itself'
  const days = standings.map(standing =>
    'byMs' in standing ? Math.round((standing.byMs / dayMs) * 10) / 10 : 0
  )
  const [count, gets] =
    standings.length === 1
      ? ['1 theatre has', 'gets']
      : [`${standings.length} theatres have`, 'get']
  return (
    `${count} a time that differs from the clock of this machine by up to ${Math.max(...days)} days, and ${gets} no ticks. Correct the clock, then: ` +
    'tocsin theatres list, and tocsin theatres set-time ID --reason TEXT'
  )
}

/**
 * The tick that is due, or null. Pure. `lastMs` is the theatre's last tick, `deadlineMs` its next
 * deadline. `isEmpty`: it has no reports and no alerts.
 */
export function dueTick(
  nowMs: number,
  lastMs: number,
  deadlineMs: number | null,
  isEmpty = false
): WallTick | null {
  const minute = Math.floor(nowMs / minuteMs) * minuteMs
  if (minute <= lastMs || judgeClock(nowMs, lastMs, isEmpty).kind !== 'right') return null
  const due = deadlineMs !== null && deadlineMs <= minute
  const hour = Math.floor(minute / hourMs) > Math.floor(lastMs / hourMs)
  return due || hour ? { to: formatTime(minute), gap: minute - lastMs > tickGapMs } : null
}

/** Decides whether the wall clock can be trusted: it must keep pace with monotonic time. */
export class ClockWatch {
  readonly #clock: Clock
  #offsetMs: number
  #suspiciousUntilMs = Number.NEGATIVE_INFINITY
  jumps = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offsetMs = clock.nowMs() - clock.monotonicMs()
  }

  /** False for a while after the wall clock has jumped, unless it was set for the first time. */
  isSteady(): boolean {
    const monotonicMs = this.#clock.monotonicMs()
    const offsetMs = this.#clock.nowMs() - monotonicMs
    const wasSet = judgeClock(this.#offsetMs + monotonicMs, null).kind !== 'unset'
    if (wasSet && Math.abs(offsetMs - this.#offsetMs) > jumpMs) {
      this.jumps += 1
      this.#suspiciousUntilMs = monotonicMs + settleMs
    }
    this.#offsetMs = offsetMs
    return monotonicMs >= this.#suspiciousUntilMs
  }
}
