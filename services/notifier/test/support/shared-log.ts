// What several subscriptions logged, in one order.

import fc from 'fast-check'
import type { DeliveryRecord } from '../../src/delivery/delivery-record.ts'
import { Story, storyStep } from './delivery-story.ts'

const others = fc.constantFrom(
  ...(['gone', 'again', 'parked', 'elsewhere', 'resumed', 'noticed'] as const)
)
const reminders = fc.constantFrom(...(['reminded', 'reminder-held'] as const))
export const sharedStep = fc.record({
  who: fc.nat({ max: 2 }),
  what: fc.oneof(
    { weight: 6, arbitrary: storyStep },
    { weight: 1, arbitrary: others.map(write => ({ do: 'write' as const, write })) },
    { weight: 2, arbitrary: reminders.map(write => ({ do: 'write' as const, write })) }
  )
})

type SharedStep = typeof sharedStep extends fc.Arbitrary<infer S> ? S : never

/** What three subscriptions logged in one order. */
export function logOf(steps: readonly SharedStep[]): DeliveryRecord[] {
  const stories = ['s', 't', 'u'].map(id => new Story(id))
  return steps.flatMap(({ who, what }) => takeStep(stories[who] as Story, what))
}

/** What a step adds to the log. */
export function takeStep(story: Story, what: SharedStep['what']): readonly DeliveryRecord[] {
  const before = story.log.length
  if (what.do === 'write') story.write(what.write)
  else story.take(what)
  return story.log.slice(before)
}
