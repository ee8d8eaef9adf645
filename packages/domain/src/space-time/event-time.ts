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

/** Milliseconds of an ISO 8601 date or instant; NaN for any other text. A date is its first moment. */
export function parseTimeMs(text: string): number {
  if (text.length === 10) {
    const [year, month, day] = [number4(text, 0), number2(text, 5), number2(text, 8)]
    // Anything but a plain date is parsed in full.
    if (year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && text[4] === '-' && text[7] === '-')
      return Date.UTC(year, month - 1, day)
  }
  return Date.parse(dateOnly.test(text) ? `${text}T00:00:00.000Z` : text)
}

/** Two digits as a number; NaN if they are not digits. */
function number2(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function number4(text: string, at: number): number {
  return number2(text, at) * 100 + number2(text, at + 2)
}

/** The interval between two ISO dates or instants: a date means its whole day. Pure; NaN if a text is no time. */
export function parseSpan(occurred: { readonly from: string; readonly to: string }): Span {
  const toMs = parseTimeMs(occurred.to)
  return { fromMs: parseTimeMs(occurred.from), toMs: dateOnly.test(occurred.to) ? toMs + dayMs - 1 : toMs }
}

/** True if the interval is given by instants rather than days. */
export function isExact(occurred: { readonly from: string; readonly to: string }): boolean {
  return !dateOnly.test(occurred.from) && !dateOnly.test(occurred.to)
}

/** ISO 8601 with milliseconds, UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** `1 June 2025`, as alerts write days for people. */
export function formatDay(ms: number): string {
  const date = new Date(ms)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
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

/** Days between two intervals; 0 if they touch or overlap. */
export function gapDays(a: Span, b: Span): number {
  return Math.max(0, Math.max(a.fromMs, b.fromMs) - Math.min(a.toMs, b.toMs) - 1) / dayMs
}

/** True if an interval is longer than a window of days: it lies in no single window for certain. */
export function isLongerThan({ fromMs, toMs }: Span, days: number): boolean {
  return toMs - fromMs > days * dayMs
}

/** Overlap of two intervals, ms; 0 if they only touch. An open end is Infinity. */
export function overlapMs(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs))
}
