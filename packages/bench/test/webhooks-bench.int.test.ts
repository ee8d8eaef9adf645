// The bench of the webhooks, small: each part runs, and counts what it says.

import { expect, it } from 'vitest'
import { measureDeliveries } from '../src/webhooks/deliveries-bench.ts'
import { measureFlood } from '../src/webhooks/flood-bench.ts'
import { measureHung } from '../src/webhooks/hung-bench.ts'
import { measureLatency } from '../src/webhooks/latency-bench.ts'
import { measureParked } from '../src/webhooks/webhooks-bench.ts'

it('counts deliveries, and beside them the posts of a bare loop', async () => {
  const figure = await measureDeliveries({ count: 2, order: 'strict' }, 0.5)
  expect(figure).toMatchObject({ count: 2, order: 'strict' })
  expect(figure.bodyBytes).toBeGreaterThan(500)
  expect(Math.min(figure.perCpuSecond, figure.perSecond, figure.barePerCpuSecond)).toBeGreaterThan(
    0
  )
}, 120_000)

it('each report, and each alert at each healthy endpoint, is a sample', async () => {
  expect((await measureLatency(0.5)).samples).toBe(10)
  const { beside, alone } = await measureHung(0.5)
  expect([beside.samples, alone.samples]).toEqual([432, 432])
  expect(await measureFlood(500)).toMatchObject({ minor: 500, extreme: { samples: 1 } })
}, 240_000)

it('what waits is counted, and is there again after a start', async () => {
  const figure = await measureParked({ subscriptions: 3, deliveries: 200, drained: 60 })
  expect(figure).toMatchObject({ subscriptions: 3, deliveries: 200, drained: 60 })
  expect(
    Math.min(
      figure.bytesPerDelivery,
      figure.startSeconds,
      figure.coldStartSeconds,
      figure.drainedPerSecond
    )
  ).toBeGreaterThan(0)
}, 120_000)
