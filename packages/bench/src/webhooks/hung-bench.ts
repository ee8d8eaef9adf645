// Part of the bench `webhooks`: how late healthy endpoints are while one of ten hangs, by turns in
// one run with as many of which none hangs.

import { type Quantiles, quantilesOf } from '../measure/quantiles.ts'
import { Arrivals, monotonicMs } from './arrivals.ts'
import { until } from './latency-bench.ts'
import { type OneDispatcher, withDispatcher } from './one-dispatcher.ts'

export interface HungFigure {
  readonly endpoints: number
  readonly hung: number
  /** From the append of an alert until it is at a healthy endpoint. */
  readonly beside: Quantiles
  readonly alone: Quantiles
  /** p99 beside hung ones to p99 without. */
  readonly ratio: number
}

const endpoints = 40
const hung = 4
const alertsPerSecond = 10
const turns = 4
const arrivalMaxMs = 60_000

export function measureHung(seconds: number): Promise<HungFigure> {
  const order = 'newest-state'
  return withDispatcher({ count: endpoints, hung, order }, one =>
    withDispatcher({ count: endpoints, order }, async other => {
      const beside = alerting(one)
      const alone = alerting(other)
      const samples = { beside: [] as number[], alone: [] as number[] }
      // The first slots of unknown endpoints, and code that is not compiled yet, are of no turn.
      for (const each of [beside, alone]) await each(10)
      const count = Math.max(3, Math.ceil((seconds * alertsPerSecond) / turns))
      for (let turn = 0; turn < turns; turn++) {
        samples.beside.push(...(await beside(count)))
        samples.alone.push(...(await alone(count)))
      }
      const figure = { beside: quantilesOf(samples.beside), alone: quantilesOf(samples.alone) }
      return { endpoints, hung, ...figure, ratio: figure.beside.p99Ms / figure.alone.p99Ms }
    })
  )
}

/**
 * Raises so many alerts at the rate of the bench; resolves with the delays at the healthy
 * endpoints.
 */
function alerting({
  alerts,
  receivers
}: OneDispatcher): (count: number) => Promise<readonly number[]> {
  const healthy = endpoints - hung
  const arrivals = new Arrivals(receivers, healthy)
  return async count => {
    const sinceMs = new Map<string, number>()
    const startMs = performance.now()
    for (let i = 0; i < count; i++) {
      await until(startMs + (i * 1000) / alertsPerSecond)
      const [name] = await alerts.raise(1)
      sinceMs.set(name as string, monotonicMs())
    }
    await arrivals.all([...sinceMs.keys()], arrivalMaxMs)
    return [...sinceMs].flatMap(([name, atMs]) => arrivals.delaysMs(name, atMs))
  }
}
