// A posted report: from an unknown value to a typed one, or to errors that each name their field and give a sentence. The shape
// comes from schemas/report.v1.schema.json; what a schema cannot express (real dates, order, existing countries) is checked here.
// Texts are normalised to NFC and trimmed; roles and kinds to lower case; duplicate words are removed; instants become UTC with
// milliseconds; days stay days. Ids and content hashes rest on the body as sent, not on this form.

import { defaultHandling, type Handling } from '@tocsin/domain/report/handling'
import type { Category, Credibility, Fatalities } from '@tocsin/domain/report/report'
import type { FieldError } from '../problem/problem-catalogue.ts'
import { isCountryCode } from './iso-3166-1.ts'
import { type MomentProblem, readInstant, readMoment } from './moments.ts'
import type { PrivateTexts } from './private-texts.ts'
import { checkReportShape, type PostedLocation, type PostedReport } from './report-shape.ts'

/** A place as the reporter states it. */
export interface LocationInput {
  readonly name: string | null
  readonly country: string | null
  /** An ISO 3166-2 code of the stated country, or the name of one of its areas, which the gazetteer resolves. */
  readonly admin1: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly radiusKm: number | null
}

export interface ReportInput {
  readonly sourceId: string
  readonly externalId: string | null
  /** ISO 8601, UTC, ms; null if not stated. */
  readonly reportedAt: string | null
  readonly occurred: { readonly from: string; readonly to: string }
  readonly category: Category
  readonly tactics: readonly string[]
  readonly location: LocationInput
  readonly alsoAt: readonly LocationInput[]
  readonly actors: readonly { readonly name: string; readonly role: string | null }[]
  readonly targets: readonly { readonly kind: string }[]
  readonly fatalities: Fatalities
  readonly credibility: Credibility
  readonly handling: Handling
  readonly drill: boolean
  readonly private: PrivateTexts | null
}

export type ParsedReport =
  | { readonly ok: true; readonly report: ReportInput }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** Earlier years are refused: they are typing errors. */
export const occurredYearMin = 1900
/** How far after the theatre's now an event or a report time may lie: clocks and time zones differ. */
export const futureToleranceMs = 24 * 3_600_000
/** Credibility of a report that cannot be judged. Source: Admiralty code. */
const credibilityUnknown: Credibility = 6
export const adminCodePattern = /^[A-Z]{2}-[A-Z0-9]{1,3}$/

/** Parses a posted report. Pure; never throws; at most 20 errors. `checkReportTimes` compares times with a clock. */
export function parseReportInput(value: unknown): ParsedReport {
  const shape = checkReportShape(value)
  if (!shape.ok) return shape
  const errors: FieldError[] = []
  checkOccurred(shape.report, errors)
  checkReportedAt(shape.report, errors)
  checkLocation(shape.report.location, '/location', errors)
  for (const [i, place] of shape.report.alsoAt?.entries() ?? []) checkLocation(place, `/alsoAt/${i}`, errors)
  checkFatalities(shape.report, errors)
  return errors.length > 0 ? { ok: false, errors } : { ok: true, report: normalise(shape.report) }
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
  if (from.kind !== 'moment') errors.push({ pointer: '/occurred/from', detail: momentSays[from.kind] })
  if (to.kind !== 'moment') errors.push({ pointer: '/occurred/to', detail: momentSays[to.kind] })
  if (from.kind !== 'moment' || to.kind !== 'moment') return
  if (from.startMs < occurredMinMs) errors.push({ pointer: '/occurred/from', detail: tooEarly })
  if (to.startMs < occurredMinMs) errors.push({ pointer: '/occurred/to', detail: tooEarly })
  if (from.startMs > to.endMs) errors.push({ pointer: '/occurred/to', detail: 'lies before /occurred/from' })
}

function checkReportedAt({ reportedAt }: PostedReport, errors: FieldError[]): void {
  if (reportedAt === undefined) return
  const moment = readMoment(reportedAt)
  if (moment.kind !== 'moment') errors.push({ pointer: '/reportedAt', detail: momentSays[moment.kind] })
  else if (moment.startMs < occurredMinMs) errors.push({ pointer: '/reportedAt', detail: tooEarly })
}

const occurredMinMs = Date.UTC(occurredYearMin, 0, 1)
const tooEarly = `lies before the year ${occurredYearMin}`

const momentSays: Readonly<Record<MomentProblem, string>> = {
  'not-a-time': 'must be a day such as 2025-06-01, or an instant with its offset such as 2025-06-01T14:00:00Z',
  'no-such-day': 'is a day that is not in the calendar',
  'no-such-time': 'has a time of day or an offset that does not exist'
}

