// Event time: when things happened, as closed intervals in milliseconds since the Unix epoch, UTC.

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

/** A closed interval. A whole day ends with its last millisecond. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** In order of their beginnings, then of their ends. Pure. */
export function compareSpans(a: Span, b: Span): number {
  return a.fromMs - b.fromMs || a.toMs - b.toMs
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/

/**
 * Milliseconds of an ISO 8601 date or instant; NaN for any other text. A date is its first moment.
 */
export function parseTimeMs(text: string): number {
  if (text.length === 10) {
    const year = number4(text, 0)
    const month = number2(text, 5)
    const day = number2(text, 8)
    // Anything but a plain date is parsed in full.
    if (
      year >= 1000 &&
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= 28 &&
      text[4] === '-' &&
      text[7] === '-'
    )
      return Date.UTC(year, month - 1, day)
  }
  const ms = text.length === 24 ? instantMs(text) : Number.NaN
  return Number.isNaN(ms) ? Date.parse(dateOnly.test(text) ? `${text}T00:00:00.000Z` : text) : ms
}

/**
 * An instant as this program writes it; NaN for any other text, and for the last days of a month.
 */
function instantMs(text: string): number {
  const year = number4(text, 0)
  const month = number2(text, 5)
  const day = number2(text, 8)
  const hour = number2(text, 11)
  const minute = number2(text, 14)
  const second = number2(text, 17)
  const ms = number2(text, 20) * 10 + text.charCodeAt(22) - 48
  const isWritten =
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    text[23] === 'Z'
  const last = text.charCodeAt(22)
  const isTime = hour < 24 && minute < 60 && second < 60 && last >= 48 && last <= 57 && ms >= 0
  const isDay = year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28
  return isWritten && isTime && isDay
    ? Date.UTC(year, month - 1, day, hour, minute, second, ms)
    : Number.NaN
}

/** Two digits as a number; NaN if they are not digits. */
function number2(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function number4(text: string, at: number): number {
  return number2(text, at) * 100 + number2(text, at + 2)
}

/**
 * How many days are kept, to be given again: many reports are of one day, and each would hold a
 * span of its own.
 */
const daysKeptMax = 2048
const daysKept = new Map<string, Span>()

/**
 * The interval between two ISO dates or instants: a date means its whole day. Pure; NaN if a text
 * is no time.
 */
export function parseSpan(occurred: { readonly from: string; readonly to: string }): Span {
  if (occurred.from !== occurred.to || occurred.to.length !== 10) return spanOf(occurred)
  const known = daysKept.get(occurred.from)
  if (known !== undefined) return known
  if (daysKept.size === daysKeptMax) daysKept.clear()
  const day = spanOf(occurred)
  daysKept.set(occurred.from, day)
  return day
}

function spanOf(occurred: { readonly from: string; readonly to: string }): Span {
  const toMs = parseTimeMs(occurred.to)
  return {
    fromMs: parseTimeMs(occurred.from),
    toMs: dateOnly.test(occurred.to) ? toMs + dayMs - 1 : toMs
  }
}

/** True if the interval is given by instants rather than days. */
export function isExact(occurred: { readonly from: string; readonly to: string }): boolean {
  return !dateOnly.test(occurred.from) && !dateOnly.test(occurred.to)
}

/**
 * How many texts of times are kept, to be written again: the days of 40 years, each with its
 * beginning and its end.
 */
const writtenMax = 32_768
const written = new Map<number, string>()

/** ISO 8601 with milliseconds, UTC. */
export function formatTime(ms: number): string {
  // Many incidents have the same day, and an alert states the same times again and again.
  const known = written.get(ms)
  if (known !== undefined) return known
  const text = new Date(ms).toISOString()
  if (written.size >= writtenMax) written.clear()
  written.set(ms, text)
  return text
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
