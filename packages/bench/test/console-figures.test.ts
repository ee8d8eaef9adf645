// How the bench `console` judges what it measured.

import { type ConsoleFigures, shortOf } from '@tocsin/bench/console/console-figures'
import { slopeOf, slopesOf } from '@tocsin/bench/console/slopes'
import { describe, expect, it } from 'vitest'

const held = (heapMb: number) => ({ heapMb, nodes: 1_000, listeners: 100 })
const thread = (wallMs: number, cpuMs: number) => {
  const task = { wallMs, cpuMs }
  return {
    tasks: 1,
    longest: task,
    busiest: task,
    over: wallMs > 100 ? 1 : 0,
    cpuMs,
    traceMs: 60_000
  }
}
const scrolled = (fpsMean: number) => ({ fps: [fpsMean], fpsMean, longestMs: 17 })
const good: ConsoleFigures = {
  ...{ open: 10_000, perSecond: 20, seconds: 600, hasMap: false, held: [] },
  scrolled: { console: scrolled(60), plain: scrolled(60) },
  mainThread: { console: thread(30, 30), plain: thread(5, 5) },
  slopes: { heapKb: 0, nodes: 0, listeners: 0, heapGrowth: 1 }
}
const shortWith = (figures: Partial<ConsoleFigures>) => shortOf({ ...good, ...figures })

describe('what falls short', () => {
  it('is nothing up to the targets themselves', () => {
    const atTargets = {
      scrolled: { console: scrolled(50), plain: scrolled(60) },
      mainThread: { console: thread(100, 100), plain: thread(5, 5) },
      slopes: { ...good.slopes, heapGrowth: 1.05 }
    }
    expect([shortWith({}), shortWith(atTargets)]).toEqual([[], []])
  })

  it('is a task that blocks the page, and is said to be the machine’s where no task ran for so long and plain rows waited too', () => {
    expect(shortWith({ mainThread: { console: thread(101, 101), plain: thread(5, 5) } })).toEqual([
      'blocked'
    ])
    expect(shortWith({ mainThread: { console: thread(900, 101), plain: thread(800, 5) } })).toEqual(
      ['blocked']
    )
    expect(shortWith({ mainThread: { console: thread(900, 40), plain: thread(5, 5) } })).toEqual([
      'blocked'
    ])
    expect(shortWith({ mainThread: { console: thread(900, 40), plain: thread(800, 5) } })).toEqual([
      'blocked, as the plain page is: no task ran for so long'
    ])
  })

  it('is slow scrolling, and is said to be the machine’s where plain rows are slow too', () => {
    expect(shortWith({ scrolled: { console: scrolled(49), plain: scrolled(60) } })).toEqual([
      'scrolling'
    ])
    expect(shortWith({ scrolled: { console: scrolled(49), plain: scrolled(49) } })).toEqual([
      'scrolling, as the plain rows are'
    ])
  })

  it('is a heap that grows', () => {
    expect(shortWith({ slopes: { ...good.slopes, heapGrowth: 1.051 } })).toEqual(['heap'])
  })
})

describe('whether the page grows', () => {
  it('is told by the line through all samples, and of many without the first quarter, in which lists fill up', () => {
    expect(slopeOf([1, 3, 5])).toBe(2)
    expect(slopeOf([7])).toBe(0)
    // Few samples: all count. Many: the two of the filling do not.
    expect(slopesOf([held(10), held(20)]).heapKb).toBe(10_000)
    expect(slopesOf([held(1), held(10), ...Array.from({ length: 6 }, () => held(20))])).toEqual({
      ...{ heapKb: 0, nodes: 0, listeners: 0 },
      heapGrowth: 1
    })
  })

  it('is told by the means of the first and the last third: one sample that stands out decides less', () => {
    const samples = [20, 20, 20, 20, 20, 20, 20, 20, 20, 22, 22, 22].map(held)
    // Three are left out; of the nine left the last third is 22.
    expect(slopesOf(samples).heapGrowth).toBeCloseTo(1.1)
    expect(slopesOf([20, 20, 20, 20, 20, 20, 20, 23].map(held)).heapGrowth).toBeCloseTo(21.5 / 20)
  })

  it('is told of nodes and listeners too', () => {
    const samples = [1, 2, 3].map(i => ({ heapMb: 20, nodes: 100 * i, listeners: 10 * i }))
    expect(slopesOf(samples)).toMatchObject({ nodes: 100, listeners: 10 })
  })
})