function checkLocation(place: PostedLocation, at: string, errors: FieldError[]): void {
  if (place.country !== undefined && !isCountryCode(place.country)) {
    errors.push({ pointer: `${at}/country`, detail: 'is not a country code of ISO 3166-1' })
  }
  if (isNullIsland(place)) errors.push({ pointer: `${at}/lat`, detail: nullIslandSays })
  const admin1 = place.admin1?.trim()
  if (admin1 === undefined) return
  if (!adminCodePattern.test(admin1)) {
    if (place.country === undefined) {
      errors.push({
        pointer: `${at}/admin1`,
        detail: 'is the name of an area, which needs a country beside it; or write its ISO 3166-2 code'
      })
    }
  } else if (!isCountryCode(admin1.slice(0, 2))) {
    errors.push({ pointer: `${at}/admin1`, detail: 'is not an area of any country of ISO 3166-1' })
  } else if (place.country !== undefined && admin1.slice(0, 2) !== place.country) {
    errors.push({ pointer: `${at}/admin1`, detail: `is not an area of the stated country ${place.country}` })
  }
}

/**
 * True for 0, 0, also with one decimal: the result of lost coordinates. It lies at sea, 550 km from any coast, and is not the
 * place of an event in any data set that is imported here.
 */
function isNullIsland({ lat, lon }: PostedLocation): boolean {
  return lat !== undefined && lon !== undefined && Math.abs(lat) < nullIslandDegrees && Math.abs(lon) < nullIslandDegrees
}

const nullIslandDegrees = 0.05
const nullIslandSays =
  'is 0 together with lon: that is where lost coordinates come to lie; state where it was, or leave both out and name the place and its country'

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

function normalise(posted: PostedReport): ReportInput {
  const { low = null, best = null, high = null } = posted.fatalities ?? {}
  return {
    sourceId: posted.source.id,
    externalId: posted.externalId === undefined ? null : tidy(posted.externalId),
    reportedAt: posted.reportedAt === undefined ? null : readInstant(posted.reportedAt),
    occurred: { from: dayOrInstant(posted.occurred.from), to: dayOrInstant(posted.occurred.to) },
    category: posted.category,
    tactics: unlike(posted.tactics),
    location: locationOf(posted.location),
    alsoAt: (posted.alsoAt ?? []).map(locationOf),
    actors: (posted.actors ?? []).map(a => ({ name: tidy(a.name), role: wordOf(a.role) })),
    targets: (posted.targets ?? []).map(t => ({ kind: wordOf(t.kind) as string })),
    fatalities: { low, best, high },
    credibility: posted.credibility ?? credibilityUnknown,
    handling: posted.handling ?? defaultHandling,
    drill: posted.drill ?? false,
    private: privateOf(posted.private)
  }
}

function locationOf(place: PostedLocation): LocationInput {
  const admin1 = place.admin1 === undefined ? null : tidy(place.admin1)
  return {
    name: place.name === undefined ? null : tidy(place.name),
    country: place.country ?? (admin1 !== null && adminCodePattern.test(admin1) ? admin1.slice(0, 2) : null),
    admin1,
    lat: place.lat ?? null,
    lon: place.lon ?? null,
    radiusKm: place.radiusKm ?? null
  }
}

function privateOf(posted: PostedReport['private']): PrivateTexts | null {
  if (posted === undefined) return null
  const narrative = posted.narrative === undefined ? null : posted.narrative.normalize('NFC').trim()
  const texts: PrivateTexts = {
    narrative: narrative === '' ? null : narrative,
    links: unlike(posted.links),
    persons: (posted.persons ?? []).map(p => ({
      name: p.name === undefined ? null : tidy(p.name),
      aliases: [...new Set((p.aliases ?? []).map(tidy))],
      role: wordOf(p.role),
      kind: wordOf(p.kind)
    }))
  }
  return texts.narrative === null && texts.links.length === 0 && texts.persons.length === 0 ? null : texts
}

/** Without duplicates. */
function unlike(texts: readonly string[] = []): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)]
}

/** ASCII without outer spaces: already normalised. */
const isTidy = /^[!-~](?:[ -~]*[!-~])?$/

/** The stored form of a text: NFC, trimmed. */
export function tidy(text: string): string {
  return isTidy.test(text) ? text : text.normalize('NFC').trim()
}

function wordOf(text: string | undefined): string | null {
  return text === undefined ? null : tidy(text).toLowerCase()
}

function dayOrInstant(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text : readInstant(text)
}
