// Now in each theatre: the wall clock of intake, unless the theatre's last tick shows that the
// clock is wrong; for a replayed theatre its last tick.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { judgeClock } from '@tocsin/service/theatre/clock-standing'
import type { IntakeDeps } from '../settings/config.ts'

/** A theatre and its now, at which a record is accepted. */
export interface Acceptance {
  readonly theatre: string
  /** ISO 8601, UTC, ms. */
  readonly at: string
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

export class TheatreTime {
  readonly #deps: IntakeDeps
  #lastWritten = { ms: Number.NaN, text: '' }

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  /**
   * Now in a theatre by the known ticks, ms since the epoch; null if it is declared and has no tick
   * yet: its first record must be a tick. On a wall clock it is never before the last tick, and is
   * that tick while the clock leaps. Undeclared theatres use the wall clock.
   */
  find(theatre: string): number | null {
    const { control, clock } = this.#deps
    const config = control.state.theatres.get(theatre)
    const wallMs = clock.nowMs()
    if (config === undefined) return wallMs
    const tickMs = this.#findTick(theatre)
    if (tickMs === null) return null
    if (config.clock === 'replay' || judgeClock(wallMs, tickMs).kind === 'leap') return tickMs
    return Math.max(wallMs, tickMs)
  }

  /** The newest tick of all theatres on the wall clock, ms; null if there is none. */
  lastWallTickMs(): number | null {
    const ticks = [...this.#deps.control.state.theatres.values()]
      .filter(({ clock }) => clock === 'wall')
      .flatMap(({ id }) => this.#findTick(id) ?? [])
    return ticks.length === 0 ? null : Math.max(...ticks)
  }

  /**
   * Now in a theatre, as `find`. Throws `projection-behind` before its first tick, and while the wall
   * clock is not set or too far ahead to be believed: a report judged or stamped by it would stay in
   * the theatre for good. Source: decision 0000.
   */
  nowMs(theatre: string): number {
    const { control, clock } = this.#deps
    if (control.state.theatres.get(theatre)?.clock !== 'replay') {
      const standing = judgeClock(clock.nowMs(), this.#findTick(theatre))
      if (standing.kind === 'unset')
        throw doubtClock('is not set, so no report can be dated. Set it.')
      if (standing.kind === 'leap') throw doubtClock(describeLeap(standing.byMs))
    }
    const nowMs = this.find(theatre)
    if (nowMs !== null) return nowMs
    const detail = `The theatre ${theatre} has no time yet: a replay clock starts with its first tick, a wall clock starts by itself.`
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  /**
   * Resolves once every tick in the log is known, if one of the theatres is replayed; a wall-clock
   * theatre that was just declared gets time for its first tick, which its owner writes as soon as it
   * reads the declaration. Rejects with `projection-behind`, or with the log's error, after the
   * deadline.
   */
  async learn(theatres: readonly string[]): Promise<void> {
    const { control, model, config } = this.#deps
    const { requestDeadlineMs } = config.intake
    const { incidents } = model.views
    if (!theatres.some(theatre => this.waitsForTicks(theatre))) return
    if (!(await incidents.catchUp(requestDeadlineMs))) {
      const detail =
        'Intake has not yet read its log to the end, so it does not know the time of the theatre. Nothing was written.'
      throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
    }
    const begins = (theatre: string) =>
      control.state.theatres.get(theatre)?.clock === 'wall' && this.waitsForTicks(theatre)
    // Shorter than the request deadline, so that the client gets the reason and not only that it
    // took too long.
    const patienceMs = Math.min(requestDeadlineMs / 2, firstTickPatienceMs)
    await incidents.until(() => !theatres.some(begins), patienceMs)
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
    const { state } = this.#deps.control
    return state.theatres.get(theatre)?.clock === 'replay' || this.find(theatre) === null
  }

  #findTick(theatre: string): number | null {
    const tick = this.#deps.model.clocks.nowIn(theatre)
    return tick === null ? null : Date.parse(tick)
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
