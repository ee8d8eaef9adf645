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
const occurredYearMin = 1900
/**
 * How far after the theatre's now an event or a report time may be: clocks and time zones differ.
 */
const futureToleranceMs = 24 * 3_600_000

/**
 * Parses a posted report. Pure; never throws; at most 20 errors. `checkReportTimes` compares times
 * with a clock.
 */
export function parseReportInput(value: unknown): ParsedReport {
  const shape = checkReportShape(value)
  if (!shape.ok) return shape
  const { report } = shape
  const errors: FieldError[] = []
  const note: NoteFault = (pointer, detail) => void errors.push({ pointer, detail })
  const from = checkTime(report.occurred.from, '/occurred/from', note)
  const to = checkTime(report.occurred.to, '/occurred/to', note)
  if (from !== null && to !== null && from.startMs > to.endMs)
    note('/occurred/to', 'lies before /occurred/from')
  if (report.reportedAt !== undefined) checkTime(report.reportedAt, '/reportedAt', note)
  checkLocation(report.location, '/location', note)
  report.alsoAt?.forEach((place, i) => {
    checkLocation(place, `/alsoAt/${i}`, note)
  })
  checkFatalities(report, note)
  return errors.length > 0 ? { ok: false, errors } : { ok: true, report: normalizeReport(report) }
}

/** Errors of times more than a day after `nowMs`. Pure. */
export function checkReportTimes(
  { occurred, reportedAt }: ReportInput,
  nowMs: number
): FieldError[] {
  const detail = `lies more than 24 hours after now, which is ${new Date(nowMs).toISOString()} in this theatre`
  const times = { '/occurred/from': occurred.from, '/occurred/to': occurred.to }
  return Object.entries({ ...times, '/reportedAt': reportedAt }).flatMap(([pointer, text]) => {
    const moment = text === null ? null : readMoment(text)
    const isLate = moment?.kind === 'moment' && moment.startMs > nowMs + futureToleranceMs
    return isLate ? { pointer, detail } : []
  })
}

type NoteFault = (pointer: string, detail: string) => void

/** The time of a text, if it is one, and not too early. */
function checkTime(text: string, pointer: string, note: NoteFault) {
  const moment = readMoment(text)
  if (moment.kind !== 'moment') note(pointer, momentFaults[moment.kind])
  else if (moment.startMs < occurredMinMs) note(pointer, `lies before the year ${occurredYearMin}`)
  return moment.kind === 'moment' ? moment : null
}

const occurredMinMs = Date.UTC(occurredYearMin, 0, 1)

const momentFaults: Readonly<Record<MomentProblem, string>> = {
  'not-a-time':
    'must be a day such as 2025-06-01, or an instant with its offset such as 2025-06-01T14:00:00Z',
  'no-such-day': 'is a day that is not in the calendar',
  'no-such-time': 'has a time of day or an offset that does not exist'
}

function checkLocation(place: PostedLocation, at: string, note: NoteFault): void {
  const { country, lat = 90, lon = 180 } = place
  if (country !== undefined && !isCountryCode(country)) {
    const meant = findCountry(country)
    const question = meant === null ? '' : `; did you mean ${meant}?`
    note(`${at}/country`, `is not a country code of ISO 3166-1${question}`)
  }
  // 0, 0, also with one decimal, is the result of lost coordinates. It is at sea, 550 km from any
  // coast, and is not the place of an event in any data set that is imported here.
  if (Math.abs(lat) < nullIslandDegrees && Math.abs(lon) < nullIslandDegrees)
    note(
      `${at}/lat`,
      'is 0 together with lon, as software writes when coordinates are missing; state where it was, or leave both out and name the place and its country'
    )
  const admin1 = place.admin1?.trim()
  if (admin1 === undefined) return
  const isCode = adminCodePattern.test(admin1)
  const ofCountry = admin1.slice(0, 2)
  if (!isCode && country === undefined)
    note(
      `${at}/admin1`,
      'is the name of an area, which needs a country beside it; or write its ISO 3166-2 code'
    )
  else if (isCode && !isCountryCode(ofCountry))
    note(`${at}/admin1`, 'is not an area of any country of ISO 3166-1')
  else if (isCode && country !== undefined && ofCountry !== country)
    note(`${at}/admin1`, `is not an area of the stated country ${country}`)
}

const nullIslandDegrees = 0.05

function checkFatalities({ fatalities = {} }: PostedReport, note: NoteFault): void {
  const { low, best, high } = fatalities
  const isLess = (a: number | null = null, b: number | null = null) =>
    a !== null && b !== null && a < b
  if (isLess(best, low)) note('/fatalities/best', 'is less than /fatalities/low')
  if (isLess(high, best)) note('/fatalities/high', 'is less than /fatalities/best')
  if ((best ?? null) === null && isLess(high, low))
    note('/fatalities/high', 'is less than /fatalities/low')
}
