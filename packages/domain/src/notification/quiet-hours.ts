// The hours of a day in which only what is extreme is told, by the clock of a place. Pure: time
// zones are data of the runtime.

import { record, text } from '../format/format.ts'

/** A time of day; its last is 23:59. */
export const timeOfDayPattern = '^(?:[01]\\d|2[0-3]):[0-5]\\d$'
const timeOfDay = { pattern: timeOfDayPattern }

export const quietHoursFormat = record(
  {
    from: text({
      ...timeOfDay,
      description: 'Local time of day at which they begin, such as `22:00`.'
    }),
    to: text({
      ...timeOfDay,
      description: 'Local time of day at which they end; before `from`: on the next day.'
    }),
    timeZone: text({
      minLength: 1,
      maxLength: 64,
      description: 'IANA name of the time zone, such as `Africa/Bamako`.'
    })
  },
  { additionalProperties: false }
)

export interface QuietHours {
  readonly from: string
  readonly to: string
  readonly timeZone: string
}

const minuteMs = 60_000
const dayMinutes = 1_440

/**
 * Why these hours can not be kept, as the end of a sentence that begins with the field; null if
 * they can. Pure.
 */
export function faultOfQuietHours({
  from,
  to,
  timeZone
}: QuietHours): { readonly pointer: string; readonly detail: string } | null {
  if (from === to)
    return {
      pointer: '/to',
      detail: 'must not be when they begin: such quiet hours would last for ever, or never be'
    }
  return formatOf(timeZone) === null
    ? {
        pointer: '/timeZone',
        detail: `must be a time zone such as Africa/Bamako: ${timeZone} is none that is known here`
      }
    : null
}

/**
 * When the quiet hours that hold at a time end, ms; null if none hold. Where a clock is changed
 * meanwhile the local time counts. Pure. A time zone that is not known here has no quiet hours:
 * another version of the runtime may have known it, and better told at night than never.
 */
export function quietUntilMs(hours: QuietHours, nowMs: number): number | null {
  const format = formatOf(hours.timeZone)
  if (format === null) return null
  const [from, to, now] = [minutesOf(hours.from), minutesOf(hours.to), localMinutes(format, nowMs)]
  const isQuiet = from < to ? now >= from && now < to : now >= from || now < to
  if (!isQuiet) return null
  const wholeMinuteMs = Math.floor(nowMs / minuteMs) * minuteMs
  const untilMs = wholeMinuteMs + ((to - now + dayMinutes) % dayMinutes) * minuteMs
  // A clock that was changed between now and then is off by the change.
  const off =
    ((to - localMinutes(format, untilMs) + dayMinutes * 1.5) % dayMinutes) - dayMinutes / 2
  return Math.max(untilMs + off * minuteMs, wholeMinuteMs + minuteMs)
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

const formats = new Map<string, Intl.DateTimeFormat | null>()

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  // Names come from requests: what is remembered of them stays small.
  if (formats.size > 1_000) formats.clear()
  const made = madeFormat(timeZone)
  formats.set(timeZone, made)
  return made
}

function madeFormat(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23'
    })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function localMinutes(format: Intl.DateTimeFormat, atMs: number): number {
  return minutesOf(format.format(atMs))
}
