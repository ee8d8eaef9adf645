// A posted report: from an unknown value to a typed one, or to errors that each name their field
// and give a sentence. Its format (posted-report.ts) gives the shape; what a schema cannot
// express (real dates, order, existing countries) is checked here.

import type { FieldError } from '../problem/problem-catalogue.ts'
import { findCountry } from './did-you-mean.ts'
import { isCountryCode } from './iso-3166-1.ts'
import { type MomentProblem, readMoment } from './moments.ts'
import { adminCodePattern, type PostedLocation } from './posted-location.ts'
import { normalizeReport, type PostedReport, type ReportInput } from './posted-report.ts'
import { checkReportShape } from './report-shape.ts'

export type ParsedReport =
  | { readonly ok: true; readonly report: ReportInput }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** Earlier years are refused: they are typing errors. */
export const occurredYearMin = 1900
/**
 * How far after the theatre's now an event or a report time may be: clocks and time zones differ.
 */
export const futureToleranceMs = 24 * 3_600_000

/**
 * Parses a posted report. Pure; never throws; at most 20 errors. `checkReportTimes` compares times
 * with a clock.
 */
export function parseReportInput(value: unknown): ParsedReport {
  const shape = checkReportShape(value)
  if (!shape.ok) return shape
  const errors: FieldError[] = []
  checkOccurred(shape.report, errors)
  checkReportedAt(shape.report, errors)
  checkLocation(shape.report.location, '/location', errors)
  for (const [i, place] of shape.report.alsoAt?.entries() ?? [])
    checkLocation(place, `/alsoAt/${i}`, errors)
  checkFatalities(shape.report, errors)
  return errors.length > 0
    ? { ok: false, errors }
    : { ok: true, report: normalizeReport(shape.report) }
}

/** Errors of times more than a day after `nowMs`. Pure. */
export function checkReportTimes(report: ReportInput, nowMs: number): FieldError[] {
  const limitMs = nowMs + futureToleranceMs
  const errors: FieldError[] = []
  for (const [pointer, text] of [
    ['/occurred/from', report.occurred.from],
    ['/occurred/to', report.occurred.to],
    ['/reportedAt', report.reportedAt]
  ] as const) {
    const moment = text === null ? null : readMoment(text)
    if (moment?.kind === 'moment' && moment.startMs > limitMs) {
      errors.push({
        pointer,
        detail: `lies more than 24 hours after now, which is ${new Date(nowMs).toISOString()} in this theatre`
      })
    }
  }
  return errors
}

function checkOccurred({ occurred }: PostedReport, errors: FieldError[]): void {
  const from = readMoment(occurred.from)
  const to = readMoment(occurred.to)
  if (from.kind !== 'moment')
    errors.push({ pointer: '/occurred/from', detail: momentSays[from.kind] })
  if (to.kind !== 'moment') errors.push({ pointer: '/occurred/to', detail: momentSays[to.kind] })
  if (from.kind !== 'moment' || to.kind !== 'moment') return
  if (from.startMs < occurredMinMs) errors.push({ pointer: '/occurred/from', detail: tooEarly })
  if (to.startMs < occurredMinMs) errors.push({ pointer: '/occurred/to', detail: tooEarly })
  if (from.startMs > to.endMs)
    errors.push({ pointer: '/occurred/to', detail: 'lies before /occurred/from' })
}

function checkReportedAt({ reportedAt }: PostedReport, errors: FieldError[]): void {
  if (reportedAt === undefined) return
  const moment = readMoment(reportedAt)
  if (moment.kind !== 'moment')
    errors.push({ pointer: '/reportedAt', detail: momentSays[moment.kind] })
  else if (moment.startMs < occurredMinMs) errors.push({ pointer: '/reportedAt', detail: tooEarly })
}

const occurredMinMs = Date.UTC(occurredYearMin, 0, 1)
const tooEarly = `lies before the year ${occurredYearMin}`

const momentSays: Readonly<Record<MomentProblem, string>> = {
  'not-a-time':
    'must be a day such as 2025-06-01, or an instant with its offset such as 2025-06-01T14:00:00Z',
  'no-such-day': 'is a day that is not in the calendar',
  'no-such-time': 'has a time of day or an offset that does not exist'
}

function checkLocation(place: PostedLocation, at: string, errors: FieldError[]): void {
  if (place.country !== undefined && !isCountryCode(place.country)) {
    const meant = findCountry(place.country)
    const question = meant === null ? '' : `; did you mean ${meant}?`
    errors.push({
      pointer: `${at}/country`,
      detail: `is not a country code of ISO 3166-1${question}`
    })
  }
  if (isNullIsland(place)) errors.push({ pointer: `${at}/lat`, detail: nullIslandSays })
  const admin1 = place.admin1?.trim()
  if (admin1 === undefined) return
  if (!adminCodePattern.test(admin1)) {
    if (place.country === undefined) {
      errors.push({
        pointer: `${at}/admin1`,
        detail:
          'is the name of an area, which needs a country beside it; or write its ISO 3166-2 code'
      })
    }
  } else if (!isCountryCode(admin1.slice(0, 2))) {
    errors.push({ pointer: `${at}/admin1`, detail: 'is not an area of any country of ISO 3166-1' })
  } else if (place.country !== undefined && admin1.slice(0, 2) !== place.country) {
    errors.push({
      pointer: `${at}/admin1`,
      detail: `is not an area of the stated country ${place.country}`
    })
  }
}

/**
 * True for 0, 0, also with one decimal: the result of lost coordinates. It is at sea, 550 km from
 * any coast, and is not the place of an event in any data set that is imported here.
 */
function isNullIsland({ lat, lon }: PostedLocation): boolean {
  return (
    lat !== undefined &&
    lon !== undefined &&
    Math.abs(lat) < nullIslandDegrees &&
    Math.abs(lon) < nullIslandDegrees
  )
}

const nullIslandDegrees = 0.05
const nullIslandSays =
  'is 0 together with lon, as software writes when coordinates are missing; state where it was, or leave both out and name the place and its country'

function checkFatalities(report: PostedReport, errors: FieldError[]): void {
  const { low = null, best = null, high = null } = report.fatalities ?? {}
  if (low !== null && best !== null && low > best)
    errors.push({ pointer: '/fatalities/best', detail: 'is less than /fatalities/low' })
  if (best !== null && high !== null && best > high)
    errors.push({ pointer: '/fatalities/high', detail: 'is less than /fatalities/best' })
  if (best === null && low !== null && high !== null && low > high) {
    errors.push({ pointer: '/fatalities/high', detail: 'is less than /fatalities/low' })
  }
}
