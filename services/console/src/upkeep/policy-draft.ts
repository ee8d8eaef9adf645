// When a subscription tells of alerts, as it is typed into the form, and what is sent of it. Pure.

import type { NotificationPolicy } from '../shown/answers.ts'

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

/** A draft of what is in force; of none, of the defaults. */
export function draftOfPolicy(policy: NotificationPolicy | null | undefined): PolicyDraft {
  const held = policy ?? policyDefaults
  return {
    hasPolicy: policy !== null && policy !== undefined,
    leastSeverity: held.minSeverity,
    groupWaitSeconds: String(held.groupWaitSeconds),
    updateMinutes: String(held.updateMinutes),
    stories: held.stories,
    endings: held.endings,
    hasQuietHours: held.quietHours !== null,
    quietFrom: held.quietHours?.from ?? '22:00',
    quietTo: held.quietHours?.to ?? '06:00',
    timeZone: held.quietHours?.timeZone ?? '',
    unansweredMinutes: String(held.unansweredMinutes),
    repeatMinutes: String(held.repeatMinutes),
    watch: held.watch ?? ''
  }
}

/** The policy to send; null: each event at once. */
export function policyIn(draft: PolicyDraft): Readonly<Record<string, unknown>> | null {
  if (!draft.hasPolicy) return null
  const {
    leastSeverity: minSeverity,
    stories,
    endings,
    hasQuietHours,
    quietFrom: from,
    quietTo: to,
    timeZone
  } = draft
  return {
    minSeverity,
    ...numberIn('groupWaitSeconds', draft.groupWaitSeconds),
    ...numberIn('updateMinutes', draft.updateMinutes),
    stories,
    endings,
    quietHours: hasQuietHours ? { from, to, timeZone: timeZone.trim() } : null,
    ...numberIn('unansweredMinutes', draft.unansweredMinutes),
    ...numberIn('repeatMinutes', draft.repeatMinutes),
    watch: draft.watch.trim() === '' ? null : draft.watch.trim()
  }
}

/** What is no number goes as it was typed: the suite says at which field. */
function numberIn(name: string, typed: string): Readonly<Record<string, number | string>> {
  const text = typed.trim()
  if (text === '') return {}
  return { [name]: Number.isNaN(Number(text)) ? text : Number(text) }
}
