// Who was notified of an alert: its deliveries by subscription, first those without the current
// state. Pure.

import type { AlertTold, AlertToldList, Silence, SilenceOver } from '../shown/answers.ts'
import type { ShownAnswer } from '../shown/shown-alert.ts'
import type { Standing } from './subscription-standing.ts'

const stateLevels = {
  ...{
    accepted: 'good',
    waiting: 'warn',
    held: 'unknown',
    'not-accepted': 'bad',
    'not-sent': 'unknown'
  }
} as const satisfies Readonly<Record<AlertTold['state'], Standing>>

/**
 * The level of a row for officers. A delay by its own policy is as the subscriber wants; a silence
 * was somebody's choice.
 */
export function rowLevel({ state, held = null }: AlertTold): Standing {
  return state === 'held' && held?.reason === 'silenced' ? 'warn' : stateLevels[state]
}

/** Those to which an event of the alert goes. */
export function listNotified(told: AlertToldList | null): readonly AlertTold[] {
  return (told?.items ?? []).filter(({ type }) => type !== null)
}

/** Those to which no notification goes; the `cause` of each has the reason. */
export function listNotNotified(told: AlertToldList | null): readonly AlertTold[] {
  return toldInOrder((told?.items ?? []).filter(({ type }) => type === null))
}

/** First those without the current state. */
export function toldInOrder(rows: readonly AlertTold[]): readonly AlertTold[] {
  const rank = (row: AlertTold) => order.indexOf(rowLevel(row))
  return rows.toSorted(
    (a, b) =>
      rank(a) - rank(b) || ((a.by ?? '') < (b.by ?? '') ? -1 : (a.by ?? '') > (b.by ?? '') ? 1 : 0)
  )
}

const order: readonly Standing[] = ['bad', 'warn', 'unknown', 'good']

/**
 * Who answered before those whom the alert names, oldest first: it names only those who answered
 * last.
 */
export function answeredEarlier(
  named: readonly Pick<ShownAnswer, 'subscriptionId' | 'at'>[],
  told: AlertToldList | null
): readonly ShownAnswer[] {
  const ids = new Set(named.map(({ subscriptionId }) => subscriptionId))
  const firstMs = Math.min(...named.map(({ at }) => Date.parse(at)))
  const earlier = (told?.items ?? []).flatMap(({ subscriptionId, by, answered }) => {
    if (answered == null || ids.has(subscriptionId) || Date.parse(answered.at) > firstMs) return []
    const { at, until, note, response } = answered
    return [
      {
        subscriptionId,
        by: by ?? subscriptionId,
        at,
        until,
        note,
        ...(response == null ? {} : { response })
      }
    ]
  })
  return earlier.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** The silences that are still active; the answer is some seconds old. */
export function silencesNow(told: AlertToldList | null, nowMs: number): readonly SilenceOver[] {
  return (told?.silences ?? []).filter(({ endsAt }) => Date.parse(endsAt) > nowMs)
}

/** The silence that mutes a row, if the reader may know about it. */
export function findSilence(
  { held = null }: AlertTold,
  told: AlertToldList | null
): SilenceOver | null {
  if (held === null || held.reason !== 'silenced') return null
  return told?.silences?.find(({ id }) => id === held.by) ?? null
}

/** When it ended, or will. */
export function computeEnd({ endedAt, endsAt }: Pick<Silence, 'endedAt' | 'endsAt'>): string {
  return endedAt ?? endsAt
}
