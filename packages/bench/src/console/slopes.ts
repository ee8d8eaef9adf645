// Whether what a page holds grows: the line through samples of one minute each.

import type { Held } from './bench-browser.ts'

export interface Slopes {
  /** Each minute. */
  readonly heapKb: number
  readonly nodes: number
  readonly listeners: number
  /** The mean of the last third as a share of that of the first. */
  readonly heapGrowth: number
}

/** The share of the samples in which lists that have a limit fill up: they are left out. */
const warmUp = 0.25
/** Below so many samples none is left out. */
const enough = 8

export function slopesOf(held: readonly Held[]): Slopes {
  const steady = held.length < enough ? held : held.slice(Math.ceil(held.length * warmUp))
  const slope = (of: (each: Held) => number) => slopeOf(steady.map(of))
  const third = Math.max(1, Math.floor(steady.length / 3))
  const [first, last] = [meanHeap(steady.slice(0, third)), meanHeap(steady.slice(-third))]
  return {
    heapKb: slope(({ heapMb }) => heapMb * 1_000),
    nodes: slope(({ nodes }) => nodes),
    listeners: slope(({ listeners }) => listeners),
    heapGrowth: first === 0 ? 1 : last / first
  }
}

function meanHeap(held: readonly Held[]): number {
  return held.reduce((sum, { heapMb }) => sum + heapMb, 0) / Math.max(1, held.length)
}

/** Least squares, by the place in the row. */
export function slopeOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  let [over, under] = [0, 0]
  for (const [i, value] of values.entries()) {
    over += (i - middle) * (value - mean)
    under += (i - middle) ** 2
  }
  return over / under
}
