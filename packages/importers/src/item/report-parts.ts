// Parts of a report shared by several formats: optional members, texts and lists within the
// contract's limits, ordered deaths.

import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import type { AreaNames, ImportSettings } from './import-item.ts'
import { buildColumnKey, type TableRow } from './table-row.ts'

/** Limits of the contract. Source: report.v1.schema.json; a test keeps them equal. */
export const limits = {
  name: 200,
  narrative: 20_000,
  list: 20,
  link: 2000,
  externalId: 200
} as const

/** A copy without members that are null or undefined, which a report may not have. */
export function omitMissing<T extends object>(
  members: T
): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  const kept = {} as { [K in keyof T]?: Exclude<T[K], null | undefined> }
  for (const key in members) {
    const value = members[key]
    if (value !== null && value !== undefined)
      kept[key] = value as Exclude<T[typeof key], null | undefined>
  }
  return kept
}

/** A name on one line, truncated to the limit; null if empty. */
export function checkName(row: TableRow, text: string | null): string | null {
  if (text === null) return null
  const line = toOneLine(text)
  if (line === '') return null
  return trimText(row, line, limits.name)
}

/** Several texts as one narrative, one per line; null if there is none. */
export function buildNarrative(
  row: Pick<TableRow, 'warn'>,
  texts: readonly (string | null)[]
): string | null {
  const whole = texts
    .filter(text => text !== null && text.trim() !== '')
    .join('\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are forbidden in a narrative.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
    .toWellFormed()
  return whole === '' ? null : trimText(row, whole, limits.narrative)
}

/** A list truncated to the limit of a report. */
export function buildList<T>(
  row: Pick<TableRow, 'warn'>,
  items: readonly T[],
  max: number = limits.list
): readonly T[] | null {
  if (items.length > max) row.warn('cut')
  return items.length === 0 ? null : items.slice(0, max)
}

/** Addresses allowed in a report; others are left out. */
export function selectLinks(texts: readonly (string | null)[]): readonly string[] | null {
  const links = texts.filter(
    text =>
      text !== null &&
      text.length <= limits.link &&
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are forbidden in an address.
      /^https?:\/\/[^\s\u0000-\u001f\u007f-\u009f]+$/i.test(text)
  ) as string[]
  return links.length === 0 ? null : links
}

/**
 * Low, best and high in order. If the file has them out of order, the interval is widened to cover
 * all three, with a warning: it is unknown which figure is wrong.
 */
export function buildDeaths(
  row: TableRow,
  low: number | null,
  best: number | null,
  high: number | null
): PostedReport['fatalities'] | null {
  const stated = [low, best, high].filter(value => value !== null)
  if (stated.length === 0) return null
  const inOrder = stated.every((value, i) => i === 0 || (stated[i - 1] as number) <= value)
  if (inOrder) return { low, best, high }
  row.warn('deaths-widened')
  return { low: Math.min(...stated), best, high: Math.max(...stated) }
}

/**
 * When a row became known: from the settings, else a configured column, else the format; a warning
 * if none does.
 */
export function buildReportedAt(
  row: TableRow,
  settings: ImportSettings,
  found: string | null
): string | null {
  if (settings.reportedAt !== null) return settings.reportedAt
  const named = settings.knownAtColumn === null ? null : readKnownAt(row, settings.knownAtColumn)
  const at = named ?? found
  if (at === null) row.warn('no-date-of-knowledge')
  return at
}

/** Seconds since 1970, as ACLED writes instants. */
export const unixSeconds = /^\d{9,10}(?:\.0+)?$/

function readKnownAt(row: TableRow, column: string): string | null {
  const text = row.readText(buildColumnKey(column))
  if (text === null) return null
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return text
  if (unixSeconds.test(text)) return new Date(Number(text) * 1000).toISOString()
  const day = row.parseDay(column, text, value => /^\d{4}-\d\d-\d\d/.exec(value)?.[0] ?? null)
  return day === null ? null : formatDayEnd(day)
}

/** The last second of a day: what became known on a day was known at its end at the latest. */
export function formatDayEnd(day: string): string {
  return `${day}T23:59:59Z`
}

/** Suffixes of area names that area tables lack. */
const areaWords =
  /[ -](?:state|province|provincia|provinsi|region|division|district|department|departement|département|governorate|prefecture|oblast|county|wilaya|territory)$/i

/** The code of the area that a file names; null with a warning if unknown. */
export function readAreaCode(
  row: TableRow,
  name: string | null,
  country: string,
  areas: AreaNames
): string | null {
  if (name === null) return null
  const code = areas(name, country) ?? areas(name.replace(areaWords, ''), country)
  if (code === null) row.warn('area-unknown')
  return code
}

function trimText(row: Pick<TableRow, 'warn'>, text: string, max: number): string {
  if (text.length <= max) return text
  row.warn('cut')
  // A lone surrogate at the end would be invalid text.
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, '')
}

function toOneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .trim()
}
