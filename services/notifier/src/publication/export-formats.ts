// An export as text: a head, one piece for each row, and an end that names the number of rows. An
// export without its end was cut off. Pure. Source: formats.md#exports.

import { findPcode } from '@tocsin/gazetteer/area/p-codes'
import { csvLine } from '@tocsin/service/csv-line'
import type { VisibleIncident } from '../alerts/evidence.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'

export const exportFormats = ['csv', 'geojson', 'kml', 'ndjson'] as const

export interface ExportWriter<T> {
  readonly mediaType: string
  head(): string
  row(item: T, index: number): string
  end(rows: number): string
}

/** Of CSV alone: a row of HXL tags with the p-codes of areas, and a byte order mark for Excel. */
export interface CsvOptions {
  readonly hxl: boolean
  readonly bom: boolean
}

export function createWriter<T>(
  format: (typeof exportFormats)[number],
  kind: ExportKind<T>,
  options: CsvOptions = { hxl: false, bom: false }
): ExportWriter<T> {
  return {
    csv: () => csvWriter(kind, options),
    kml: () => kmlWriter(kind),
    geojson: () => geojsonWriter(kind),
    ndjson: () => ({
      mediaType: 'application/x-ndjson',
      head: () => '',
      row: (item: T) => `${JSON.stringify(item)}\n`,
      end: (rows: number) => `${JSON.stringify({ end: { rows } })}\n`
    })
  }[format]()
}

const csvEnd = '#end'

function csvWriter<T>(kind: ExportKind<T>, { hxl, bom }: CsvOptions): ExportWriter<T> {
  const admin1Pcode = (item: T) => {
    const area = kind.columns.admin1?.(item)
    return typeof area === 'string' ? findPcode(area) : null
  }
  const columns = hxl ? { ...kind.columns, admin1Pcode } : kind.columns
  const names = Object.keys(columns)
  const cells = Object.values(columns)
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    head: () => `${bom ? '\ufeff' : ''}${csvLine(names)}${hxl ? csvLine(names.map(getTag)) : ''}`,
    row: item => csvLine(cells.map(cell => joinCell(cell(item)))),
    end: rows => csvLine([csvEnd, rows, ...names.slice(2).map(() => null)])
  }
}

function joinCell(cell: Cell): Exclude<Cell, readonly string[]> {
  return typeof cell === 'object' && cell !== null ? cell.join(';') : cell
}

function kmlWriter<T>({ columns, idOf, discOf }: ExportKind<T>): ExportWriter<T> {
  const cells = Object.entries(columns)
  const read = (item: T, ...names: readonly string[]) => {
    const found = names.map(name => columns[name]?.(item)).find(cell => cell != null)
    return typeof found === 'string' ? escapeXml(found) : null
  }
  return {
    mediaType: 'application/vnd.google-earth.kml+xml',
    head: () =>
      '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n',
    row: item => {
      const name = read(item, 'headline', 'place', 'category') ?? escapeXml(idOf(item))
      const [from, to] = [read(item, 'occurredFrom'), read(item, 'occurredTo', 'windowTo')]
      const times = `${from === null ? '' : `<begin>${from}</begin>`}${to === null ? '' : `<end>${to}</end>`}`
      const data = cells.flatMap(([column, cell]) => {
        const value = joinCell(cell(item))
        return value === null
          ? []
          : [`<Data name="${escapeXml(column)}"><value>${escapeXml(String(value))}</value></Data>`]
      })
      return [
        `<Placemark><name>${name}</name>`,
        times === '' ? '' : `<TimeSpan>${times}</TimeSpan>`,
        `<ExtendedData>${data.join('')}</ExtendedData>`,
        formatGeometry(buildGeometry(discOf(item))),
        '</Placemark>\n'
      ].join('')
    },
    // A comment: KML has no member for the number of rows.
    end: rows => `</Document></kml>\n<!-- ${rows} rows -->\n`
  }
}

