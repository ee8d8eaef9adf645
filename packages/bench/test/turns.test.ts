// Measuring loops and quantiles of benches.

import { computeMedian, computeQuantiles, describeLatency } from '@tocsin/bench/runner/quantiles'
import {
  computeRates,
  computeTurnRatio,
  measureByTurns,
  startAtRate
} from '@tocsin/bench/runner/turns'
import { expect, it } from 'vitest'

it('quantiles are those of the nearest rank', () => {
  const samples = Array.from({ length: 200 }, (_, i) => 200 - i)
  expect(computeQuantiles(samples)).toEqual({ samples: 200, p50Ms: 100, p99Ms: 198, maxMs: 200 })
  expect(computeQuantiles([7])).toEqual({ samples: 1, p50Ms: 7, p99Ms: 7, maxMs: 7 })
  expect([computeMedian([3, 1, 2]), computeMedian([4, 1, 3, 2])]).toEqual([2, 2.5])
  expect(() => computeQuantiles([])).toThrow('no samples')
})

it('a latency has figures of p50, p99 and the longest, beside those of its ceiling', () => {
  const figures = describeLatency('fold', [1, 2, 3], { p99: { below: 2 }, ceiling: [1, 1, 1] })
  expect(figures).toEqual([
    { what: 'fold, p50', value: 2, unit: 'ms', ceiling: 1 },
    { what: 'fold, p99', value: 3, unit: 'ms', ceiling: 1, target: { below: 2 } },
    { what: 'fold, longest of 3', value: 3, unit: 'ms' }
  ])
})

it('sides are measured by turns after a warm-up of each', async () => {
  const calls: string[] = []
  const count = { a: 2, b: 4 }
  const runSide = (name: 'a' | 'b') => async (seconds: number) => {
    calls.push(`${name}${seconds}`)
    return { count: count[name], ms: 1000, cpuMs: 500 }
  }
  const sides = { a: runSide('a'), b: runSide('b') }
  const rates = await measureByTurns(sides, { seconds: 2, sliceSeconds: 1, warmUpSeconds: 3 })
  expect(calls).toEqual(['a3', 'b3', 'a1', 'b1', 'a1', 'b1'])
  expect(rates.a).toMatchObject({ perSecond: 2, perCpuSecond: 4 })
  expect(computeTurnRatio(rates.b, rates.a)).toBe(2)
})

it('the ratio of two sides is the median of their turns: one disturbed turn does not move it', () => {
  const make = (counts: readonly number[]) =>
    computeRates(counts.map(count => ({ count, ms: 1000, cpuMs: 1 })))
  expect(computeTurnRatio(make([90, 90, 90]), make([100, 100, 1]))).toBe(0.9)
})

it('work at a rate starts when it is due, and its failure ends it', async () => {
  const numbers: number[] = []
  await startAtRate({ perSecond: 1000, count: 3 }, async (number, dueMs) => {
    expect(performance.now()).toBeGreaterThanOrEqual(dueMs)
    numbers.push(number)
  })
  expect(numbers).toEqual([0, 1, 2])
  const failing = startAtRate({ perSecond: 0.001, count: 2 }, () => Promise.reject(new Error('x')))
  await expect(failing).rejects.toThrow('x')
})
