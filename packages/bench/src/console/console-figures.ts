// What the bench `console` measures, and what of it falls short.

import type { Held } from './bench-browser.ts'
import { blockedMaxMs, type MainThread } from './main-thread.ts'
import type { Scrolled } from './scrolling.ts'
import type { Slopes } from './slopes.ts'

/** Targets. Source: speed.md#console. */
const reach = { blockedMs: blockedMaxMs, fps: 50, heapGrowth: 1.05 }
export interface ConsoleFigures {
  readonly open: number
  readonly perSecond: number
  readonly seconds: number
  readonly hasMap: boolean
  readonly scrolled: { readonly console: Scrolled; readonly plain: Scrolled }
  /** Of the console, and of a page of plain rows that does nothing beside it. */
  readonly mainThread: { readonly console: MainThread; readonly plain: MainThread }
  /** Once everything had come, and each minute after that. */
  readonly held: readonly Held[]
  readonly slopes: Slopes
}

export interface ConsoleBench extends ConsoleFigures {
  readonly bench: 'console'
  readonly short: readonly string[]
  readonly reached: boolean
}

/** What was not reached, and where a page of plain rows did not either. */
export function shortOf({ mainThread, scrolled, slopes }: ConsoleFigures): readonly string[] {
  const { blockedMs, fps, heapGrowth } = reach
  const { longest, busiest } = mainThread.console
  const isStarved = busiest.cpuMs <= blockedMs && mainThread.plain.longest.wallMs > blockedMs
  const isSlowMachine = scrolled.plain.fpsMean < fps
  return [
    ...(longest.wallMs > blockedMs
      ? [isStarved ? 'blocked, as the plain page is: no task ran for so long' : 'blocked']
      : []),
    ...(scrolled.console.fpsMean < fps
      ? [isSlowMachine ? 'scrolling, as the plain rows are' : 'scrolling']
      : []),
    ...(slopes.heapGrowth > heapGrowth ? ['heap'] : [])
  ]
}