function geojsonWriter<T>({ columns, idOf, discOf }: ExportKind<T>): ExportWriter<T> {
  const cells = Object.entries(columns)
  return {
    mediaType: 'application/geo+json',
    head: () => '{"type":"FeatureCollection","features":[\n',
    row: (item, index) => {
      const properties = Object.fromEntries(cells.map(([name, cell]) => [name, cell(item)]))
      const geometry = buildGeometry(discOf(item))
      const feature = { type: 'Feature', id: idOf(item), geometry, properties }
      return `${index === 0 ? '' : ',\n'}${JSON.stringify(feature)}`
    },
    end: rows => `\n],"rows":${rows}}\n`
  }
}

/** Up to this radius a place is shown as a point, km: a settlement, as maps draw it. */
const pointKmMax = 1
const corners = 32
const kmPerDegree = 111.195

type Position = readonly [number, number]
type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }

/**
 * A place as wide as it is known: a pin would claim more. Null if its precision is unknown. The
 * polygon contains the whole circle; across the antimeridian its longitudes continue beyond 180.
 */
function buildGeometry(disc: Disc | null): Geometry | null {
  if (disc === null || disc[2] === null) return null
  const [lat, lon, km] = disc
  if (km <= pointKmMax) return { type: 'Point', coordinates: [lon, lat] }
  const reach = km / Math.cos(Math.PI / corners) / kmPerDegree
  // As wide as at the latitude of the ring that is nearest to a pole, so that the circle stays
  // inside.
  const widest = Math.min(89, Math.abs(lat) + reach)
  const east = Math.min(180, reach / Math.cos((widest * Math.PI) / 180))
  const ring = Array.from({ length: corners }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / corners
    const north = Math.max(-90, Math.min(90, lat + reach * Math.sin(angle)))
    return [roundDegrees(lon + east * Math.cos(angle)), roundDegrees(north)]
  })
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] }
}

/** Five decimals, about a metre. */
const roundDegrees = (degrees: number) => Math.round(degrees * 1e5) / 1e5

function formatGeometry(geometry: Geometry | null): string {
  if (geometry === null) return ''
  if (geometry.type === 'Point')
    return `<Point><coordinates>${geometry.coordinates.join(',')}</coordinates></Point>`
  const ring = (geometry.coordinates[0] ?? []).map(each => each.join(',')).join(' ')
  return `<Polygon><outerBoundaryIs><LinearRing><coordinates>${ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>`
}

const xmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;'
}

/** Characters that XML does not allow become question marks. */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
      .replace(/[&<>"]/g, character => xmlEscapes[character] as string)
  )
}

const tags: Readonly<Record<string, string>> = {
  alertId: '#event+alert+id',
  incidentId: '#event+id',
  headline: '#event+name',
  explanation: '#description',
  category: '#event+category',
  severity: '#severity',
  status: '#status',
  occurredFrom: '#date+occurred+start',
  occurredTo: '#date+occurred+end',
  windowFrom: '#date+start+window',
  windowTo: '#date+end+window',
  firstReportedAt: '#date+reported',
  detectedAt: '#date+detected',
  country: '#country+code+v_iso2',
  admin1: '#adm1+code+v_iso3166_2',
  admin1Pcode: '#adm1+code+v_pcode',
  place: '#loc+name',
  settlement: '#loc+code',
  lat: '#geo+lat',
  lon: '#geo+lon',
  radiusKm: '#geo+km+radius',
  deathsLow: '#affected+killed+min',
  deathsBest: '#affected+killed',
  deathsHigh: '#affected+killed+max'
}

/** The tag of a column; `#meta` with its name where HXL has none. */
function getTag(column: string): string {
  const name = column.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  return tags[column] ?? `#meta+${name}`
}

type Cell = string | number | boolean | null | readonly string[]
type Columns<T> = Readonly<Record<string, (item: T) => Cell>>

