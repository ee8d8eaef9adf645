// A report as it is typed, what is missing in it, the body that is posted, and a stored report as a
// draft. Pure.

import { coordinateText, type Pointed } from '../map/pointed-place.ts'
import type {
  OpenedReport,
  ReportedPlace,
  ReportedRevision,
  ReportedTexts
} from '../shown/answers.ts'
import { type DraftOf, draftFrom, type FieldTable, makeBody, readNumber } from './field-table.ts'

/** Those that are not sent alone are made of several, or sent otherwise. */
export const reportFields = {
  source: { as: 'text', isLocal: true },
  // Chosen here and sent with every attempt, so that a repeat after a broken link is the same report.
  externalId: { as: 'text' },
  // Days.
  from: { as: 'text', at: 'occurred/from', isLocal: true },
  to: { as: 'text', at: 'occurred/to', isLocal: true },
  category: { as: 'text' },
  place: { as: 'text', at: 'location/name' },
  country: { as: 'text', at: 'location/country' },
  admin1: { as: 'text', at: 'location/admin1' },
  lat: { as: 'number', at: 'location/lat' },
  lon: { as: 'number', at: 'location/lon' },
  radiusKm: { as: 'number', at: 'location/radiusKm' },
  low: { as: 'number', at: 'fatalities/low', ifEmpty: 'null' },
  best: { as: 'number', at: 'fatalities/best', ifEmpty: 'null' },
  high: { as: 'number', at: 'fatalities/high', ifEmpty: 'null' },
  handling: { as: 'text' },
  narrative: { as: 'lines', at: 'private/narrative' },
  link: { as: 'url', at: 'private/links', isLocal: true },
  drill: { as: 'check', isLocal: true }
} as const satisfies FieldTable

export type DraftField = keyof typeof reportFields

/** The name that refusals have for a field. */
export function formatPath(field: DraftField): string {
  const row = reportFields[field]
  return 'at' in row ? row.at : field
}

export interface ReportDraft extends DraftOf<typeof reportFields> {
  /** What it corrects, where that was read from the suite. */
  readonly of?: CorrectedReport
}

/** A report that was read again to be corrected. */
export interface CorrectedReport {
  readonly reportId: string
  /** Null: it has none. */
  readonly externalId: string | null
  readonly occurred: { readonly from: string; readonly to: string }
  /** What the form has no field for: it is sent as it was. */
  readonly kept: Readonly<Record<string, unknown>>
  /** The same within the private texts. */
  readonly keptPrivate: { readonly links: readonly string[]; readonly persons: readonly object[] }
}

export function blankReport(externalId: string, source = ''): ReportDraft {
  return { ...draftFrom({ handling: 'internal' }, reportFields), externalId, source }
}

export type ReportFault =
  | 'missing'
  | 'not-a-number'
  | 'not-whole'
  | 'out-of-range'
  | 'order'
  | 'not-a-link'
  | 'needs-both'

/** What can be seen to be wrong before it is sent, by field as the suite names it. */
export function faultsIn(draft: ReportDraft): ReadonlyMap<string, ReportFault> {
  const faults = new Map<string, ReportFault>()
  const note = (field: DraftField, fault: ReportFault) => {
    if (!faults.has(formatPath(field))) faults.set(formatPath(field), fault)
  }
  for (const field of ['source', 'externalId', 'from', 'category'] as const)
    if (draft[field].trim() === '' && !(field === 'externalId' && draft.of?.externalId === null))
      note(field, 'missing')
  if (draft.from !== '' && draft.to !== '' && draft.to < draft.from) note('to', 'order')
  const hasCoordinates = draft.lat.trim() !== '' || draft.lon.trim() !== ''
  if (hasCoordinates) {
    for (const field of ['lat', 'lon'] as const)
      if (draft[field].trim() === '') note(field, 'needs-both')
    numberIn(draft, 'lat', 90, note)
    numberIn(draft, 'lon', 180, note)
  } else
    for (const field of ['place', 'country'] as const)
      if (draft[field].trim() === '') note(field, 'missing')
  numberIn(draft, 'radiusKm', 5_000, note)
  const tolls = (['low', 'best', 'high'] as const).filter(field => draft[field].trim() !== '')
  for (const field of tolls) if (!/^\d{1,8}$/.test(draft[field].trim())) note(field, 'not-whole')
  for (const [i, field] of tolls.entries()) {
    const before = tolls[i - 1]
    if (before !== undefined && Number(draft[field]) < Number(draft[before])) note(field, 'order')
  }
  if (draft.link.trim() !== '' && !/^https?:\/\/\S+$/i.test(draft.link.trim()))
    note('link', 'not-a-link')
  return faults
}

