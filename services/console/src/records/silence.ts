// A silence as it is typed into the form, what is sent, and its state. Pure.

import type { Silence } from '../shown/answers.ts'
import { isOpen, type ShownAlert } from '../shown/shown-alert.ts'
import { type DraftOf, draftFrom, type FieldTable, makeBody, type Typed } from './field-table.ts'
import { filterFields, pickKept } from './subscription.ts'

const isOfFilter = { row: 'filter', when: ({ alertId }: Typed) => alertId === '' } as const

export const silenceFields = {
  severity: { as: 'picks', of: 'severities', at: 'filter/severity', ...isOfFilter },
  country: { ...filterFields.country, ...isOfFilter },
  admin1: { ...filterFields.admin1, ...isOfFilter },
  category: { ...filterFields.category, ...isOfFilter },
  pattern: { ...filterFields.pattern, ...isOfFilter },
  ruleId: { ...filterFields.ruleId, ...isOfFilter },
  certainty: { ...filterFields.certainty, ...isOfFilter },
  theatre: { ...filterFields.theatre, ...isOfFilter },
  reason: { as: 'text', isRequired: true, maxLength: 500 },
  startsAt: { as: 'moment', row: 'time' },
  minutes: { as: 'number', isRequired: true, row: 'time' },
  subscriptionId: { as: 'choice' },
  includesExtreme: { as: 'check' }
} as const satisfies FieldTable

export interface SilenceDraft extends DraftOf<typeof silenceFields> {
  /**
   * What the form was opened for: input for one subject is stored separately from that for another.
   * Empty: no particular subject.
   */
  readonly of: string
  /** Empty: alerts that pass the filter. */
  readonly alertId: string
  /** The headline of that alert, for people. */
  readonly headline: string
  /** Its `operatorRevision` as it was last seen; null without an alert. */
  readonly seen: number | null
  /** What the list that it was begun at is filtered by and a silence cannot be, in words. */
  readonly omitted: readonly string[]
  /** Id of the silence that this one replaces; empty: none. */
  readonly replaces: string
  /** Of that one: what the form has no fields for. */
  readonly kept: { readonly filter?: object; readonly handling?: string }
}

export const blankSilence: SilenceDraft = {
  ...draftFrom({ minutes: 60 }, silenceFields),
  ...{ of: '', alertId: '', headline: '', omitted: [], seen: null, replaces: '', kept: {} }
}

export function makeSilenceBody(draft: SilenceDraft): Readonly<Record<string, unknown>> {
  const { alertId, kept } = draft
  const body = { ...kept, ...makeBody(draft, silenceFields) }
  return alertId === ''
    ? { ...body, filter: { ...kept.filter, ...body.filter } }
    : { ...body, alertId }
}

const minuteMs = 60_000

/** A silence as the initial content of the form, to be replaced; null: not all is visible. */
export function makeSilenceDraft(silence: Silence, nowMs: number): SilenceDraft | null {
  const { id, alertId, filter, startsAt, endsAt, reason, handling } = silence
  if (reason === null || filter === null || handling === null) return null
  const isWaiting = Date.parse(startsAt) > nowMs
  const beginMs = isWaiting ? Date.parse(startsAt) : nowMs
  const more = pickKept(filter, silenceFields)
  return {
    ...blankSilence,
    ...draftFrom({ ...silence, startsAt: isWaiting ? startsAt : null }, silenceFields),
    ...{ of: id, replaces: id, alertId: alertId ?? '' },
    kept: { handling, ...(Object.keys(more).length === 0 ? {} : { filter: more }) },
    minutes: String(Math.ceil((Date.parse(endsAt) - beginMs) / minuteMs))
  }
}

/** Whether only Tocsin knows what it would mute: the page gets alerts without their categories. */
export function isJudgedByTocsin({ alertId, kept, category }: SilenceDraft): boolean {
  return alertId === '' && (kept.filter !== undefined || category.length > 0)
}

/** Whether it would mute an alert, by the fields of the form. */
export function wouldHold(draft: SilenceDraft, alert: ShownAlert): boolean {
  if (!isOpen(alert) || (alert.severity === 'extreme' && !draft.includesExtreme)) return false
  if (draft.alertId !== '') return alert.alertId === draft.alertId
  const { severity, area, pattern, ruleId, theatre, certainty } = alert
  const { country, admin1 } = area
  const values = { country, admin1, severity: [severity], pattern: [pattern], ruleId: [ruleId] }
  return Object.entries({ ...values, theatre: [theatre], certainty: [certainty] }).every(
    ([name, own]) => {
      const chosen = draft[name as keyof typeof values]
      return chosen.length === 0 || chosen.some(code => own?.some(each => each === code))
    }
  )
}

/** `over`: it was ended, or its time has passed, also before the suite reports it. */
export type SilenceStanding = 'holding' | 'unbacked' | 'matches-nothing' | 'waiting' | 'over'

/** Its most important state: one that mutes no alert is the likely mistake. */
export function silenceStanding(
  { standing, isBacked, matches, endsAt }: Silence,
  nowMs: number
): SilenceStanding {
  if (standing === 'over' || Date.parse(endsAt) <= nowMs) return 'over'
  if (standing === 'waiting') return 'waiting'
  if (!isBacked) return 'unbacked'
  return matches === 0 ? 'matches-nothing' : 'holding'
}
