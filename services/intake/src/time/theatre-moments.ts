// When something is accepted: now in its theatre, with every tick that was acknowledged before, or the problem that its clock has not begun. Ticks are
// made by other processes, so the log is read to its end before a replayed theatre's now is taken.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlState } from '@tocsin/domain/control/control-state'
import type { Clock } from '@tocsin/domain/ports'
import type { Acceptance } from '../report/report-records.ts'
import type { TheatreTime } from './theatre-time.ts'

/** How long a report waits for the first tick of a theatre on the wall clock, ms; then it is answered 503 with Retry-After. */
const firstTickPatienceMs = 2000

export interface TheatreMomentsOptions {
  readonly time: TheatreTime
  readonly control: { readonly state: ControlState }
  readonly clock: Clock
  /** Resolves with true once the fold of the incidents log has passed what the log holds now; false when it can't. */
  readonly catchUp: (timeoutMs: number) => Promise<boolean>
  /** How long ticks are waited for, ms. */
  readonly deadlineMs: number
}

export class TheatreMoments {
  readonly #options: TheatreMomentsOptions
  #lastWritten = { ms: Number.NaN, text: '' }

  constructor(options: TheatreMomentsOptions) {
    this.#options = options
  }

  /**
   * Resolves once every tick that the log holds now is known, if one of the theatres takes its time from them; a theatre on the wall clock that was
   * declared a moment ago is given time to begin. Rejects with `projection-behind`, or with the log's error, when that takes too long.
   */
  async learn(theatres: readonly string[]): Promise<void> {
    const { catchUp, deadlineMs } = this.#options
    if (!theatres.some(theatre => this.waitsForTicks(theatre))) return
    if (await catchUp(deadlineMs)) return this.#begun(theatres.filter(theatre => this.#beginsByItself(theatre)))
    const detail = 'Intake has not read its own log to the end, so it does not know the time of the theatre. Nothing was written.'
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  /** Now in a theatre as far as ticks are known, ms since the epoch. Throws `projection-behind` while its clock has not begun. */
  nowMs(theatre: string): number {
    const { time, control, clock } = this.#options
    const nowMs = time.nowMs(theatre, control.state, clock.nowMs())
    if (nowMs !== null) return nowMs
    const detail = `The clock of the theatre ${theatre} has not begun: a replay must be ticked first, the wall clock begins by itself.`
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  /**
   * Each theatre with its now, in order of id; the ticks of `learnt` are known already. At once where no other theatre takes its time from ticks. Rejects
   * or throws as `learn` and `nowMs` do.
   */
  acceptances(theatres: readonly string[], learnt: string | null = null): Acceptance[] | Promise<Acceptance[]> {
    const others = theatres.filter(theatre => theatre !== learnt)
    if (!others.some(theatre => this.waitsForTicks(theatre))) return this.#now(theatres)
    return this.learn(others).then(() => this.#now(theatres))
  }

  /** True where ticks tell the time of a theatre, or must begin it. */
  waitsForTicks(theatre: string): boolean {
    const { time, control, clock } = this.#options
    if (control.state.theatres.get(theatre)?.clock === 'replay') return true
    return time.nowMs(theatre, control.state, clock.nowMs()) === null
  }

  #beginsByItself(theatre: string): boolean {
    const { state } = this.#options.control
    return state.theatres.get(theatre)?.clock === 'wall' && this.waitsForTicks(theatre)
  }

  /** Its owner ticks a new theatre as soon as it reads of it. Whoever posts right after declaring it need not be sent away. */
  async #begun(theatres: readonly string[]): Promise<void> {
    if (theatres.length === 0) return
    const { clock, time, deadlineMs } = this.#options
    // Over before the deadline of the request, so that who waits is told what is missing and not only that it took too long.
    const over = new AbortController()
    const late = clock.sleep(Math.min(deadlineMs / 2, firstTickPatienceMs), over.signal)
    await Promise.race([late, Promise.all(theatres.map(theatre => time.begun(theatre, over.signal)))])
    over.abort('over')
  }

  /** Reports come by the dozen in a millisecond, and on a clock that is replayed all at one moment. */
  #written(ms: number): string {
    if (this.#lastWritten.ms !== ms) this.#lastWritten = { ms, text: new Date(ms).toISOString() }
    return this.#lastWritten.text
  }

  #now(theatres: readonly string[]): Acceptance[] {
    return theatres.toSorted().map(theatre => ({ theatre, at: this.#written(this.nowMs(theatre)) }))
  }
}