function numberIn(
  draft: ReportDraft,
  field: 'lat' | 'lon' | 'radiusKm',
  most: number,
  note: (field: DraftField, fault: ReportFault) => void
): void {
  const text = draft[field].trim()
  if (text === '') return
  if (!/^-?\d+([.,]\d+)?$/.test(text)) note(field, 'not-a-number')
  else if (Math.abs(readNumber(text)) > most || (field === 'radiusKm' && readNumber(text) < 0))
    note(field, 'out-of-range')
}

/** What is posted: what was left empty is not sent. */
export function makeReportBody(draft: ReportDraft): Readonly<Record<string, unknown>> {
  const { source, country, low, best, high, link, drill } = draft
  // A code may have been typed, while the names of countries had not come.
  const typed = { ...draft, country: country.toUpperCase() }
  const { fatalities, ...body } = makeBody(typed, reportFields)
  const { links: furtherLinks, persons } = draft.of?.keptPrivate ?? nothingKept
  const links = [...(link.trim() === '' ? [] : [link.trim()]), ...furtherLinks]
  const secret = {
    ...(body.private as object | undefined),
    ...(links.length === 0 ? {} : { links }),
    ...(persons.length === 0 ? {} : { persons })
  }
  return {
    ...draft.of?.kept,
    ...body,
    source: { id: source.trim() },
    occurred: occurredIn(draft),
    ...([low, best, high].some(count => count.trim() !== '') ? { fatalities } : {}),
    ...(Object.keys(secret).length === 0 ? {} : { private: secret }),
    ...(drill ? { drill } : {})
  }
}

const nothingKept: CorrectedReport['keptPrivate'] = { links: [], persons: [] }

/** What was stated to the minute stays so where its days were left as they are. */
function occurredIn({ from, to, of }: ReportDraft): CorrectedReport['occurred'] {
  const end = to === '' ? from : to
  if (of !== undefined && dayIn(of.occurred.from) === from && dayIn(of.occurred.to) === end)
    return of.occurred
  return { from, to: end }
}

export const dayIn = (moment: string) => moment.slice(0, 10)

/** A place that a name may mean. */
interface Spot {
  readonly lat: number
  readonly lon: number
  /** The code of its area. */
  readonly admin1: string | null
}

/** The same as it is typed: who corrects it later sends that place with it. */
export function draftPlacedAt(draft: ReportDraft, { lat, lon, admin1 }: Spot): ReportDraft {
  return { ...draft, lat: String(lat), lon: String(lon), admin1: admin1 ?? draft.admin1 }
}

/** The same report at one of the places that its name may mean, with its area. */
export function placedAt(
  body: Readonly<Record<string, unknown>>,
  { lat, lon, admin1 }: Spot
): Readonly<Record<string, unknown>> {
  const location = body.location as Readonly<Record<string, unknown>>
  const area = admin1 === null ? {} : { admin1 }
  return { ...body, location: { ...location, ...area, lat, lon } }
}

