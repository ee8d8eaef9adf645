// Frames a second while a page is scrolled by the wheel, by turns with a page of plain rows in the
// same browser.

import type { BenchPage } from './bench-browser.ts'

/** Fast reading: fifty rows a second. */
const speed = 3_000
const scrollPx = 12_000

export interface Scrolled {
  /** Of each turn. */
  readonly fps: readonly number[]
  readonly fpsMean: number
  /** The longest that one frame stood, ms. */
  readonly longestMs: number
}

export async function scrollByTurns(
  pages: readonly BenchPage[],
  turns: number
): Promise<readonly Scrolled[]> {
  const frames: number[][][] = pages.map(() => [])
  for (let turn = 0; turn < turns; turn += 1)
    for (const [i, each] of pages.entries())
      frames[i]?.push(await framesOfScroll(each, turn % 2 === 0 ? 1 : -1))
  return frames.map(scrolledOf)
}

/** Durations of the frames of one scroll, ms. */
async function framesOfScroll({ page, cdp }: BenchPage, direction: 1 | -1): Promise<number[]> {
  await page.bringToFront()
  await page.evaluate(`
    globalThis.benchFrames = []
    globalThis.benchFrame = at => { benchFrames.push(at); benchHandle = requestAnimationFrame(benchFrame) }
    globalThis.benchHandle = requestAnimationFrame(benchFrame); 0`)
  const gesture = {
    x: 400,
    y: 500,
    yDistance: -direction * scrollPx,
    speed,
    gestureSourceType: 'mouse'
  } as const
  await cdp.send('Input.synthesizeScrollGesture', gesture)
  const at = (await page.evaluate('cancelAnimationFrame(benchHandle), benchFrames')) as number[]
  return at.slice(1).map((each, i) => each - (at[i] as number))
}

function scrolledOf(turns: readonly (readonly number[])[]): Scrolled {
  const fps = turns.map(fpsOf)
  return { fps, fpsMean: fpsOf(turns.flat()), longestMs: Math.max(0, ...turns.flat()) }
}

function fpsOf(framesMs: readonly number[]): number {
  const wholeMs = framesMs.reduce((sum, each) => sum + each, 0)
  return wholeMs === 0 ? 0 : (framesMs.length * 1_000) / wholeMs
}
