// The hours of a day in which only extreme alerts are notified, by the clock of a place. Pure: time
// zones are data of the runtime.

import { record, text, type ValueOf } from '../format/format.ts'

/** A time of day; its last is 23:59. */
export const timeOfDayPattern = '^(?:[01]\\d|2[0-3]):[0-5]\\d$'
const timeOfDay = { pattern: timeOfDayPattern }

export const quietHoursFormat = record(
  {
    from: text('Local time of day at which they begin, such as `22:00`.', timeOfDay),
    to: text('Local time of day at which they end; before `from`: on the next day.', timeOfDay),
    timeZone: text('IANA name of the time zone, such as `Africa/Bamako`.', {
      minLength: 1,
      maxLength: 64
    })
  },
  { additionalProperties: false }
)

export type QuietHours = ValueOf<typeof quietHoursFormat>

const minuteMs = 60_000
const dayMinutes = 1_440

/**
 * Why these hours cannot apply, as the end of a sentence that begins with the field; null if they
 * can. Pure.
 */
export function findQuietHoursFault({
  from,
  to,
  timeZone
}: QuietHours): { readonly pointer: string; readonly detail: string } | null {
  if (from === to)
    return {
      pointer: '/to',
      detail: 'must not be when they begin: such quiet hours would last for ever, or never be'
    }
  return makeFormat(timeZone) === null
    ? {
        pointer: '/timeZone',
        detail: `must be a time zone such as Africa/Bamako: ${timeZone} is none that is known here`
      }
    : null
}

/**
 * When the quiet hours that apply at a time end, ms; null if none apply. The local time decides, also
 * where a clock changes: an end in an hour that a change skips is the change. Pure. An unknown time
 * zone has no quiet hours: another version of the runtime may have known it, and a notification at
 * night is better than none.
 */
export function quietUntilMs(hours: QuietHours, nowMs: number): number | null {
  const format = makeFormat(hours.timeZone)
  if (format === null) return null
  const [from, to] = [parseMinutes(hours.from), parseMinutes(hours.to)]
  const isQuiet = (local: number) =>
    from < to ? local >= from && local < to : local >= from || local < to
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs
  const now = localMinutes(format, startMs)
  if (!isQuiet(now)) return null
  const untilMs = startMs + countMinutes(now, to) * minuteMs
  if (localMinutes(format, untilMs) === to) return untilMs
  const changeMs = findClockChange(format, startMs, untilMs)
  const changed = localMinutes(format, changeMs)
  return isQuiet(changed) ? changeMs + countMinutes(changed, to) * minuteMs : changeMs
}

/** Minutes from one time of day to the next time that a clock shows another. */
function countMinutes(from: number, to: number): number {
  return (to - from + dayMinutes) % dayMinutes
}

/** The minute from which the local time is another than the one at `fromMs` predicts, ms. */
function findClockChange(format: Intl.DateTimeFormat, fromMs: number, toMs: number): number {
  const start = localMinutes(format, fromMs)
  let [before, after] = [0, (toMs - fromMs) / minuteMs]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    const isBefore =
      localMinutes(format, fromMs + middle * minuteMs) === (start + middle) % dayMinutes
    if (isBefore) before = middle
    else after = middle
  }
  return fromMs + after * minuteMs
}

function parseMinutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

const formats = new Map<string, Intl.DateTimeFormat | null>()

function makeFormat(timeZone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  // Names come from requests: the cache stays small.
  if (formats.size > 1_000) formats.clear()
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  let made: Intl.DateTimeFormat | null = null
  try {
    made = new Intl.DateTimeFormat('en-GB', { timeZone, ...time })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  formats.set(timeZone, made)
  return made
}

function localMinutes(format: Intl.DateTimeFormat, atMs: number): number {
  return parseMinutes(format.format(atMs))
}
