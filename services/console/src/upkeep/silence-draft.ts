// A silence as it is typed into the form, what is sent, and how one stands. Pure.

import type { Silence } from '../shown/answers.ts'
import { isOpen, type ShownAlert } from '../shown/shown-alert.ts'

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
  /** Id of the silence that this one replaces; empty: none. */
  readonly replaces: string
  /** Of that one: what the form has no fields for. */
  readonly kept: { readonly filter?: object; readonly handling?: string }
  /** As a field of date and time has it, in UTC; empty: now. */
  readonly startsAt: string
  readonly minutes: string
  readonly reason: string
  readonly includesExtreme: boolean
}

export const blankSilence: SilenceDraft = {
  ...{ of: '', certainty: '', omitted: [], seen: null, replaces: '', kept: {}, startsAt: '' },
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
  ...['filter', 'startsAt', 'minutes', 'reason', 'subscriptionId', 'alertId', 'includesExtreme']
]

export function bodyOfSilence(draft: SilenceDraft): Readonly<Record<string, unknown>> {
  const named = Object.fromEntries(
    lists.flatMap(name => {
      const items = itemsIn(draft, name)
      return items.length === 0 ? [] : [[name, items]]
    })
  )
  const { filter: more = {}, ...kept } = draft.kept
  const filter = { ...more, ...named }
  const minutes = draft.minutes.trim()
  return {
    ...kept,
    reason: draft.reason.trim(),
    // What is no number goes as it was typed: the suite says at which field.
    minutes: minutes === '' || Number.isNaN(Number(minutes)) ? minutes : Number(minutes),
    ...(draft.startsAt === '' ? {} : { startsAt: `${draft.startsAt}Z` }),
    ...(draft.alertId === '' ? { filter } : { alertId: draft.alertId }),
    ...(draft.subscriptionId === '' ? {} : { subscriptionId: draft.subscriptionId }),
    includesExtreme: draft.includesExtreme
  }
}

function itemsIn(draft: SilenceDraft, name: (typeof lists)[number]): readonly string[] {
  const items = draft[name].split(',').map(item => item.trim())
  return items
    .filter(item => item !== '')
    .map(item => (upperCase.has(name) ? item.toUpperCase() : item))
}

const minuteMs = 60_000
/** Of `2026-03-01T12:00`. */
const minuteLength = 16

/** A silence as the form begins with it, to be replaced; null: not all of it is told. */
export function draftOfSilence(silence: Silence, nowMs: number): SilenceDraft | null {
  const { id, alertId, filter, subscriptionId, startsAt, endsAt, reason, handling } = silence
  if (reason === null || filter === null || handling === null) return null
  const isWaiting = Date.parse(startsAt) > nowMs
  const beginMs = isWaiting ? Date.parse(startsAt) : nowMs
  const isField = (name: string) => lists.some(each => each === name)
  const more = Object.entries(filter).filter(([name]) => !isField(name))
  const fields = lists.map(name => {
    const { [name]: items } = filter as Readonly<Record<string, unknown>>
    return [name, Array.isArray(items) ? items.join(', ') : '']
  })
  return {
    ...blankSilence,
    ...Object.fromEntries(fields),
    ...{ of: id, replaces: id, alertId: alertId ?? '', subscriptionId: subscriptionId ?? '' },
    kept: { handling, ...(more.length === 0 ? {} : { filter: Object.fromEntries(more) }) },
    startsAt: isWaiting ? startsAt.slice(0, minuteLength) : '',
    minutes: String(Math.ceil((Date.parse(endsAt) - beginMs) / minuteMs)),
    ...{ reason, includesExtreme: silence.includesExtreme }
  }
}

/** Whether it would hold back an alert, by the fields of the form. */
export function wouldHold(draft: SilenceDraft, alert: ShownAlert): boolean {
  if (!isOpen(alert) || (alert.severity === 'extreme' && !draft.includesExtreme)) return false
  if (draft.alertId !== '') return alert.alertId === draft.alertId
  const values: Readonly<Record<(typeof lists)[number], readonly string[]>> = {
    severity: [alert.severity],
    country: alert.area.country ?? [],
    admin1: alert.area.admin1 ?? [],
    pattern: [alert.pattern],
    theatre: [alert.theatre],
    certainty: [alert.certainty]
  }
  return lists.every(name => {
    const items = itemsIn(draft, name)
    return items.length === 0 || items.some(item => values[name].includes(item))
  })
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
