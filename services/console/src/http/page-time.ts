// The one place that looks at the clocks of this machine.

import { PageClock } from '../live/page-clock.ts'

const reading = () => ({ wallMs: Date.now(), steadyMs: performance.now() })

export const pageClock = new PageClock(reading())

/**
 * Now by the clock of the page, ms since 1970: for how long something takes. What is shown as a
 * time goes by the suite's.
 */
export function pageNow(): number {
  return pageClock.now(reading())
}
