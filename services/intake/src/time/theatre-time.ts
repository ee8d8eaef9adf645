// Now in each theatre: the wall clock of intake, unless the theatre's last tick shows that the
// clock is wrong; for a replayed theatre its last tick.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { TheatreClocks } from '@tocsin/read-model/theatres/theatre-clocks'
import type { ControlState } from '@tocsin/service/control/control-state'
import { type ClockStanding, judgeClock } from '@tocsin/service/theatre/clock-standing'
import type { Acceptance } from '../report/report-records.ts'

export class TheatreTime {
  readonly #clocks: TheatreClocks

  constructor(clocks: TheatreClocks) {
    this.#clocks = clocks
  }

  /**
   * Now in a theatre, ms since the epoch; null if it is declared and has no tick yet: its first
   * record must be a tick. On a wall clock it is never before the last tick, and is that tick while
   * the clock leaps. Undeclared theatres use the wall clock.
   */
  nowMs(theatre: string, control: ControlState, wallMs: number): number | null {
    const config = control.theatres.get(theatre)
    if (config === undefined) return wallMs
    const tick = this.#clocks.nowIn(theatre)
    if (tick === null) return null
    const tickMs = Date.parse(tick)
    if (config.clock === 'replay' || judgeClock(wallMs, tickMs).kind === 'leap') return tickMs
    return Math.max(wallMs, tickMs)
  }

  /** The newest tick of all theatres on the wall clock, ms; null if there is none. */
  lastWallTickMs(control: ControlState): number | null {
    const ticks = [...control.theatres.values()]
      .filter(({ clock }) => clock === 'wall')
      .flatMap(({ id }) => this.#clocks.nowIn(id) ?? [])
    return ticks.length === 0 ? null : Math.max(...ticks.map(to => Date.parse(to)))
  }

  /**
   * How the wall clock compares with a theatre's time; `right` for a replayed one. Source: decision
   * 0000.
   */
  standing(theatre: string, control: ControlState, wallMs: number): ClockStanding {
    if (control.theatres.get(theatre)?.clock === 'replay') return { kind: 'right' }
    const tick = this.#clocks.nowIn(theatre)
    return judgeClock(wallMs, tick === null ? null : Date.parse(tick))
  }
}

/**
 * How long a report waits for the first tick of a theatre on the wall clock, ms; after that it is
 * answered 503 with Retry-After.
 */
const firstTickPatienceMs = 2000

/**
 * Seconds after which a sender tries again if the clock is not believed. An officer corrects the
 * clock or sets the time meanwhile.
 */
const doubtedClockRetryAfterS = 60

export interface TheatreMomentsOptions {
  readonly time: TheatreTime
  readonly control: { readonly state: ControlState }
  readonly clock: Clock
  /**
   * Resolves with true once the fold of the incidents log has passed its end as of now; false if it
   * cannot.
   */
  readonly catchUp: (timeoutMs: number) => Promise<boolean>
  /** True once the fold has made a condition true; false after the timeout. */
  readonly untilFolded: (isReached: () => boolean, timeoutMs: number) => Promise<boolean>
  /** Timeout for reading ticks, ms. */
  readonly deadlineMs: number
}

export class TheatreMoments {
  readonly #options: TheatreMomentsOptions
  #lastWritten = { ms: Number.NaN, text: '' }

  constructor(options: TheatreMomentsOptions) {
    this.#options = options
  }

  /**
   * Resolves once every tick in the log is known, if one of the theatres is replayed; a wall-clock
   * theatre that was just declared gets time for its first tick. Rejects with `projection-behind`,
   * or with the log's error, after the timeout.
   */
  async learn(theatres: readonly string[]): Promise<void> {
    const { catchUp, deadlineMs } = this.#options
    if (!theatres.some(theatre => this.waitsForTicks(theatre))) return
    if (await catchUp(deadlineMs)) return this.#awaitFirstTicks(theatres)
    const detail =
      'Intake has not yet read its log to the end, so it does not know the time of the theatre. Nothing was written.'
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  /**
   * Now in a theatre by the known ticks, ms since the epoch. Throws `projection-behind` before its
   * first tick, and while the wall clock is not set or too far ahead to be believed: a report
   * judged or stamped by it would stay in the theatre for good.
   */
  nowMs(theatre: string): number {
    const { time, control, clock } = this.#options
    const wallMs = clock.nowMs()
    const standing = time.standing(theatre, control.state, wallMs)
    if (standing.kind === 'unset')
      throw doubtClock('is not set, so no report can be dated. Set it.')
    if (standing.kind === 'leap') throw doubtClock(describeLeap(standing.byMs))
    const nowMs = time.nowMs(theatre, control.state, wallMs)
    if (nowMs !== null) return nowMs
    const detail = `The theatre ${theatre} has no time yet: a replay clock starts with its first tick, a wall clock starts by itself.`
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  /**
   * Each theatre with its now, in order of id; the ticks of `learnt` are already known. Without
   * waiting if no other theatre depends on ticks. Rejects or throws as `learn` and `nowMs` do.
   */
  acceptances(
    theatres: readonly string[],
    learnt: string | null = null
  ): Acceptance[] | Promise<Acceptance[]> {
    const others = theatres.filter(theatre => theatre !== learnt)
    if (!others.some(theatre => this.waitsForTicks(theatre))) return this.#now(theatres)
    return this.learn(others).then(() => this.#now(theatres))
  }

  /** True if a theatre's time comes from ticks, or begins with one. */
  waitsForTicks(theatre: string): boolean {
    const { time, control, clock } = this.#options
    if (control.state.theatres.get(theatre)?.clock === 'replay') return true
    return time.nowMs(theatre, control.state, clock.nowMs()) === null
  }

  /**
   * The owner of a theatre on the wall clock ticks it as soon as it reads the declaration, so a post
   * right after the declaration only needs to wait a moment.
   */
  async #awaitFirstTicks(theatres: readonly string[]): Promise<void> {
    const { control, untilFolded, deadlineMs } = this.#options
    const begins = (theatre: string) =>
      control.state.theatres.get(theatre)?.clock === 'wall' && this.waitsForTicks(theatre)
    // Shorter than the request deadline, so that the client gets the reason and not only that it
    // took too long.
    await untilFolded(() => !theatres.some(begins), Math.min(deadlineMs / 2, firstTickPatienceMs))
  }

  /**
   * Caches the last value: many reports come within one millisecond, and on a replayed clock all at
   * one time.
   */
  #written(ms: number): string {
    if (this.#lastWritten.ms !== ms) this.#lastWritten = { ms, text: new Date(ms).toISOString() }
    return this.#lastWritten.text
  }

  #now(theatres: readonly string[]): Acceptance[] {
    return theatres.toSorted().map(theatre => ({ theatre, at: this.#written(this.nowMs(theatre)) }))
  }
}

const describeLeap = (leapMs: number): string =>
  `is ${Math.round(leapMs / dayMs)} days ahead of the theatre of the report, which does not follow it. ` +
  'An officer has to correct the clock or set the time of the theatre.'

function doubtClock(fault: string): ProblemError {
  const detail = `The clock of this machine ${fault} Nothing was written.`
  return new ProblemError('projection-behind', detail, { retryAfterS: doubtedClockRetryAfterS })
}
