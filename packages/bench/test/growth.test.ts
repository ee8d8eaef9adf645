import { computeGrowth } from '@tocsin/bench/console-bench'
import { expect, it } from 'vitest'

it('the heap grows by the means of the first and the last third: one sample decides less', () => {
  const grown = [20, 20, 20, 20, 20, 20, 20, 20, 20, 22, 22, 22]
  // Three are left out; of the nine that remain the last third is 22.
  expect(computeGrowth(grown)).toBeCloseTo(1.1)
  expect(computeGrowth([20, 20, 20, 20, 20, 20, 20, 23])).toBeCloseTo(21.5 / 20)
})

it('of many samples the first quarter is left out, in which lists of limited size fill up', () => {
  expect(computeGrowth([1, 10, 20, 20, 20, 20, 20, 20])).toBe(1)
  expect(computeGrowth([10, 20])).toBe(2)
})
