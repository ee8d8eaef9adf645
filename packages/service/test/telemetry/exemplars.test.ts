// The text of metrics as OpenMetrics.

import { Counter, Gauge, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import {
  formatOpenMetrics,
  makeTracedHistogram,
  observeTraced
} from '../../src/telemetry/exemplars.ts'

it('names counters without their ending, keeps each sample, and ends as OpenMetrics does', async () => {
  const registry = new Registry()
  const registers = [registry]
  new Counter({ name: 'a_total', help: 'A.', labelNames: ['x'], registers }).inc({ x: '1' })
  new Counter({ name: 'b', help: 'B.', registers }).inc(2)
  new Gauge({ name: 'c', help: 'C.', registers }).set(3)
  const histogram = makeTracedHistogram(registry, 'd_seconds', 'D.', [1], 'severity')
  observeTraced(histogram, { severity: 'extreme' }, 0.5, undefined)
  const plain = await registry.metrics()
  const other = '# HELP e_total E.\n# TYPE e_total counter\ne_total 4\n'
  expect((await formatOpenMetrics(registry, `${plain}\n${other}`)).split('\n')).toEqual([
    '# HELP a A.',
    '# TYPE a counter',
    'a_total{x="1"} 1',
    '# HELP b B.',
    '# TYPE b unknown',
    'b 2',
    '# HELP c C.',
    '# TYPE c gauge',
    'c 3',
    '# HELP e E.',
    '# TYPE e counter',
    'e_total 4',
    '# HELP d_seconds D.',
    '# TYPE d_seconds histogram',
    'd_seconds_bucket{le="1",severity="extreme"} 1',
    'd_seconds_bucket{le="+Inf",severity="extreme"} 1',
    'd_seconds_sum{severity="extreme"} 0.5',
    'd_seconds_count{severity="extreme"} 1',
    '# EOF',
    ''
  ])
  expect(await registry.metrics()).toBe(plain)
})
