// The reports that an address asks for, of times to answers and of a week, and how times are drawn.
// Pure.

import type { TimesBy, TimesRow } from '../shown/answers.ts'

export const timesBy = ['severity', 'area', 'officer', 'subscriber'] as const

/** The question; days as `2026-03-01`, both inclusive. */
export interface TimesAsk {
  readonly by: TimesBy
  /** Null: from the beginning. */
  readonly from: string | null
  /** Null: until now. */
  readonly to: string | null
}

const dayMs = 86_400_000
export const computeDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** The question in an address; an invalid day is ignored. */
export function timesAskIn(query: URLSearchParams): TimesAsk {
  const by = timesBy.find(each => each === query.get('by')) ?? timesBy[0]
  return { by, from: dayIn(query.get('from')), to: dayIn(query.get('to')) }
}

/** `2026-02-30` and the like are no days. */
export function dayIn(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) || computeDay(ms) !== text ? null : text
}

/** The address of the report: the suite's span ends before its second moment. */
export function timesPath({ by, from, to }: TimesAsk, format: 'json' | 'csv' = 'json'): string {
  const query = new URLSearchParams({ by })
  if (from !== null) query.set('from', from)
  if (to !== null) query.set('to', computeDay(Date.parse(to) + dayMs))
  if (format === 'csv') query.set('format', format)
  return `/v1/response-times?${query}`
}

/** The last so many days until a time, that day among them. */
export function lastDays(count: number, nowMs: number): Pick<TimesAsk, 'from' | 'to'> {
  return { from: computeDay(nowMs - (count - 1) * dayMs), to: null }
}

/** Rows that are drawn: more would not be compared by eye. */
export const drawnMax = 15

/** What is measured of a call: from the beginning to the page, and from the page to answers. */
export const measures = ['detection', 'acknowledgement', 'response'] as const
export type Measure = (typeof measures)[number]

/** Members of a row for each: how many, half within, nine of ten within, how many in time. */
const membersOf = {
  detection: ['detected', 'detectionMedianS', 'detectionP90S', 'detectedInTime'],
  acknowledgement: [
    ...(['acknowledged', 'acknowledgementMedianS'] as const),
    ...(['acknowledgementP90S', 'acknowledgedInTime'] as const)
  ],
  response: ['responded', 'responseMedianS', 'responseP90S', 'respondedInTime']
} as const satisfies Record<Measure, readonly (keyof TimesRow)[]>

export type MeasuredRow = ReturnType<typeof measuredIn>

/** `count`: calls that have such a time, `of` those that could have one. `times`: null if none has. */
export function measuredIn(row: TimesRow, what: Measure) {
  const [count, median, p90, inTime] = membersOf[what]
  const [medianS, p90S] = [row[median], row[p90]]
  return {
    ...{ row, count: row[count], inTime: row[inTime] },
    of: what === 'detection' ? row.detected : row.called,
    times: medianS === null || p90S === null ? null : { medianS, p90S }
  }
}

/** In their order; of too many those with most calls. Drills are not drawn. */
export function listDrawn(rows: readonly TimesRow[], what: Measure): readonly MeasuredRow[] {
  const drawn = rows.filter(({ drill }) => !drill).map(row => measuredIn(row, what))
  if (drawn.every(({ times }) => times === null)) return []
  if (drawn.length <= drawnMax) return drawn
  const most = new Set([...drawn].sort((a, b) => b.row.called - a.row.called).slice(0, drawnMax))
  return drawn.filter(each => most.has(each))
}

const minuteS = 60
const hourS = 3_600
const dayS = 86_400
const marksS = [
  ...[minuteS, 5 * minuteS, 15 * minuteS, hourS, 4 * hourS],
  ...[dayS, 7 * dayS, 30 * dayS, 365 * dayS]
]

/** Names of marks closer than this would lie on one another, in hundredths of the scale. */
const nameShare = 22

export type TimeScale = ReturnType<typeof computeTimeScale>

/** `namedS`: marks with room for their name. `at`: the place of a time on the scale, 0 to 100. */
export function computeTimeScale(drawn: readonly MeasuredRow[], targetS: number) {
  const most = Math.max(targetS, ...drawn.map(({ times }) => times?.p90S ?? 0))
  const end = marksS.find(mark => mark >= most) ?? most
  const along = (seconds: number) => Math.log1p(seconds / minuteS)
  const at = (seconds: number) => (100 * along(seconds)) / along(end)
  const marks = [...marksS.filter(mark => mark < end), end]
  const namedS: number[] = []
  for (const mark of marks.toReversed())
    if (namedS[0] === undefined || at(namedS[0]) - at(mark) >= nameShare) namedS.unshift(mark)
  return { marksS: marks, namedS, at }
}

export interface DigestAsk {
  readonly theatre: string
  /** A day of the week; null: the last week that ended. */
  readonly week: string | null
}

const weekMs = 7 * 86_400_000

/** As an address says it, else of the first theatre; null while none is known. */
export function digestAskIn(query: URLSearchParams, theatres: readonly string[]): DigestAsk | null {
  // `world` covers nothing once another theatre is declared.
  const first = theatres.find(id => id !== 'world') ?? theatres[0]
  const theatre = theatres.find(id => id === query.get('item')) ?? first
  return theatre === undefined ? null : { theatre, week: dayIn(query.get('week')) }
}

export function digestPath({ theatre, week }: DigestAsk): string {
  const query = new URLSearchParams({ theatre })
  if (week !== null) query.set('week', week)
  return `/v1/digest?${query}`
}

/** So many weeks after a day; null: that is in the future. */
export function weekAfter(day: string, weeks: number, nowMs: number): string | null {
  const ms = Date.parse(day) + weeks * weekMs
  return ms > nowMs ? null : computeDay(ms)
}
