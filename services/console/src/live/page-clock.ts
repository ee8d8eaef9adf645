// The clock of the page: that of the machine, corrected for changes while the page is open. So an
// age is never too small, and what was noted before the clock was set keeps its place. Pure:
// readings are passed in.

/**
 * Two clocks of one machine: the wall clock, which may be set and runs during sleep, and a
 * monotonic one, ms.
 */
export interface Reading {
  readonly wallMs: number
  readonly steadyMs: number
}

/** They may differ by this much between two looks, ms. */
const slackMs = 2_000
/** The suite gives its time to the second, and some answers take seconds, ms. */
const toldSlackMs = 10_000
/** A clock that leapt by less is left as it is, ms: people take that for the same. */
const leapMs = 60_000

export class PageClock {
  #last: Reading
  #setByMs = 0
  /** By how much the clock of the day has leapt ahead: the machine slept, or it was set. */
  #leaptMs = 0

  constructor(first: Reading) {
    this.#last = first
  }

  /** By how much the machine's clock was set since the page was opened, if known, ms. */
  get setByMs(): number {
    return this.#setByMs
  }

  /** The time of the page. A clock that was set back is noticed immediately. */
  now(at: Reading): number {
    const leaptMs = at.wallMs - this.#last.wallMs - (at.steadyMs - this.#last.steadyMs)
    this.#last = at
    if (leaptMs <= -slackMs) this.#setByMs += leaptMs
    else if (leaptMs >= slackMs) this.#leaptMs += leaptMs
    return Math.round(at.wallMs - this.#setByMs)
  }

  /**
   * The suite's clock is ahead by `aheadMs`, and was by `beforeMs`: so it is known whether the
   * machine slept, or its clock was set ahead. Returns by how much the suite's is ahead of the
   * page's then.
   */
  told(beforeMs: number, aheadMs: number): number {
    const leaptMs = this.#leaptMs
    this.#leaptMs = 0
    if (leaptMs < leapMs || Math.abs(beforeMs - aheadMs - leaptMs) > toldSlackMs) return aheadMs
    this.#setByMs += leaptMs
    return aheadMs + leaptMs
  }
}