/** [lat, lon, km]; km is null where the precision is unknown. */
type Disc = readonly [number, number, number | null]

export interface ExportKind<T> {
  readonly idOf: (item: T) => string
  readonly discOf: (item: T) => Disc | null
  readonly columns: Columns<T>
}

/** Columns of fields that are cells themselves. */
function listFields<T>(
  ...names: readonly { [K in keyof T]: T[K] extends Cell ? K : never }[keyof T][]
) {
  return Object.fromEntries(names.map(name => [name, (item: T) => item[name] as Cell]))
}

const alertFields = listFields<VisibleAlert>
const incidentFields = listFields<VisibleIncident>
const deaths: Columns<VisibleAlert> = {
  deathsLow: ({ fatalities }) => fatalities.low,
  deathsBest: ({ fatalities }) => fatalities.best,
  deathsHigh: ({ fatalities }) => fatalities.high
}

export const alertKind: ExportKind<VisibleAlert> = {
  idOf: ({ alertId }) => alertId,
  discOf: ({ area }) => area.circle,
  columns: {
    ...alertFields('alertId', 'revision', 'operatorRevision', 'theatre', 'status', 'severity'),
    ...alertFields('urgency', 'certainty', 'pattern', 'ruleId', 'ruleVersion', 'headline'),
    ...alertFields('explanation'),
    level: ({ levels }) => levels.at(-1)?.level ?? null,
    windowFrom: ({ window }) => window.from,
    windowTo: ({ window }) => window.to,
    occurredFrom: ({ times }) => times.occurredFrom,
    firstReportedAt: ({ times }) => times.firstReportedAt,
    detectedAt: ({ times }) => times.detectedAt,
    country: ({ area }) => area.country,
    admin1: ({ area }) => area.admin1,
    settlement: ({ area }) => area.settlement,
    lat: ({ area }) => area.circle?.[0] ?? null,
    lon: ({ area }) => area.circle?.[1] ?? null,
    radiusKm: ({ area }) => area.circle?.[2] ?? null,
    category: ({ category }) => category,
    measure: ({ measure }) => measure.name,
    value: ({ measure }) => measure.value,
    threshold: ({ measure }) => measure.threshold,
    baseline: ({ measure }) => measure.baseline,
    falseAlarmsPerYear: ({ measure }) => measure.falseAlarmsPerYear,
    triggers: ({ evidenceCount }) => evidenceCount.triggers,
    support: ({ evidenceCount }) => evidenceCount.support,
    ...deaths,
    ...alertFields('handling', 'drill', 'reason', 'partOf'),
    acknowledgedBy: ({ operator }) => operator.acknowledgedBy,
    assignedTo: ({ operator }) => operator.assignedTo,
    disposition: ({ operator }) => operator.disposition
  }
}

export const incidentKind: ExportKind<VisibleIncident> = {
  idOf: ({ incidentId }) => incidentId,
  discOf: ({ place: { lat, lon, radiusKm } }) =>
    lat === null || lon === null ? null : [lat, lon, radiusKm],
  columns: {
    ...incidentFields('incidentId', 'revision', 'theatre'),
    occurredFrom: ({ occurred }) => occurred.from,
    occurredTo: ({ occurred }) => occurred.to,
    ...incidentFields('category', 'tactics'),
    place: ({ place }) => place.name,
    country: ({ place }) => place.country,
    admin1: ({ place }) => place.admin1,
    settlement: ({ place }) => place.settlement,
    resolution: ({ place }) => place.resolution,
    lat: ({ place }) => place.lat,
    lon: ({ place }) => place.lon,
    radiusKm: ({ place }) => place.radiusKm,
    ...deaths,
    ...incidentFields('credibility', 'independentSources'),
    reports: ({ reports }) => reports.map(({ reportId }) => reportId),
    handling: ({ handling }) => handling,
    drill: ({ drill }) => drill === true
  }
}
