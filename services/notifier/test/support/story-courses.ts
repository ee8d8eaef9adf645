// Random courses of a few alerts of changing stories, some of which not everyone may see, with
// silences, while the notifiers that tell of them come, stop and die.

import type { Severity } from '@tocsin/contracts/theatre/severity'
import fc from 'fast-check'

export const alertIds = ['siege', 'front', 'crisis', 'massacre'] as const
export type AlertId = (typeof alertIds)[number]
/** Whom a silence is for; null: everyone. */
export const hosts = ['officer', 'partner', 'coast'] as const
export type Host = (typeof hosts)[number]

const alert = fc.record({
  do: fc.constant('alert' as const),
  alertId: fc.constantFrom(...alertIds),
  severity: fc.constantFrom(
    'moderate' as const,
    'severe' as const,
    'extreme' as const,
    'extreme' as const
  ),
  ending: fc.constantFrom(null, null, null, null, 'resolved' as const, 'retracted' as const),
  link: fc.constantFrom('partOf' as const, 'references' as const),
  other: fc.constantFrom(null, ...alertIds)
})
const silence = fc.record({
  do: fc.constant('silence' as const),
  alertId: fc.constantFrom(null, ...alertIds),
  host: fc.constantFrom(null, null, ...hosts),
  minutes: fc.constantFrom(1, 2, 6, 30),
  includesExtreme: fc.constantFrom(true, true, false)
})
/** An officer takes an alert. What is said of it next pages again, and is nobody's. */
const take = fc.record({ do: fc.constant('take' as const), alertId: fc.constantFrom(...alertIds) })
const endSilence = fc.record({ do: fc.constant('end-silence' as const), which: fc.nat({ max: 3 }) })
const wait = fc.record({ do: fc.constant('wait' as const), s: fc.constantFrom(10, 30, 80, 120) })
const happening = fc.record({
  do: fc.constantFrom(
    'join',
    'join',
    'leave',
    'kill',
    'kill',
    'pause',
    'freeze',
    'resume',
    'expel',
    'readmit'
  ),
  who: fc.nat({ max: 2 })
})

export const storySteps = fc.array(
  fc.oneof(
    { weight: 7, arbitrary: alert },
    { weight: 5, arbitrary: wait },
    { weight: 3, arbitrary: silence },
    { weight: 1, arbitrary: endSilence },
    { weight: 1, arbitrary: take },
    { weight: 2, arbitrary: happening }
  ),
  { minLength: 12, maxLength: 30 }
)
export type StoryStep = typeof storySteps extends fc.Arbitrary<readonly (infer S)[]> ? S : never
export type Happening = Extract<StoryStep, { readonly who: number }>['do']

export const storyPolicies = fc.record({
  minSeverity: fc.constantFrom('minor' as const, 'severe' as const),
  groupWaitSeconds: fc.constantFrom(0, 30),
  updateMinutes: fc.constantFrom(0, 2),
  endings: fc.boolean(),
  /** Paging on. */
  unansweredMinutes: fc.constantFrom(0, 0, 2),
  repeatMinutes: fc.constantFrom(0, 0, 5),
  /** The night ends so many minutes after the beginning; null: there is none. */
  nightMinutes: fc.constantFrom(null, 6)
})
export type StoryPolicy = typeof storyPolicies extends fc.Arbitrary<infer P> ? P : never

/** An alert as it was said last. */
export interface Said {
  readonly alertId: AlertId
  readonly severity: Severity
  readonly ending: 'resolved' | 'retracted' | null
  readonly links: readonly string[]
  /** An officer has it. */
  readonly isTaken: boolean
  readonly atMs: number
  /** Tells this event from every other. */
  readonly mark: string
}
/** An event that an endpoint got. */
export interface Told {
  readonly host: Host
  readonly alertId: string
  readonly severity: Severity
  readonly isEnd: boolean
  readonly atMs: number
  readonly mark: string
}
export interface Silenced {
  readonly id: string
  readonly alertId: AlertId | null
  readonly host: Host | null
  readonly untilMs: number
  readonly includesExtreme: boolean
}
