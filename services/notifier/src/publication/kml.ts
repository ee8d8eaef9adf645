// A row of an export as a placemark of KML 2.2, for maps that read no GeoJSON. Pure.

import type { Cell } from './export-columns.ts'
import type { Geometry, Position } from './export-geometry.ts'

export interface Placemark {
  readonly name: string
  readonly from: string | null
  readonly to: string | null
  readonly geometry: Geometry | null
  readonly cells: readonly (readonly [string, Cell])[]
}

export const kmlHead =
  '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'

/** The number of rows is a comment: KML has no member for it. */
export function formatKmlEnd(rows: number): string {
  return `</Document></kml>\n<!-- ${rows} rows -->\n`
}

export function formatPlacemark({ name, from, to, geometry, cells }: Placemark): string {
  const times = [
    ...(from === null ? [] : [`<begin>${escapeXml(from)}</begin>`]),
    ...(to === null ? [] : [`<end>${escapeXml(to)}</end>`])
  ]
  const data = cells.flatMap(([column, cell]) =>
    cell === null
      ? []
      : [`<Data name="${escapeXml(column)}"><value>${escapeXml(formatCell(cell))}</value></Data>`]
  )
  return [
    `<Placemark><name>${escapeXml(name)}</name>`,
    ...(times.length === 0 ? [] : [`<TimeSpan>${times.join('')}</TimeSpan>`]),
    `<ExtendedData>${data.join('')}</ExtendedData>`,
    ...(geometry === null ? [] : [formatGeometry(geometry)]),
    '</Placemark>\n'
  ].join('')
}

function formatCell(cell: Exclude<Cell, null>): string {
  return typeof cell === 'object' ? cell.join(';') : String(cell)
}

function formatGeometry(geometry: Geometry): string {
  if (geometry.type === 'Point')
    return `<Point><coordinates>${formatPosition(geometry.coordinates)}</coordinates></Point>`
  const ring = (geometry.coordinates[0] ?? []).map(formatPosition).join(' ')
  return `<Polygon><outerBoundaryIs><LinearRing><coordinates>${ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>`
}

function formatPosition([lon, lat]: Position): string {
  return `${lon},${lat}`
}

/** Characters that XML does not allow become question marks. */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}
