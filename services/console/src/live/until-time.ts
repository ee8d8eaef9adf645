// Until when an officer has an alert, as it is chosen: for so long, until a time of day, or with no
// end. Pure.

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

/** Chosen, and not typed yet. */
export const noClock = ':'

/** Whether a time of day is meant: `06:00`, in UTC as all times here. */
export function isClock(until: string): boolean {
  return until.includes(':')
}

/** Whether it is complete enough to be sent. */
export function isUntilSaid(until: string): boolean {
  return !isClock(until) || clockMs(until) !== null
}

/** ISO 8601; null: no end. A time of day is the next one: at 23:00 until 06:00 is tomorrow. */
export function untilTime(until: string, nowMs: number): string | null {
  const ofDay = isClock(until) ? clockMs(until) : null
  if (ofDay === null)
    return isClock(until) || until === 'none' ? null : formatIso(nowMs + Number(until) * minuteMs)
  const today = Math.floor(nowMs / dayMs) * dayMs + ofDay
  return formatIso(today > nowMs ? today : today + dayMs)
}

function clockMs(until: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(until) ?? []
  return hours === undefined ? null : (Number(hours) * 60 + Number(minutes)) * minuteMs
}

const formatIso = (ms: number): string => new Date(ms).toISOString()
