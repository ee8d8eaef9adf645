// An export as text: a head, one piece for each row, and an end that names the number of rows. An
// export without its end was cut off. Pure. Source: formats.md#exports.

import { type CsvValue, csvLine } from '../alert-http/csv-line.ts'
import type { Cell, Disc, ExportKind } from './export-columns.ts'

export const exportFormats = ['csv', 'geojson', 'ndjson'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportWriter<T> {
  readonly mediaType: string
  head(): string
  row(item: T, index: number): string
  end(rows: number): string
}

export function writerOf<T>(format: ExportFormat, kind: ExportKind<T>): ExportWriter<T> {
  switch (format) {
    case 'csv':
      return csvWriter(kind)
    case 'geojson':
      return geojsonWriter(kind)
    case 'ndjson':
      return {
        mediaType: 'application/x-ndjson',
        head: () => '',
        row: item => `${JSON.stringify(item)}\n`,
        end: rows => `${JSON.stringify({ end: { rows } })}\n`
      }
    default:
      return format satisfies never
  }
}

/** The first cell of the last row. */
const csvEnd = '#end'

function csvWriter<T>({ columns }: ExportKind<T>): ExportWriter<T> {
  const names = Object.keys(columns)
  const cells = Object.values(columns)
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    head: () => csvLine(names),
    row: item => csvLine(cells.map(cell => csvValue(cell(item)))),
    end: rows => csvLine([csvEnd, rows, ...names.slice(2).map(() => null)])
  }
}

function csvValue(cell: Cell): CsvValue {
  return typeof cell === 'object' && cell !== null ? cell.join(';') : cell
}

function geojsonWriter<T>({ columns, idOf, discOf }: ExportKind<T>): ExportWriter<T> {
  const cells = Object.entries(columns)
  return {
    mediaType: 'application/geo+json',
    head: () => '{"type":"FeatureCollection","features":[\n',
    row: (item, index) => {
      const properties = Object.fromEntries(cells.map(([name, cell]) => [name, cell(item)]))
      const feature = {
        type: 'Feature',
        id: idOf(item),
        geometry: geometryOf(discOf(item)),
        properties
      }
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
 * A place as wide as it is known: a pin would claim more. Null where nothing is known of its
 * precision. The polygon holds the whole circle; across the antimeridian its longitudes go on
 * beyond 180.
 */
function geometryOf(disc: Disc | null): Geometry | null {
  if (disc === null || disc[2] === null) return null
  const [lat, lon, km] = disc
  if (km <= pointKmMax) return { type: 'Point', coordinates: [lon, lat] }
  const reach = km / Math.cos(Math.PI / corners) / kmPerDegree
  // As wide as at the latitude of the ring that is nearest to a pole, so that the circle stays
  // inside.
  const widest = Math.min(89, Math.abs(lat) + reach)
  const east = reach / Math.cos((widest * Math.PI) / 180)
  const ring = Array.from({ length: corners }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / corners
    return [
      rounded(lon + Math.min(180, east) * Math.cos(angle)),
      rounded(Math.max(-90, Math.min(90, lat + reach * Math.sin(angle))))
    ]
  })
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] }
}

/** Five decimals, about a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
