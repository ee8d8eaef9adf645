// When a subscription tells of alerts, as it is typed into the form, and what is sent of it. Pure.

import type { NotificationPolicy } from '../shown/answers.ts'
import { bodyOf, typedFrom } from './typed-fields.ts'

/** What holds where a part is left out: as the domain has it, which a test compares. */
export const policyDefaults: NotificationPolicy = {
  ...{ minSeverity: 'minor', groupWaitSeconds: 30, updateMinutes: 15 },
  ...{
    stories: 'one',
    endings: true,
    quietHours: null,
    unansweredMinutes: 0,
    repeatMinutes: 0,
    watch: null
  }
}

export interface PolicyDraft {
  readonly hasPolicy: boolean
  readonly leastSeverity: string
  /** Numbers as they are typed; empty: the default. */
  readonly groupWaitSeconds: string
  readonly updateMinutes: string
  readonly stories: string
  readonly endings: boolean
  readonly hasQuietHours: boolean
  readonly quietFrom: string
  readonly quietTo: string
  readonly timeZone: string
  readonly unansweredMinutes: string
  readonly repeatMinutes: string
  /** Id of a watch; empty: none. */
  readonly watch: string
}

/** Fields by the names that refusals of the suite have for them; the policy as a whole last. */
export const policyFields = [
  ...[
    'minSeverity',
    'groupWaitSeconds',
    'updateMinutes',
    'stories',
    'endings',
    'unansweredMinutes',
    'repeatMinutes',
    'watch'
  ].map(name => `policy/${name}`),
  ...['from', 'to', 'timeZone'].map(name => `policy/quietHours/${name}`),
  'policy'
]

const policyKinds = {
  ...({ groupWaitSeconds: 'number', updateMinutes: 'number', stories: 'text' } as const),
  ...({ endings: 'check', unansweredMinutes: 'number', repeatMinutes: 'number' } as const),
  watch: 'text'
} as const

/** A draft of what is in force; of none, of the defaults. */
export function draftOfPolicy(policy: NotificationPolicy | null | undefined): PolicyDraft {
  const held = policy ?? policyDefaults
  const { quietHours } = held
  return {
    ...typedFrom(held, policyKinds),
    hasPolicy: policy !== null && policy !== undefined,
    leastSeverity: held.minSeverity,
    hasQuietHours: quietHours !== null,
    quietFrom: quietHours?.from ?? '22:00',
    quietTo: quietHours?.to ?? '06:00',
    timeZone: quietHours?.timeZone ?? ''
  }
}

/** The policy to send; null: each event at once. */
export function policyIn(draft: PolicyDraft): Readonly<Record<string, unknown>> | null {
  if (!draft.hasPolicy) return null
  const { leastSeverity: minSeverity, quietFrom: from, quietTo: to, timeZone } = draft
  const quietHours = draft.hasQuietHours ? { from, to, timeZone: timeZone.trim() } : null
  return { minSeverity, ...bodyOf(draft, policyKinds, ['watch']), quietHours }
}
