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

function parseMonth(name: string): string | null {
  const i = months.indexOf(name.slice(0, 3).toLowerCase())
  return i < 0 ? null : String(i + 1).padStart(2, '0')
}

/** Parts of a pattern, with their regular expressions. */
const tokens: Readonly<Record<string, { readonly pattern: string; readonly part: Part }>> = {
  YYYY: { pattern: '(\\d{4})', part: 'year' },
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

/** Returns the day, or the instant if the pattern has hours; null if the text does not match. */
export type MomentReader = (text: string) => string | null

/**
 * A parser for one pattern, such as `DD/MM/YYYY HH:mm`; `offset` (`Z`, `+01:00`) applies to its
 * hours. Throws RangeError for a pattern without a year, a month and a day.
 */
export function createMomentReader(pattern: string, offset: string): MomentReader {
  const parts: Part[] = []
  const source = pattern.replace(/YYYY|MMMM|MMM|MM|M|DD|D|HH|mm|ss|[.*+?^${}()|[\]\\]/g, token => {
    const known = tokens[token]
    if (known === undefined) return `\\${token}`
    parts.push(known.part)
    return known.pattern
  })
  const has = (...names: readonly Part[]) => names.some(name => parts.includes(name))
  if (!has('year') || !has('month', 'monthName') || !has('day')) {
    throw new RangeError(`the pattern "${pattern}" must contain a year, a month and a day`)
  }
  const shape = new RegExp(`^${source}$`)
  return text => {
    const match = shape.exec(text)
    return match === null
      ? null
      : formatMoment(new Map(parts.map((part, i) => [part, match[i + 1] as string])), offset)
  }
}

function formatMoment(parts: ReadonlyMap<Part, string>, offset: string): string | null {
  const name = parts.get('monthName')
  const month = name === undefined ? (parts.get('month') ?? '').padStart(2, '0') : parseMonth(name)
  if (month === null) return null
  const day = `${parts.get('year')}-${month}-${(parts.get('day') ?? '').padStart(2, '0')}`
  const hour = parts.get('hour')
  if (hour === undefined) return day
  return `${day}T${hour}:${parts.get('minute') ?? '00'}:${parts.get('second') ?? '00'}${offset}`
}
