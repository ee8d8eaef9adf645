// Parses days as people and programs write them. The order of day and month is never guessed:
// 03/04/2024 is refused without a pattern.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * An unambiguous day: 2024-03-01, 20240301, 1 March 2024, March 1, 2024; a midnight after it is
 * ignored. Else null.
 */
export function readDay(text: string): string | null {
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(text)
  if (iso) return `${iso[1]}-${iso[2]}-${iso[3]}`
  const packed = /^(\d{4})(\d\d)(\d\d)$/.exec(text)
  if (packed) return `${packed[1]}-${packed[2]}-${packed[3]}`
  const dayFirst = /^(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})$/.exec(text)
  if (dayFirst) return formatDay(dayFirst[3], dayFirst[2], dayFirst[1])
  const monthFirst = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/.exec(text)
  return monthFirst ? formatDay(monthFirst[3], monthFirst[1], monthFirst[2]) : null
}

function formatDay(
  year: string | undefined,
  monthName: string | undefined,
  day: string | undefined
): string | null {
  const month = parseMonth(monthName ?? '')
  return month === null ? null : `${year}-${month}-${(day ?? '').padStart(2, '0')}`
}

/** The number of a month by its English name or the first three letters; else null. */
export function parseMonth(name: string): string | null {
  const i = months.indexOf(name.slice(0, 3).toLowerCase())
  return i < 0 ? null : String(i + 1).padStart(2, '0')
}

/** Parts of a pattern, with their regular expressions. */
const tokens: Readonly<Record<string, { readonly pattern: string; readonly part: Part }>> = {
  YYYY: { pattern: '(\\d{4})', part: 'year' },
  YY: { pattern: '(\\d\\d)', part: 'year' },
  MMMM: { pattern: '([A-Za-z]{3,9})', part: 'monthName' },
  MMM: { pattern: '([A-Za-z]{3,9})\\.?', part: 'monthName' },
  MM: { pattern: '(\\d\\d)', part: 'month' },
  M: { pattern: '(\\d{1,2})', part: 'month' },
  DD: { pattern: '(\\d\\d)', part: 'day' },
  D: { pattern: '(\\d{1,2})', part: 'day' },
  HH: { pattern: '(\\d\\d)', part: 'hour' },
  mm: { pattern: '(\\d\\d)', part: 'minute' },
  ss: { pattern: '(\\d\\d)', part: 'second' }
}
type Part = 'year' | 'month' | 'monthName' | 'day' | 'hour' | 'minute' | 'second'

/** The first and the last day that a text may mean, or one instant. */
export interface Moments {
  readonly from: string
  readonly to: string
  /** True if the text names a month or a year: the days are its first and last. */
  readonly isWidened: boolean
}

/** Returns null if the text does not match. */
export type MomentReader = (text: string) => Moments | null

/** A two-digit year from here on is of the 1900s, an earlier one of the 2000s, as in POSIX. */
const firstYearOf1900s = 69

function completeYear(year: string): string {
  if (year.length !== 2) return year
  return `${Number(year) >= firstYearOf1900s ? 19 : 20}${year}`
}

/**
 * A parser for one pattern, such as `DD/MM/YYYY HH:mm`, or for the days of Excel (`excel`);
 * `offset` (`Z`, `+01:00`; null: none is stated) applies to its hours. A pattern of a month or of a
 * year gives its days. Throws RangeError for a pattern without a year, or with hours and no day.
 */
export function createMomentReader(pattern: string, offset: string | null): MomentReader {
  if (pattern === 'excel') return text => readSerialDay(text, offset)
  const parts: Part[] = []
  const letters = /YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|mm|ss|[.*+?^${}()|[\]\\]/g
  const source = pattern.replace(letters, token => {
    const known = tokens[token]
    if (known === undefined) return `\\${token}`
    parts.push(known.part)
    return known.pattern
  })
  const has = (...names: readonly Part[]) => names.some(name => parts.includes(name))
  const isWhole = has('year') && has('month', 'monthName') && has('day')
  if (!isWhole && has('day', 'hour', 'minute', 'second'))
    throw new RangeError(`the pattern "${pattern}" must contain a year, a month and a day`)
  if (!has('year')) throw new RangeError(`the pattern "${pattern}" must contain a year`)
  const shape = new RegExp(`^${source}$`, 'i')
  return text => {
    const match = shape.exec(text)
    return match === null
      ? null
      : formatMoment(new Map(parts.map((part, i) => [part, match[i + 1] as string])), offset)
  }
}

function formatMoment(parts: ReadonlyMap<Part, string>, offset: string | null): Moments | null {
  const name = parts.get('monthName')
  const month = name === undefined ? (parts.get('month') ?? null) : parseMonth(name)
  if (name !== undefined && month === null) return null
  const days = widenDay(parts.get('year') as string, month, parts.get('day') ?? null)
  const hour = parts.get('hour')
  if (days === null || hour === undefined) return days
  const time = `${hour}:${parts.get('minute') ?? '00'}:${parts.get('second') ?? '00'}`
  return useMoment(`${days.from}T${time}${offset ?? 'Z'}`)
}

/**
 * A day by its numbers; without a day its month, without a month its year. A day that is not in the
 * calendar stays as it is; null for a month that there is not.
 */
export function widenDay(year: string, month: string | null, day: string | null): Moments | null {
  const whole = completeYear(year)
  if (month === null) return { from: `${whole}-01-01`, to: `${whole}-12-31`, isWidened: true }
  if (Number(month) < 1 || Number(month) > 12) return null
  const start = `${whole}-${month.padStart(2, '0')}`
  if (day !== null) return useMoment(`${start}-${day.padStart(2, '0')}`)
  const last = new Date(Date.UTC(Number(whole), Number(month), 0)).getUTCDate()
  return { from: `${start}-01`, to: `${start}-${last}`, isWidened: true }
}

/** One day or instant. */
export function useMoment(moment: string): Moments {
  return { from: moment, to: moment, isWidened: false }
}

/** Source: Excel counts days from 30 December 1899, with a day too many before March 1900. */
const [serialMin, serialMax] = [61, 99_999]

/** The day of a number of Excel; its hours too, if an offset is stated. */
function readSerialDay(text: string, offset: string | null): Moments | null {
  if (!/^\d{2,5}(?:[.,]\d+)?$/.test(text)) return null
  const days = Number(text.replace(',', '.'))
  if (days < serialMin || days >= serialMax + 1) return null
  const seconds = Math.round(days * 86_400)
  const iso = new Date(Date.UTC(1899, 11, 30) + seconds * 1000).toISOString()
  const hasHours = offset !== null && seconds % 86_400 !== 0
  return useMoment(hasHours ? `${iso.slice(0, 19)}${offset}` : iso.slice(0, 10))
}
