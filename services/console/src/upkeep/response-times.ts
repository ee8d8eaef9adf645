// The report of times to answers: what is asked for, and how it is drawn. Pure.

import type { TimesBy, TimesRow } from '../shown/answers.ts'

export const timesBy = ['severity', 'area', 'officer', 'subscriber'] as const

/** What is asked for; days as `2026-03-01`, both of them included. */
export interface TimesAsk {
  readonly by: TimesBy
  /** Null: from the beginning. */
  readonly from: string | null
  /** Null: until now. */
  readonly to: string | null
}

const dayMs = 86_400_000
export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** As an address says it; a day that is none says nothing. */
export function timesAskIn(query: URLSearchParams): TimesAsk {
  const by = timesBy.find(each => each === query.get('by')) ?? timesBy[0]
  return { by, from: dayIn(query.get('from')), to: dayIn(query.get('to')) }
}

/** `2026-02-30` and the like are no days. */
export function dayIn(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) || dayOf(ms) !== text ? null : text
}

/** The address of the report: the suite's span ends before its second moment. */
export function timesPath({ by, from, to }: TimesAsk, format: 'json' | 'csv' = 'json'): string {
  const query = new URLSearchParams({ by })
  if (from !== null) query.set('from', from)
  if (to !== null) query.set('to', dayOf(Date.parse(to) + dayMs))
  if (format === 'csv') query.set('format', format)
  return `/v1/response-times?${query}`
}

/** The last so many days until a time, that day among them. */
export function lastDays(count: number, nowMs: number): Pick<TimesAsk, 'from' | 'to'> {
  return { from: dayOf(nowMs - (count - 1) * dayMs), to: null }
}

/** Rows that are drawn: more would not be compared by eye. */
export const drawnMax = 15

export interface DrawnTime {
  readonly row: TimesRow
  readonly answered: number
  readonly medianS: number
  readonly p90S: number
}

export type Answering = 'acknowledgement' | 'response'

/**
 * Rows with times, in their order; if there are too many those with most calls. Exercises are not
 * drawn.
 */
export function drawnOf(rows: readonly TimesRow[], what: Answering): readonly DrawnTime[] {
  const drawn = rows.flatMap(row => {
    const [answered, medianS, p90S] =
      what === 'acknowledgement'
        ? [row.acknowledged, row.acknowledgementMedianS, row.acknowledgementP90S]
        : [row.responded, row.responseMedianS, row.responseP90S]
    return row.drill || medianS === null || p90S === null ? [] : [{ row, answered, medianS, p90S }]
  })
  if (drawn.length <= drawnMax) return drawn
  const most = new Set([...drawn].sort((a, b) => b.row.called - a.row.called).slice(0, drawnMax))
  return drawn.filter(each => most.has(each))
}

const minuteS = 60
const hourS = 3_600
const dayS = 86_400
/** Marks of the scale, seconds. */
const marksS = [
  minuteS,
  5 * minuteS,
  15 * minuteS,
  hourS,
  4 * hourS,
  dayS,
  7 * dayS,
  30 * dayS,
  365 * dayS
]

/** Names of marks closer than this would lie on one another, in hundredths of the scale. */
const nameShare = 22

export interface TimeScale {
  readonly marksS: readonly number[]
  /** Marks that have room for their name, the last among them. */
  readonly namedS: readonly number[]
  /** Where a time stands, 0 to 100. */
  readonly at: (seconds: number) => number
}

/**
 * From nothing to the first mark that no time exceeds. Each mark is several times the one before:
 * minutes and days are seen.
 */
export function timeScaleOf(drawn: readonly DrawnTime[]): TimeScale {
  const most = Math.max(0, ...drawn.map(({ p90S }) => p90S))
  const end = marksS.find(mark => mark >= most) ?? most
  const along = (seconds: number) => Math.log1p(seconds / minuteS)
  const at = (seconds: number) => (100 * along(seconds)) / along(end)
  const marks = [...marksS.filter(mark => mark < end), end]
  const namedS: number[] = []
  for (const mark of marks.toReversed())
    if (namedS[0] === undefined || at(namedS[0]) - at(mark) >= nameShare) namedS.unshift(mark)
  return { marksS: marks, namedS, at }
}
