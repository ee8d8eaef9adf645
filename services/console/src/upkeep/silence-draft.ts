// A silence as it is typed into the form, what is sent, and how one stands. Pure.

import type { Silence } from '../shown/answers.ts'

export interface SilenceDraft {
  /**
   * What the form was opened for: what is typed for one thing is kept beside another. Empty:
   * nothing in particular.
   */
  readonly of: string
  /** Empty: alerts that pass the filter. */
  readonly alertId: string
  /** The headline of that alert, for people. */
  readonly headline: string
  /** Its `operatorRevision` as it was last seen; null without an alert. */
  readonly seen: number | null
  /** Empty: every subscription. */
  readonly subscriptionId: string
  /** Codes separated by commas; empty: all. So are those below. */
  readonly severity: string
  readonly country: string
  readonly admin1: string
  readonly pattern: string
  readonly theatre: string
  readonly certainty: string
  /** What the list that it was begun at is filtered by and a silence cannot be, in words. */
  readonly omitted: readonly string[]
  readonly minutes: string
  readonly reason: string
  readonly includesExtreme: boolean
}

export const blankSilence: SilenceDraft = {
  ...{ of: '', certainty: '', omitted: [], seen: null },
  ...{
    alertId: '',
    headline: '',
    subscriptionId: '',
    severity: '',
    country: '',
    admin1: '',
    pattern: '',
    theatre: ''
  },
  ...{ minutes: '60', reason: '', includesExtreme: false }
}

const lists = ['severity', 'country', 'admin1', 'pattern', 'theatre', 'certainty'] as const

/** Codes that are written so, however they were typed. */
const upperCase: ReadonlySet<string> = new Set(['country', 'admin1'])

/** Fields of the form by the names that refusals of the suite have for them. */
export const silenceFields = [
  ...lists.map(name => `filter/${name}`),
  ...['filter', 'minutes', 'reason', 'subscriptionId', 'alertId', 'includesExtreme']
]

export function bodyOfSilence(draft: SilenceDraft): Readonly<Record<string, unknown>> {
  const filter = Object.fromEntries(
    lists.flatMap(name => {
      const items = itemsIn(draft[name])
      return items.length === 0
        ? []
        : [[name, upperCase.has(name) ? items.map(code => code.toUpperCase()) : items]]
    })
  )
  const minutes = draft.minutes.trim()
  return {
    reason: draft.reason.trim(),
    // What is no number goes as it was typed: the suite says at which field.
    minutes: minutes === '' || Number.isNaN(Number(minutes)) ? minutes : Number(minutes),
    ...(draft.alertId === '' ? { filter } : { alertId: draft.alertId }),
    ...(draft.subscriptionId === '' ? {} : { subscriptionId: draft.subscriptionId }),
    includesExtreme: draft.includesExtreme
  }
}

function itemsIn(text: string): readonly string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

/** `over`: it was ended, or its time has passed; also before the suite says so. */
export type SilenceStanding = 'holding' | 'unbacked' | 'matches-nothing' | 'waiting' | 'over'

/** What is said of it first: one that mutes nothing is the likely mistake. */
export function silenceStanding(
  { standing, isBacked, matches, endsAt }: Silence,
  nowMs: number
): SilenceStanding {
  if (standing === 'over' || Date.parse(endsAt) <= nowMs) return 'over'
  if (standing === 'waiting') return 'waiting'
  if (!isBacked) return 'unbacked'
  return matches === 0 ? 'matches-nothing' : 'holding'
}
