// Courses of events and what was told of them, as tables that a person can read.

import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/contracts/subscription/notification-policy'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import type { Duty } from '../../src/notification/rosters.ts'
import { type PlayedEvent, playPolicy } from './policy-play.ts'

/** Midnight in UTC. */
export const dayMs = Date.parse('2026-03-02T00:00:00Z')

/** `1d 22:30:05` or `22:30`, of the day of the table. */
export function atMs(time: string): number {
  const match = /^(?:(\d+)d )?(\d\d):(\d\d)(?::(\d\d))?$/.exec(time)
  if (match === null) throw new Error(`${time} is no time of a table`)
  const [days, hours, minutes, seconds] = match.slice(1).map(each => Number(each ?? 0)) as [
    number,
    number,
    number,
    number
  ]
  return dayMs + ((days * 24 + hours) * 3_600 + minutes * 60 + seconds) * 1_000
}

function shownTime(ms: number): string {
  const days = Math.floor((ms - dayMs) / 86_400_000)
  const time = new Date(ms).toISOString().slice(11, 19).replace(/:00$/, '')
  return days === 0 ? time : `${days}d ${time}`
}

export const facts: FilterFacts = {
  severity: 'severe',
  status: 'active',
  pattern: 'front',
  ruleId: 'front',
  category: ['attack'],
  theatre: 'sahel',
  area: { country: ['ML'], admin1: ['ML-5'], circle: [14, -4, 10], settlement: null },
  certainty: 'observed',
  handling: 'public',
  drill: false
} as unknown as FilterFacts

/**
 * A line: time, alert, severity or its ending, and how it lies in a story: `22:30 siege severe`,
 * `22:31 toll minor in:siege`, `23:00 toll resolved`, `23:00 toll severe with:siege`; `answered`,
 * `lapsed` and `noted` (a comment or a response, also after the end) for what officers do.
 */
export function courseOf(lines: readonly string[]): PlayedEvent[] {
  const last = new Map<string, PlayedEvent>()
  return lines.map(line => {
    const match = /^((?:\d+d )?[\d:]+) (\S+) (\S+)(?: (in|with):(\S+))?$/.exec(line)
    if (match === null) throw new Error(`${line} is no line of a course`)
    const [time, alertId, what, link, other] = match.slice(1) as [
      string,
      string,
      string,
      string | undefined,
      string | undefined
    ]
    const isAnswered =
      what === 'answered' || (what !== 'lapsed' && last.get(alertId)?.isAnswered === true)
    const before = last.get(alertId)
    const isAfterEnd = what === 'noted' && before !== undefined && before.ending !== null
    const ends = what === 'resolved' || what === 'retracted' ? what : null
    const ending = what === 'noted' ? (before?.ending ?? null) : ends
    const isOfOfficer = what === 'answered' || what === 'lapsed' || what === 'noted'
    const severity =
      ending === null && !isOfOfficer ? (what as Severity) : (before?.severity ?? 'moderate')
    const event: PlayedEvent = {
      ...{ alertId, severity, ending, isAfterEnd, isAnswered, atMs: atMs(time) },
      partOf: link === 'in' ? (other as string) : (before?.partOf ?? null),
      references: link === 'with' ? [other as string] : (before?.references ?? []),
      facts: { ...facts, severity }
    }
    last.set(alertId, event)
    return event
  })
}

export interface TableOptions {
  readonly silences?: readonly SilenceState[]
  readonly until?: string
  readonly dutyAt?: (atMs: number) => Duty
}

/**
 * Each telling as `22:30:30 siege severe first (3)`: time, alert, severity, reason, and how many
 * events it tells of.
 */
export function toldIn(
  policy: NotificationPolicy,
  lines: readonly string[],
  { silences = [], until = '6d 00:00', ...more }: TableOptions = {}
) {
  const played = playPolicy(policy, courseOf(lines), {
    subscriptionId: 'duty',
    silences,
    untilMs: atMs(until),
    ...more
  })
  const told = played.told.map(
    ({ atMs: at, alertId, severity, reason, events }) =>
      `${shownTime(at)} ${alertId} ${severity} ${reason}${events === 1 ? '' : ` (${events})`}`
  )
  const untold = played.untold.map(
    ({ alertId, reason, events }) => `${alertId} ${reason}${events === 1 ? '' : ` (${events})`}`
  )
  return { told, untold }
}

export function silence(
  from: string,
  to: string,
  changed: Partial<SilenceState> = {}
): SilenceState {
  const [startsAt, endsAt] = [from, to].map(time => new Date(atMs(time)).toISOString()) as [
    string,
    string
  ]
  return {
    ...{ silenceId: 'roads', filter: {}, alertId: null, subscriptionId: null, startsAt, endsAt },
    ...{ endedAt: null, includesExtreme: false, handling: 'restricted', theatres: '*' },
    ...{ reason: 'roads', by: null, ownerKeyId: 'owner', createdAt: startsAt },
    ...changed
  }
}
