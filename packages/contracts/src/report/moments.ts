// Days and instants as people and feeds write them (RFC 3339 with an offset, or a plain day), read
// strictly: 30 February is no day.

const dayPattern = /^(\d{4})-(\d\d)-(\d\d)$/
const instantPattern =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])(\d\d):(\d\d))$/

export type MomentProblem = 'not-a-time' | 'no-such-day' | 'no-such-time'
export type MomentReading =
  /**
   * `endMs`: the last millisecond of a day; for an instant the same as `startMs`. UTC, milliseconds
   * since the Unix epoch.
   */
  | { readonly kind: 'moment'; readonly startMs: number; readonly endMs: number }
  | { readonly kind: MomentProblem }

/**
 * Cache of parsed texts: each is read several times for one report, and the reports of a feed share
 * their days. Cleared when full.
 */
const lately = new Map<string, MomentReading>()
const latelyMax = 1024
/** The same for instants in UTC, under the same limit. */
const writtenLately = new Map<string, string>()

/**
 * Reads a day or an instant. Pure; never throws. A leap second is refused: no clock here has one.
 */
export function readMoment(text: string): MomentReading {
  const known = lately.get(text)
  if (known !== undefined) return known
  const moment = parseMoment(text)
  if (lately.size >= latelyMax) lately.clear()
  // What is no time may be of any length.
  if (moment.kind === 'moment') lately.set(text, moment)
  return moment
}

function parseMoment(text: string): MomentReading {
  const day = dayPattern.exec(text)
  if (day) return parseDay(Number(day[1]), Number(day[2]), Number(day[3]))
  const m = instantPattern.exec(text)
  if (!m) return { kind: 'not-a-time' }
  const date = parseDay(Number(m[1]), Number(m[2]), Number(m[3]))
  if (date.kind !== 'moment') return date
  const [hour, minute, second] = [Number(m[4]), Number(m[5]), Number(m[6] ?? 0)]
  const [offsetHour, offsetMinute] = [Number(m[9] ?? 0), Number(m[10] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59)
    return { kind: 'no-such-time' }
  const ms = Number((m[7] ?? '').padEnd(3, '0').slice(0, 3))
  const offsetMs = (m[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute) * 60_000
  const atMs = date.startMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms - offsetMs
  return { kind: 'moment', startMs: atMs, endMs: atMs }
}

/** An instant in UTC with milliseconds. Pure; throws RangeError for what `readMoment` refuses. */
export function readInstant(text: string): string {
  const known = writtenLately.get(text)
  if (known !== undefined) return known
  const moment = readMoment(text)
  if (moment.kind !== 'moment') throw new RangeError('not an instant')
  const written = new Date(moment.startMs).toISOString()
  if (writtenLately.size >= latelyMax) writtenLately.clear()
  writtenLately.set(text, written)
  return written
}

function parseDay(year: number, month: number, day: number): MomentReading {
  // Not Date.UTC, which takes years below 100 for those of the last century.
  const date = new Date(0)
  const startMs = date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? { kind: 'moment', startMs, endMs: startMs + 86_400_000 - 1 }
    : { kind: 'no-such-day' }
}
