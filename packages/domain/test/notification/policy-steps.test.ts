// A play in steps: however much is due at once, a step is one alert.

import { describe, expect, it } from 'vitest'
import { policyDefaults } from '../../src/notification/notification-policy.ts'
import { playInSteps } from '../../src/notification/policy-play.ts'
import { atMs, courseOf } from './told-table.ts'

const count = 1_500
const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC' }
const policy = { ...policyDefaults, groupWaitSeconds: 0, quietHours }
/** All within quiet hours, every third of a story with the first. */
const events = courseOf(
  Array.from(
    { length: count },
    (_, n) => `23:${String(Math.floor(n / 60) % 60).padStart(2, '0')} a${n} severe`
  )
).map((event, n) => (n > 0 && n % 3 === 0 ? { ...event, partOf: 'a0' } : event))
const options = { subscriptionId: 'duty', untilMs: atMs('2d 00:00') }

describe('a play in steps', () => {
  it('costs no step more than an alert and its story, when all are due at the end of quiet hours', () => {
    const steps = playInSteps(policy, events, options)
    const costs: number[] = []
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) costs.push(step.value)
    expect(
      step.value.told.filter(({ atMs: at }) => at === atMs('1d 06:00')).length
    ).toBeGreaterThan(count / 2)
    // Each alert is judged when it comes, and again when the quiet hours end.
    expect(costs.length).toBeGreaterThan(2 * count)
    expect(Math.max(...costs)).toBeLessThanOrEqual(1 + count / 3)
  })
})
