// When something is accepted: now in its theatre, or the problem that its clock has not begun.

import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import type { ControlState } from '@tocsin/domain/control-state'
import type { Clock } from '@tocsin/domain/ports'
import type { Acceptance } from './report-records.ts'
import type { TheatreTime } from './theatre-time.ts'

export interface TheatreMomentsOptions {
  readonly time: TheatreTime
  readonly control: { readonly state: ControlState }
  readonly clock: Clock
}

export class TheatreMoments {
  readonly #options: TheatreMomentsOptions

  constructor(options: TheatreMomentsOptions) {
    this.#options = options
  }

  /** Now in a theatre, ms since the epoch. Throws `projection-behind` while its clock has not begun. */
  nowMs(theatre: string): number {
    const { time, control, clock } = this.#options
    const nowMs = time.nowMs(theatre, control.state, clock.nowMs())
    if (nowMs !== null) return nowMs
    const detail = `The clock of the theatre ${theatre} has not begun: a replay must be ticked first, the wall clock begins by itself.`
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  /** Each theatre with its now, in order of id. Throws as `nowMs` does. */
  acceptances(theatres: readonly string[]): Acceptance[] {
    return theatres.toSorted().map(theatre => ({ theatre, at: new Date(this.nowMs(theatre)).toISOString() }))
  }
}
