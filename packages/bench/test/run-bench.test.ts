// What a bench prints and how it ends.

import { type Bench, chooseSize, runBench } from '@tocsin/bench/runner/run-bench'
import { expect, it } from 'vitest'

const options = { seconds: 5, log: 'embedded', brokers: [], json: true } as const
const bench: Bench = {
  name: 'fake',
  what: 'made-up figures',
  cases: [
    { name: 'fast', measure: async () => [{ what: 'rate', value: 2, target: { atLeast: 1 } }] },
    {
      name: 'slow',
      isOptional: true,
      measure: async () => [{ what: 'rate', value: 0.5, target: { atLeast: 1 } }]
    },
    {
      name: 'wrong',
      isOptional: true,
      measure: async () => {
        throw new Error('an event is missing')
      }
    }
  ]
}

it('measures all cases that are not optional, or the one that is named', async () => {
  const printed: string[] = []
  const usual = await runBench(bench, options, text => printed.push(text))
  expect(usual.figures.map(figure => figure.case)).toEqual(['fast'])
  expect(JSON.parse(printed.join(''))).toMatchObject({ bench: 'fake', reached: true })
  const slow = await runBench(bench, { ...options, case: 'slow' }, () => {})
  expect(slow).toMatchObject({ reached: false, figures: [{ case: 'slow', reached: false }] })
})

it('prints a table and whether all targets are reached', async () => {
  const printed: string[] = []
  await runBench(bench, { ...options, json: false, case: 'slow' }, text => printed.push(text))
  expect(printed[0]).toContain('fake: made-up figures')
  expect(printed[2]).toMatch(/^slow +rate +0.50 +≥ 1 +SHORT$/)
  expect(printed[3]).toBe('SHORT')
})

it('fails where results are wrong, and where a case or a log is unknown', async () => {
  const run = (more: object) => runBench(bench, { ...options, ...more }, () => {})
  await expect(run({ case: 'wrong' })).rejects.toThrow('an event is missing')
  await expect(run({ case: 'moon' })).rejects.toThrow('no case moon, only fast, slow, wrong')
  await expect(run({ log: 'kafka' })).rejects.toThrow('for the embedded log only')
})

it('measures a tenth of what has a size where little time is given', () => {
  expect([5, 2].map(seconds => chooseSize({ ...options, seconds }, 950))).toEqual([950, 95])
})
