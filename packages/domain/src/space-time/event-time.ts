// Event time: when things happened, as closed intervals in milliseconds since the Unix epoch, UTC.

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

/** A closed interval. A whole day ends with its last millisecond. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/

/**
 * Milliseconds of an ISO 8601 date or instant; NaN for any other text. A date is its first moment.
 */
export function parseTimeMs(text: string): number {
  return Date.parse(text)
}

/**
 * The interval between two ISO dates or instants: a date means its whole day. Pure; NaN if a text
 * is no time.
 */
export function parseSpan(occurred: { readonly from: string; readonly to: string }): Span {
  const toMs = parseTimeMs(occurred.to)
  return {
    fromMs: parseTimeMs(occurred.from),
    toMs: dateOnly.test(occurred.to) ? toMs + dayMs - 1 : toMs
  }
}

/** ISO 8601 with milliseconds, UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * `1 June 2025`, as alerts write days for people. A day as a source states it begins or ends there;
 * of a time of day the text says that the day is in UTC: the local one may be another.
 */
export function formatDay(ms: number): string {
  const date = new Date(ms)
  const day = `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return ms % dayMs === 0 || (ms + 1) % dayMs === 0 ? day : `${day} UTC`
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December'
] as const
