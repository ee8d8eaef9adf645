// The windows of building blocks. Sliding: all that overlaps the last days. Tumbling: consecutive
// windows of equal length, the first from a Monday on. Session: from the first incident to
// the last one that came without a gap. An interval is in every window that it touches.

import { convertToDay } from '../data/time.ts'
import { blockSource as source } from './block-groups.ts'
import type { DayView } from './day-view.ts'
import {
  defineParameters,
  type Language,
  type LookBack,
  type ParameterValues
} from './definition.ts'

const windowKinds: readonly string[] = ['sliding', 'tumbling', 'session']

export const windowParameters = defineParameters(source, {
  window: ['sliding', 'kind', `one of ${windowKinds.join(', ')}`, { words: windowKinds }],
  windowDays: [14, 'days', 'length of a sliding or tumbling window', { min: 1 }],
  gapDays: [7, 'days', 'quiet time that ends a session', { min: 1 }]
})
export type WindowParameters = ParameterValues<typeof windowParameters>

/** Monday, 5 January 1970. */
const firstTumblingDay = convertToDay(0) + 4

/** First day of the window that contains a day; for a session, the state has it. */
export function findWindowStart(
  { window, windowDays }: WindowParameters,
  day: number,
  sessionDay: number
): number {
  if (window === 'session') return sessionDay
  return window === 'tumbling' ? findTumblingStart(day, windowDays) : day - windowDays + 1
}

/** Last day on which an incident that ends on a day is in its window. */
export function findLastWindowDay(
  { window, windowDays, gapDays }: WindowParameters,
  toDay: number
): number {
  if (window === 'session') return toDay + gapDays - 1
  return window === 'tumbling'
    ? findTumblingStart(toDay, windowDays) + windowDays - 1
    : toDay + windowDays - 1
}

function findTumblingStart(day: number, days: number): number {
  return Math.floor((day - firstTumblingDay) / days) * days + firstTumblingDay
}

/** The last days of incidents, the latest first. */
export function sortByEnd(view: DayView, rows: readonly number[]): readonly number[] {
  const { toDay } = view.incidents.columns
  return [...rows].sort((a, b) => toDay[b]! - toDay[a]!)
}

/** How far back a window must see. */
export function listWindowDays({ window, windowDays, gapDays }: WindowParameters): LookBack {
  return window === 'session' ? { gapDays } : { windowDays }
}

/** `within {windowDays} days`, … */
export function nameWindow({ window }: WindowParameters, language: Language): string {
  const words = windowWords[language]
  if (window === 'session') return words.session
  return window === 'tumbling' ? words.tumbling : words.sliding
}

const windowWords: Readonly<
  Record<Language, Readonly<Record<'sliding' | 'tumbling' | 'session', string>>>
> = {
  en: {
    sliding: 'within {windowDays} days',
    tumbling: 'in one window of {windowDays} days',
    session: 'without a gap of more than {gapDays} days'
  },
  fr: {
    sliding: 'en {windowDays} jours',
    tumbling: 'dans une fenêtre de {windowDays} jours',
    session: 'sans interruption de plus de {gapDays} jours'
  }
}
