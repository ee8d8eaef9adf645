// Random courses of a watch that several notifiers serve: its roster, alerts, and what happens to
// the notifiers.

import fc from 'fast-check'

const alert = fc.record({
  do: fc.constant('alert' as const),
  alertId: fc.constantFrom('siege', 'massacre'),
  severity: fc.constantFrom('moderate' as const, 'severe' as const, 'extreme' as const),
  ending: fc.constantFrom(null, null, null, null, 'resolved' as const, 'retracted' as const),
  /** An instance that reads of it a little later than the others. */
  late: fc.constantFrom(null, 0, 1, 2),
  /** The others are killed before it has read of it. */
  isLeft: fc.constantFrom(false, false, true)
})
const wait = fc.record({ do: fc.constant('wait' as const), s: fc.constantFrom(30, 60, 120, 330) })
const happening = <Name extends string>(...names: readonly Name[]) =>
  fc.record({ do: fc.constantFrom(...names), who: fc.nat({ max: 2 }) })
const answer = fc.record({
  do: fc.constant('answer' as const),
  alertId: fc.constantFrom('siege', 'massacre')
})

export const calmSteps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: alert },
    { weight: 5, arbitrary: wait },
    { weight: 1, arbitrary: answer },
    { weight: 3, arbitrary: happening('join', 'leave', 'kill') }
  ),
  { minLength: 6, maxLength: 16 }
)
export const faultySteps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: alert },
    { weight: 5, arbitrary: wait },
    {
      weight: 6,
      arbitrary: happening('join', 'kill', 'pause', 'pause', 'freeze', 'resume', 'expel', 'readmit')
    }
  ),
  { minLength: 6, maxLength: 20 }
)
export type Step =
  | (typeof calmSteps extends fc.Arbitrary<readonly (infer S)[]> ? S : never)
  | (typeof faultySteps extends fc.Arbitrary<readonly (infer S)[]> ? S : never)

export const rosters = fc.record({
  groupWaitSeconds: fc.constantFrom(0, 30),
  updateMinutes: fc.constantFrom(0, 2),
  repeatMinutes: fc.constantFrom(0, 10),
  /** Minutes after the beginning, of the first line. */
  quiet: fc.constantFrom(null, null, [-60, 6] as const, [3, 60] as const),
  /** The first line is silenced after so many minutes. */
  silencedAfter: fc.constantFrom(null, null, 0, 4),
  /** After so many minutes the follower takes over. */
  handOver: fc.constantFrom(600, 600, 8)
})
export type Roster = typeof rosters extends fc.Arbitrary<infer R> ? R : never