/** The form's content; null for a report that is withdrawn. */
export function makeOpenedDraft({ reportId, report }: OpenedReport): ReportDraft | null {
  if (report === null) return null
  const { sourceId, externalId, occurred, place } = report
  const told = report.private ?? noTexts
  const [from, to] = [dayIn(occurred.from), dayIn(occurred.to)]
  const { narrative, links } = told
  return {
    ...draftFrom(
      { ...report, location: statedPlace(place), private: { narrative, links: links[0] } },
      reportFields
    ),
    ...{ source: sourceId, externalId: externalId ?? '', from, to: to === from ? '' : to },
    of: {
      reportId,
      externalId,
      occurred,
      kept: pickKept(report),
      keptPrivate: keptTexts(told)
    }
  }
}

/** A correction states the whole report: texts that this key may not see would be lost. */
export function hidesTexts({ report }: OpenedReport): boolean {
  return report !== null && report.private === undefined
}

const noTexts: ReportedTexts = { narrative: null, links: [], persons: [] }

function pickKept({ tactics, alsoAt, actors, targets, credibility }: ReportedRevision) {
  return stated({
    ...{ tactics, targets, credibility },
    alsoAt: alsoAt.map(place => stated(statedPlace(place))),
    actors: actors.map(stated)
  })
}

function keptTexts({ links, persons }: ReportedTexts) {
  return { links: links.slice(1), persons: persons.map(stated) }
}

/** As the reporter stated it, without what the suite found itself. */
function statedPlace({ name, country, statedAdmin1, ...place }: ReportedPlace) {
  const isStated = place.resolution === 'stated'
  return {
    ...{ name, country, admin1: statedAdmin1 },
    ...{ lat: isStated ? place.lat : null, lon: isStated ? place.lon : null },
    radiusKm: isStated && place.precision !== 'assumed' ? place.radiusKm : null
  }
}

/** Without members that are null or empty: an answer has them, a post leaves them out. */
function stated(members: object) {
  const isSaid = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isSaid(value)))
}

type PlaceFields = Pick<ReportDraft, 'lat' | 'lon' | 'radiusKm'>

export function pointTyped(draft: PlaceFields): Pointed | null {
  const [lat, lon] = [computeDegrees(draft.lat, 90), computeDegrees(draft.lon, 180)]
  if (lat === null || lon === null) return null
  const km = computeDegrees(draft.radiusKm, 5_000)
  return { lat, lon, km: km !== null && km >= 0 ? km : null }
}

function computeDegrees(text: string, most: number): number | null {
  if (!/^-?\d+([.,]\d+)?$/.test(text.trim())) return null
  const degrees = readNumber(text)
  return Math.abs(degrees) <= most ? degrees : null
}

export function readPointFields({ lat, lon }: Pointed, km: number): PlaceFields {
  return { lat: coordinateText(lat, km), lon: coordinateText(lon, km), radiusKm: String(km) }
}

/** Codes of another area than the point's, and a name made from them, would contradict it. */
export function withoutOtherArea(
  { place, country, admin1 }: Pick<ReportDraft, 'place' | 'country' | 'admin1'>,
  area: string | null,
  nameOf: (code: string) => string
): Partial<ReportDraft> {
  const code = admin1.trim()
  if (code === '' || code === area) return {}
  const isThere = area !== null && country.trim().toUpperCase() === area.slice(0, 2)
  return {
    admin1: '',
    country: isThere ? country : '',
    place: place.trim() === nameOf(code) ? '' : place
  }
}

/** An area's code and country without coordinates, a false pin. A typed name stays. */
export function readAreaFields(
  code: string,
  name: string,
  { place }: Pick<ReportDraft, 'place'>
): Pick<ReportDraft, 'place' | 'country' | 'admin1' | 'lat' | 'lon' | 'radiusKm'> {
  return {
    place: place.trim() === '' ? name : place,
    country: code.slice(0, 2),
    admin1: code,
    lat: '',
    lon: '',
    radiusKm: ''
  }
}
