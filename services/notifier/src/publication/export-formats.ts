// An export as text: a head, one piece for each row, and an end that names the number of rows. An
// export without its end was cut off. Pure. Source: formats.md#exports.

import { type CsvValue, csvLine } from '@tocsin/service/csv-line'
import type { Cell, ExportKind } from './export-columns.ts'
import { buildGeometry } from './export-geometry.ts'
import { addPcode, getTag } from './hxl.ts'
import { formatKmlEnd, formatPlacemark, kmlHead } from './kml.ts'

export const exportFormats = ['csv', 'geojson', 'kml', 'ndjson'] as const
export type ExportFormat = (typeof exportFormats)[number]

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
  format: ExportFormat,
  kind: ExportKind<T>,
  options: CsvOptions = { hxl: false, bom: false }
): ExportWriter<T> {
  switch (format) {
    case 'csv':
      return csvWriter(options.hxl ? addPcode(kind) : kind, options)
    case 'kml':
      return kmlWriter(kind)
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

function csvWriter<T>({ columns }: ExportKind<T>, { hxl, bom }: CsvOptions): ExportWriter<T> {
  const names = Object.keys(columns)
  const cells = Object.values(columns)
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    head: () => `${bom ? '\ufeff' : ''}${csvLine(names)}${hxl ? csvLine(names.map(getTag)) : ''}`,
    row: item => csvLine(cells.map(cell => csvValue(cell(item)))),
    end: rows => csvLine([csvEnd, rows, ...names.slice(2).map(() => null)])
  }
}

function csvValue(cell: Cell): CsvValue {
  return typeof cell === 'object' && cell !== null ? cell.join(';') : cell
}

function kmlWriter<T>({ columns, idOf, discOf }: ExportKind<T>): ExportWriter<T> {
  const cells = Object.entries(columns)
  const read = (item: T, ...names: readonly string[]) => {
    const found = names.map(name => columns[name]?.(item)).find(cell => cell != null)
    return typeof found === 'string' ? found : null
  }
  return {
    mediaType: 'application/vnd.google-earth.kml+xml',
    head: () => kmlHead,
    row: item =>
      formatPlacemark({
        name: read(item, 'headline', 'place', 'category') ?? idOf(item),
        from: read(item, 'occurredFrom'),
        to: read(item, 'occurredTo', 'windowTo'),
        geometry: buildGeometry(discOf(item)),
        cells: cells.map(([name, cell]) => [name, cell(item)] as const)
      }),
    end: formatKmlEnd
  }
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
        geometry: buildGeometry(discOf(item)),
        properties
      }
      return `${index === 0 ? '' : ',\n'}${JSON.stringify(feature)}`
    },
    end: rows => `\n],"rows":${rows}}\n`
  }
}
