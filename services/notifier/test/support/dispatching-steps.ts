// What happens to several notifiers that share a log, for random courses: alerts, and instances
// that come, stop and go on.

import fc from 'fast-check'

export type Step =
  | {
      readonly do: 'alert'
      readonly theatre: number
      readonly alert: number
      readonly quiet: boolean
    }
  | { readonly do: 'burst'; readonly alerts: readonly number[] }
  | {
      readonly do: 'split'
      readonly who: number
      readonly partition: number
      readonly alerts: readonly number[]
    }
  | { readonly do: 'alert-again'; readonly which: number }
  | { readonly do: 'join' }
  | { readonly do: Happening; readonly who: number; readonly partition: number }
  | { readonly do: 'wait'; readonly ms: number }

/**
 * `stall`: what it writes hangs; `blind`: it reads nothing of one partition of the alerts. `resume`
 * ends all of it.
 */
const happenings = [
  'leave',
  'kill',
  'pause',
  'resume',
  'resume',
  'stall',
  'blind',
  'expel',
  'expel',
  'readmit'
] as const
export type Happening = (typeof happenings)[number]

const alert = fc.record({
  do: fc.constant('alert' as const),
  theatre: fc.nat({ max: 2 }),
  alert: fc.nat({ max: 2 }),
  quiet: fc.boolean()
})
const alerts = fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 6 })
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: alert },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('burst' as const), alerts }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('split' as const),
      who: fc.nat({ max: 2 }),
      partition: fc.nat({ max: 2 }),
      alerts
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('alert-again' as const), which: fc.nat({ max: 50 }) })
  },
  { weight: 3, arbitrary: fc.constant({ do: 'join' as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(...happenings),
      who: fc.nat({ max: 2 }),
      partition: fc.nat({ max: 2 })
    })
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 0, 300, 1_500, 4_000, 12_000)
    })
  }
)
