// Days and times. A day is counted from 1900 in UTC: every day with a report is positive, and 0
// can mean "none".

export const minuteMs = 60_000
export const dayMs = 86_400_000
/** The day of 1970-01-01. */
const unixDay = 25_567
/** Later than every day. */
export const never = 1e9
const dateLength = 'YYYY-MM-DD'.length

export function convertToDay(ms: number): number {
  return Math.floor(ms / dayMs) + unixDay
}

/** First millisecond of a day. */
export function convertToMs(day: number): number {
  return (day - unixDay) * dayMs
}

/** Places of the texts of days that were asked for last. */
const dayPlaces = 4096
const days = new Int32Array(dayPlaces).fill(-1)
const dayTexts: string[] = new Array(dayPlaces).fill('')

/** A day as `YYYY-MM-DD`. */
export function formatDay(day: number): string {
  const place = day & (dayPlaces - 1)
  if (days[place] !== day) {
    dayTexts[place] = new Date(convertToMs(day)).toISOString().slice(0, dateLength)
    days[place] = day
  }
  return dayTexts[place]!
}

export function isDate(text: string): boolean {
  return text.length === dateLength
}

const maxCachedDates = 4096
const cachedDates = new Map<string, number>()

/** The last instant: one report is parsed several times, and a batch has the same time. */
let lastInstant = { text: '', ms: Number.NaN }

/** First millisecond of an ISO date or instant. Caches dates: thousands of reports name one. */
export function parseMs(text: string): number {
  if (!isDate(text)) return parseInstant(text)
  const known = cachedDates.get(text)
  if (known !== undefined) return known
  if (cachedDates.size === maxCachedDates) cachedDates.clear()
  const ms = Date.parse(text)
  cachedDates.set(text, ms)
  return ms
}

/** Last millisecond of an ISO date or instant. */
export function parseEndMs(text: string): number {
  return isDate(text) ? parseMs(text) + dayMs - 1 : parseInstant(text)
}

function parseInstant(text: string): number {
  if (text !== lastInstant.text) lastInstant = { text, ms: Date.parse(text) }
  return lastInstant.ms
}
